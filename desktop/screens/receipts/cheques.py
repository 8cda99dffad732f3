"""Cheques by how they stand: several are chosen with Space and paid in by one slip, which is then printed."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.ids import Id
from core.words import money_text
from core.words import translate as _
from desktop.kit import ListPage, PaperView
from desktop.kit.sheet import Dialog
from desktop.ports import Action, Desk
from desktop.screens.receipts.cheque_columns import cheque_listing
from desktop.screens.receipts.deed_dialog import do_deed
from desktop.screens.receipts.deeds import Deed
from desktop.screens.receipts.slips import Chosen, deposit_asked, slip_drawn
from desktop.theme import size, space


class ChequesPage(QWidget):
    """The list of cheques, with the choice of those to be paid in."""

    is_over = False

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.chosen = Chosen()
        self._deposit = Action("cheques.deposit", _("Deposit"), self.deposit, ("Ctrl+D",), icon="bank")
        self._slip = Action("cheques.slip", _("Pay-in slip"), self.show_slip, ("Ctrl+Shift+P",), icon="print")
        self._choose = Action(
            "cheques.choose", _("Choose or leave out"), self.choose, ("Space",), icon="check"
        )
        self.list = ListPage(
            _("Cheques"),
            cheque_listing(desk.calendar.today, self.chosen),
            desk.runner,
            desk.hub,
            desk.memory,
            actions=[self._deposit, self._slip],
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.list)
        self.list.row_activated.connect(lambda record: desk.navigator.go("receipts", record=record))
        self.list.table.view.installEventFilter(self)
        self.list.table.asked.connect(lambda _ask: self._leave_out())
        self.setFocusProxy(self.list)
        self._show_chosen()

    def actions_here(self) -> Sequence[Action]:
        """Choosing, paying in, printing the slip, and what every list offers."""
        return (self._deposit, self._choose, self._slip, *self.list.list_actions())

    def put_away(self) -> None:
        """The page goes."""
        self.list.put_away()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space chooses the row or leaves it out, and goes on to the next."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            self.choose()
            return True
        return super().eventFilter(watched, event)

    def choose(self) -> None:
        """Choose the cheques marked, or leave them out again."""
        table = self.list.table
        marked = table.selected_ids()
        for record in marked:
            self.chosen.turn(table.row_of(record))
        view = table.view
        below = view.model().index(view.currentIndex().row() + 1, view.currentIndex().column())
        if len(marked) == 1 and below.isValid():
            view.setCurrentIndex(below)
        view.viewport().update()
        self._show_chosen()

    def deposit(self) -> None:
        """Pay in the cheques chosen, or the one the list stands on."""
        table = self.list.table
        records = list(self.chosen.paise) or table.selected_ids()
        rows = [row for row in (table.row_of(record) for record in records) if row is not None]
        question = partial(deposit_asked, rows, self.chosen)
        self._desk.runner.read(question, self._ask, self._desk.notifier.fail)

    def show_slip(self) -> None:
        """The slip by which the cheque the list stands on was paid in."""
        rows = [self.list.table.row_of(record) for record in self.list.selected_ids()[:1]]
        if rows and rows[0] is not None and rows[0].deposit is not None:
            self._show_slip(rows[0].deposit)
        else:
            self._desk.notifier.tell(_("This cheque was not paid in by a slip."))

    def _ask(self, deed: Deed | None) -> None:
        if deed is None:
            self._desk.notifier.tell(_("Choose cheques in hand with Space."))
        else:
            do_deed(self._desk, deed, self._deposited, self.window())

    def _deposited(self, answer: object) -> None:
        self._leave_out()
        if isinstance(answer, bytes):
            self._show_slip(answer)

    def _show_slip(self, deposit: Id) -> None:
        draw = partial(slip_drawn, deposit, self._desk.calendar.today())
        SlipDialog(self._desk, draw, self.window())

    def _leave_out(self) -> None:
        self.chosen.clear()
        self._show_chosen()

    def _show_chosen(self) -> None:
        count, total = len(self.chosen.paise), sum(self.chosen.paise.values())
        self.list.set_footer([(_("Chosen"), str(count)), (_("In all"), money_text(total))])


class SlipDialog(Dialog):
    """A pay-in slip over the window, to print or save; Esc closes it."""

    def __init__(self, desk: Desk, draw: "partial[bytes]", parent: QWidget) -> None:
        title = _("Pay-in slip")
        super().__init__(title, parent)
        self.paper = PaperView(desk.runner, file_name=lambda: f"{title}.pdf")
        self.paper.setAccessibleName(title)
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("base"),) * 4)
        whole.addWidget(self.paper)
        self.paper.take_keys()
        self.resize(size("form") + size("label"), parent.height() - space("vast"))
        desk.runner.read(draw, self.paper.show_pdf, desk.notifier.fail)
        self.open()
