"""Pages of collections beside the worklist: the ladder's preview, and one letter as a paper."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.dunning.model import Reminder
from core.dunning.queries import reminder
from core.ids import Id
from core.words import date_text
from core.words import translate as _
from desktop.kit import (
    Banner,
    Card,
    KeyHint,
    PagedTable,
    PageHeader,
    PaperView,
    Question,
    button,
    label,
    row,
)
from desktop.ports import Action, Desk, Epoch, Reader
from desktop.screens.collections.columns import due_listing
from desktop.screens.collections.letters import LadderPresenter, drawn, file_name
from desktop.theme import space


class LadderPage(QWidget):
    """Who would get which letter at the left, the letter itself at the right; nothing is written until one says so."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._header = PageHeader(_("Remind all who are due"))
        self._banner = Banner()
        self.paper = PaperView(desk.runner)
        self.paper.setAccessibleName(_("The letter as it would be written"))
        self._run = button(_("Write letters"), "primary", icon="mail", run=self._on_run)
        self.presenter = LadderPresenter(self, desk)
        self.table = PagedTable(due_listing(desk.calendar, self.presenter.left_out), desk.runner, desk.hub)
        self.table.view.setAccessibleName(_("Letters due"))
        self._lay()
        self.table.selection_changed.connect(self._on_selected)
        self.table.row_activated.connect(lambda party: desk.navigator.go("parties", record=party))
        self._banner.acted.connect(self.presenter.stop)
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))

    def actions_here(self) -> Sequence[Action]:
        """Writing, and leaving out."""
        return (
            Action(
                "ladder.write", _("Write letters"), self._on_run, ("Ctrl+Return", "Ctrl+Enter"), icon="mail"
            ),
            Action(
                "ladder.leave_out",
                _("Leave this party out"),
                self._leave_out,
                ("Del", "Ctrl+Del"),
                icon="remove",
            ),
        )

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()
        self.table.put_away()

    # --- what the presenter says

    def show_count(self, count: int) -> None:
        """How many letters would be written."""
        self._run.setEnabled(count > 0)
        text = _("One letter is due") if count == 1 else _("{count} letters are due").format(count=count)
        self._header.set_title(_("Remind all who are due"), text)

    def show_pdf(self, pdf: bytes) -> None:
        """The letter looked at."""
        self.paper.show_pdf(pdf)

    def show_progress(self, done: int, total: int) -> None:
        """How far writing has come."""
        is_over = done >= total
        text = _("Writing letter {number} of {total}").format(number=done + 1, total=total)
        self._banner.say("" if is_over else text, "accent", "" if is_over else _("Stop"))
        self._run.setEnabled(is_over)

    def refresh(self) -> None:
        """Read the list again."""
        self.table.refresh()

    def ask(self, title: str, text: str, yes: Callable[[], None]) -> None:
        """Ask before going on."""
        Question(title, text, yes=_("The date is right"), answered=yes, parent=self.window()).open()

    # --- building

    def _lay(self) -> None:
        self._header.add(self._run)
        self._header.add(KeyHint(_("Ctrl+Enter")))
        card = Card(margin="hair")
        card.set_margins(1, 1, 1, 6)
        card.add(self.table, 1)
        hint = row(KeyHint(_("Del")), label(_("leaves a party out this time"), "small", tone="muted"))
        hint.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(space("small"))
        left.addWidget(card, 1)
        left.addLayout(hint)
        across = row(spacing="medium")
        across.addLayout(left, 4)
        across.addWidget(self.paper, 6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("medium"))
        for widget in (self._header, self._banner):
            whole.addWidget(widget)
        whole.addLayout(across, 1)
        self.setFocusProxy(self.table)

    def _on_run(self) -> None:
        self.presenter.run()

    def _on_selected(self, parties: list[bytes]) -> None:
        if len(parties) == 1:
            self.presenter.look_at(parties[0])

    def _leave_out(self) -> None:
        self.presenter.leave_out(self.table.selected_ids())


class LetterPage(QWidget):
    """One letter as it was written, to print or to save."""

    def __init__(self, desk: Desk, record: Id) -> None:
        super().__init__()
        self._desk = desk
        self._letter: Reminder | None = None
        self._epoch = Epoch()
        self._header = PageHeader("")
        self.paper = PaperView(desk.runner, file_name=self._file_name)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("base"))
        whole.setSpacing(space("small"))
        whole.addWidget(self._header)
        whole.addWidget(self.paper, 1)
        self.setFocusProxy(self.paper)
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))

        def read(reader: Reader) -> Reminder | None:
            return reminder(reader, record)

        desk.runner.read(read, self._show, desk.notifier.fail, epoch=self._epoch)

    def actions_here(self) -> Sequence[Action]:
        """Printing and saving."""
        return (
            Action("letter.print", _("Print letter"), self.paper.print_out, ("Ctrl+P",), icon="print"),
            Action("letter.save", _("Save as PDF"), self.paper.save, ("Ctrl+Shift+S",), icon="export"),
            Action("letter.party", _("Open the party"), self._open_party, ("Ctrl+Return",), icon="parties"),
        )

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()

    def _file_name(self) -> str:
        return "letter.pdf" if self._letter is None else file_name(self._letter)

    def _open_party(self) -> None:
        if self._letter is not None:
            self._desk.navigator.go("parties", record=self._letter.buyer.party)

    def _show(self, letter: Reminder | None) -> None:
        self._letter = letter
        if letter is None:
            self._desk.navigator.go("collections", page="letters")
            return
        when = f"{date_text(letter.dated_on)} · {letter.buyer.name}"
        self._header.set_title(f"{_(letter.title)} {letter.number}", when)
        self._desk.runner.network(
            partial(drawn, letter), self.paper.show_pdf, self._desk.notifier.fail, epoch=self._epoch
        )
