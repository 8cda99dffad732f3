"""What happens to letters: looked at before they are written, written with progress, saved as PDFs. Free of Qt."""

from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Protocol

from core.dunning.commands import remind_party
from core.dunning.letter import letter_due
from core.dunning.model import Reminder
from core.dunning.queries import WorkRow, reminder
from core.errors import BahiError
from core.ids import Id
from core.paper import draw_reminder
from core.words import translate as _
from desktop.ports import Desk, Epoch, Reader
from desktop.screens.collections.columns import due_rows
from desktop.screens.collections.presenter import is_date_check


class LadderView(Protocol):
    """The page that shows what running the ladder would write."""

    def show_count(self, count: int) -> None:
        """How many letters would be written."""
        ...

    def show_pdf(self, pdf: bytes) -> None:
        """The letter looked at."""
        ...

    def show_progress(self, done: int, total: int) -> None:
        """How far writing has come; the totals alike: it has ended."""
        ...

    def refresh(self) -> None:
        """Read the list again."""
        ...

    def ask(self, title: str, text: str, yes: Callable[[], None]) -> None:
        """Ask before going on."""
        ...


class LadderPresenter:
    """The ladder for all who are due: preview, leave out, write."""

    def __init__(self, view: LadderView, desk: Desk) -> None:
        self._view = view
        self._desk = desk
        self._epoch = Epoch()
        self._left_out: set[Id] = set()
        self._waiting: list[Id] = []
        self._total = 0
        self._written: list[Id] = []
        self.is_running = False
        self._count()

    def put_away(self) -> None:
        """The page goes; letters not yet begun are not written."""
        self._epoch.turn()
        self._waiting.clear()

    def left_out(self) -> frozenset[Id]:
        """Parties that get no letter this time."""
        return frozenset(self._left_out)

    def leave_out(self, parties: Sequence[Id]) -> None:
        """Write no letter to these this time."""
        self._left_out |= set(parties)
        self._count()
        self._view.refresh()

    def look_at(self, party: Id) -> None:
        """Show the letter to a party as it would be written."""
        self._epoch.turn()
        question = partial(letter_due, party=party, on=self._desk.calendar.today())
        self._desk.runner.read(question, self._draw, epoch=self._epoch)

    def run(self, *, confirmed: bool = False) -> None:
        """Write all letters, each in a Work of its own, so that stopping leaves whole letters."""
        question = partial(due_rows, calendar=self._desk.calendar, left_out=self.left_out())
        self._desk.runner.read(question, partial(self._begin, confirmed), self._desk.notifier.fail)

    def stop(self) -> None:
        """Write no further letters."""
        self._waiting.clear()

    def _begin(self, confirmed: bool, rows: Sequence[WorkRow]) -> None:
        if self.is_running or not rows:
            return
        self._waiting = [row.party for row in rows]
        self._total, self._written, self.is_running = len(rows), [], True
        self._next(confirmed)

    def _next(self, confirmed: bool) -> None:
        if not self._waiting:
            self._end()
            return
        party = self._waiting.pop(0)
        self._view.show_progress(len(self._written), self._total)
        command = partial(remind_party, party=party, on=self._desk.calendar.today(), date_confirmed=confirmed)
        self._desk.runner.write(
            _("Run the ladder"),
            command,
            partial(self._on_written, confirmed),
            partial(self._on_refused, party),
        )

    def _on_written(self, confirmed: bool, letter: Id | None) -> None:
        if letter is not None:
            self._written.append(letter)
        self._next(confirmed)

    def _on_refused(self, party: Id, error: Exception) -> None:
        self._waiting.clear()
        self.is_running = False
        self._view.show_progress(self._total, self._total)
        if is_date_check(error):
            self._view.ask(_("Is the date right?"), str(error), partial(self.run, confirmed=True))
        else:
            self._desk.notifier.fail(error)

    def _end(self) -> None:
        self.is_running = False
        count = len(self._written)
        self._view.show_progress(self._total, self._total)
        self._desk.notifier.done(
            _("One letter written") if count == 1 else _("{count} letters written").format(count=count)
        )
        self._desk.navigator.back()
        self._desk.navigator.go("collections", page="letters")

    def _count(self) -> None:
        question = partial(due_rows, calendar=self._desk.calendar, left_out=self.left_out())
        self._desk.runner.read(
            question, lambda rows: self._view.show_count(len(rows)), self._desk.notifier.fail
        )

    def _draw(self, letter: Reminder | None) -> None:
        if letter is not None:
            self._desk.runner.network(partial(drawn, letter), self._view.show_pdf, epoch=self._epoch)


def save_letters(desk: Desk, letters: Sequence[Id], folder: Path) -> None:
    """Write letters as PDFs into a folder, one file each, and say how many."""

    def read(reader: Reader) -> list[Reminder]:
        found = [reminder(reader, record) for record in letters]
        return [letter for letter in found if letter is not None]

    def save(papers: list[Reminder]) -> None:
        desk.runner.network(partial(_saved, papers, folder), done, desk.notifier.fail)

    def done(count: int) -> None:
        desk.notifier.done(_("{count} PDFs are in {folder}").format(count=count, folder=folder.name))

    desk.runner.read(read, save, desk.notifier.fail)


def drawn(letter: Reminder) -> bytes:
    """The letter as a PDF."""
    target = BytesIO()
    draw_reminder(letter, target)
    return target.getvalue()


def file_name(letter: Reminder) -> str:
    """What a letter's PDF is called: number and party, in letters every system takes."""
    named = f"{letter.number} {letter.buyer.name}".replace("/", "-")
    return "".join(sign if sign.isalnum() or sign in " -_." else "_" for sign in named).strip() + ".pdf"


def _saved(papers: Sequence[Reminder], folder: Path) -> int:
    try:
        for paper in papers:
            (folder / file_name(paper)).write_bytes(drawn(paper))
    except OSError as error:
        raise BahiError(_("The file could not be written: {reason}").format(reason=error.strerror)) from error
    return len(papers)
