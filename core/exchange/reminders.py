"""The ladder and the reminders it sent, in and out."""

from core.dunning.commands import save_ladder
from core.dunning.kinds import REMINDED, STEP_TAKEN
from core.dunning.model import Ladder, Reminder, ReminderLine, Step, StepTaken
from core.dunning.queries import ladder as ladder_in
from core.dunning.rules import step_place
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.model import BahiFile, FileLadder, FileReminded, FileReminder, FileStep
from core.exchange.outgoing import Names, names_for
from core.exchange.papers import company_as, party_as, stated_hash
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.exchange.written import file_buyer, file_seller
from core.facts import Facts
from core.fiscal import financial_year
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.numbering.rules import IMPORTED, number_place
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

KIND = "RMD"


def take_ladder(work: Work, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in the dunning policy."""
    given = file.ladder
    if given is None:
        return
    with findings.within("ladder"):
        steps = tuple(Step(step.after_days, step.tone, step.title) for step in given.steps)
        body = Ladder(steps, figures.paise(given.minimum, "minimum"), given.paused)
        if body != ladder_in(work.read):
            save_ladder(work, body)
            tally.count_change("ladder")


def take_reminders(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `reminders` with the steps they took, oldest first."""
    order = sorted(range(len(file.reminders)), key=lambda n: file.reminders[n].date)
    for n in order:
        given = file.reminders[n]
        with findings.within(f"reminders[{n}]"):
            reminder = _reminder(register, given)
            place = number_place(KIND, financial_year(given.date), given.number)
            holder = work.standing.holder(place)
            if holder is not None and not _is_same(work, holder, reminder):
                message = _("The number {number} is already used by another reminder.")
                raise RuleBroken([Problem("DUPLICATE", message.format(number=given.number), "number")])
            tally.count("reminders", was_known=holder is not None)
            if holder is None:
                _keep(work, register, reminder)


def _is_same(work: Work, holder: Id, reminder: Reminder) -> bool:
    kept = work.paper(holder)
    if not isinstance(kept, Reminder):
        return False
    if kept.stated == reminder.stated:
        return True
    types = {line.document: work.paper(line.document).type for line in kept.lines}
    return stated_hash(file_reminder(kept, names_for(work.read, kept), types)) == reminder.stated


def _keep(work: Work, register: Register, reminder: Reminder) -> None:
    record = register.paper_id(KIND, reminder.dated_on, reminder.number)
    work.record(REMINDED, record, reminder)
    for line in reminder.lines:
        if work.standing.holder(step_place(line.document, line.step)) is None:
            claim = register.id_of("step", line.document.hex(), str(line.step))
            work.record(STEP_TAKEN, claim, StepTaken(line.document, line.step, record))


def _reminder(register: Register, given: FileReminder, facts: Facts | None = None) -> Reminder:
    facts = facts or Facts.in_force()
    party_id, kept = register.need_party(given.party)
    party, company = party_as(kept, given.buyer), company_as(register.company, given.seller)
    return Reminder(
        number=given.number,
        series=IMPORTED,
        dated_on=given.date,
        seller=seller_of(company, facts),
        buyer=buyer_of(party_id, party, facts),
        step=given.step,
        tone=given.tone,
        title=given.title,
        lines=tuple(_line(register, line, f"lines[{n}]") for n, line in enumerate(given.lines)),
        total_paise=figures.paise(given.total, "total"),
        on_account_paise=figures.paise(given.on_account, "on_account"),
        language=given.language or party.language or company.language,
        origin=IMPORTED,
        stated=stated_hash(given),
    )


def _line(register: Register, given: FileReminded, path: str) -> ReminderLine:
    bill = register.need_document(
        given.document, types=(given.type,), on=given.date, field=f"{path}.document"
    )
    return ReminderLine(
        document=bill.id,
        number=bill.number,
        dated_on=given.date,
        due_on=given.due_date,
        amount_paise=figures.paise(given.amount, f"{path}.amount"),
        open_paise=figures.paise(given.open, f"{path}.open"),
        days_late=given.days_late,
        step=given.step,
    )


def file_ladder(ladder: Ladder) -> FileLadder:
    """The dunning policy as the file writes it."""
    return FileLadder(
        steps=tuple(
            FileStep(after_days=step.after_days, tone=step.tone, title=step.title)  # type: ignore[arg-type]
            for step in ladder.steps
        ),
        minimum=figures.rupees(ladder.minimum_paise),
        paused=ladder.paused,
    )


def file_reminder(reminder: Reminder, names: Names, types: dict[Id, str]) -> FileReminder:
    """A reminder as the file writes it; `types` says what each of its bills is."""
    code, party = names.parties[reminder.buyer.party]
    usual = party.language or names.company.language
    return FileReminder(
        number=reminder.number,
        date=reminder.dated_on,
        party=code,
        step=reminder.step,
        tone=reminder.tone,  # type: ignore[arg-type]
        title=reminder.title,
        lines=tuple(
            FileReminded(
                document=line.number,
                date=line.dated_on,
                due_date=line.due_on,
                amount=figures.rupees(line.amount_paise),
                open=figures.rupees(line.open_paise),
                days_late=line.days_late,
                step=line.step,
                type=types.get(line.document, "INV"),  # type: ignore[arg-type]
            )
            for line in reminder.lines
        ),
        total=figures.rupees(reminder.total_paise),
        on_account=figures.rupees(reminder.on_account_paise),
        language=reminder.language if reminder.language != usual else None,
        seller=file_seller(reminder.seller, names.company),
        buyer=file_buyer(reminder.buyer, party),
    )
