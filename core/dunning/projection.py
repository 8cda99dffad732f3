"""How reminders and the steps they took become rows."""

from core.dunning.kinds import LADDER_SET, REMINDED, STEP_TAKEN
from core.dunning.model import Reminder, StepTaken
from core.numbering.projection import count_number
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.dunning import reminders, steps_taken


def project_ladder(_rows: Rows, _applied: Applied) -> None:
    """Nothing: the ladder is read from its image."""


def project_reminder(rows: Rows, applied: Applied) -> None:
    """One row a letter; it posts nothing."""
    reminder: Reminder = applied.body
    rows.insert(
        reminders,
        id=applied.record,
        number=reminder.number,
        number_key=reminder.number.casefold(),
        dated_on=reminder.dated_on,
        party=reminder.buyer.party,
        name=reminder.buyer.name,
        step=reminder.step,
        tone=reminder.tone,
        bills=len(reminder.lines),
        total_paise=reminder.total_paise,
    )
    words = (reminder.number, reminder.buyer.code, reminder.buyer.name)
    rows.find_by(applied.entry, applied.record, "reminder", " ".join(word for word in words if word))
    count_number(rows, applied, series=reminder.series, dated_on=reminder.dated_on)


def project_step(rows: Rows, applied: Applied) -> None:
    """Which reminder put the document on the step, and when."""
    taken: StepTaken = applied.body
    reminder: Reminder = applied.paper(taken.reminder)
    rows.put(
        steps_taken,
        document=taken.document,
        step=taken.step,
        reminder=taken.reminder,
        dated_on=reminder.dated_on,
    )
    rows.touch("dunning", taken.reminder)


PROJECTIONS: dict[str, Projection] = {
    LADDER_SET.name: project_ladder,
    REMINDED.name: project_reminder,
    STEP_TAKEN.name: project_step,
}
