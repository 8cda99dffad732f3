"""The bills beside a receipt: how much of each it settles, and what stays on account."""

import datetime as dt
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.problems import Problem
from core.receipts.bills import OpenBill
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.kit import Banner, Card, EditGrid, EmptyState, GridColumn, KeyHint, button, label
from desktop.ports import AlongRow, Nothing, Runner
from desktop.screens.receipts.allotment import Sums
from desktop.screens.receipts.payers import taken_text
from desktop.theme import set_tone, space

_NARROW = 620


class Sum(QWidget):
    """A caption with its figure below."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption = caption
        self._figure = label("–", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space("hair"))
        for widget in (label(caption, "caption", tone="muted"), self._figure):
            widget.setAlignment(Qt.AlignmentFlag.AlignRight)
            column.addWidget(widget)

    def show_paise(self, paise: int, *, is_wrong: bool = False) -> None:
        """Show another figure."""
        text = amount_text(paise) if paise else "–"
        self._figure.setText(text)
        set_tone(self._figure, "danger" if is_wrong else "")
        self.setAccessibleName(f"{self._caption}: {text}")


class BillsCard(Card):
    """Open bills as lines: Enter walks down, an amount settles so much, F7 fits them again."""

    settled = Signal(int, object)
    """A line was set by hand: its place, paise or None."""
    fit_asked = Signal()
    save_asked = Signal()
    back_asked = Signal()
    finished = Signal()

    def __init__(self, runner: Runner, credit: str) -> None:
        super().__init__(margin="hair")
        self.set_margins(1, 1, 1, 1)
        self.grid = EditGrid(_columns(), runner, grows=False)
        self.grid.view.setAccessibleName(_("Bills to settle"))
        self._credit = Sum(credit)
        self._settled = Sum(_("Settles bills"))
        self._left = Sum(_("Stays on account"))
        self._title = label(_("Bills"), "strong")
        self._bills: tuple[OpenBill, ...] = ()
        self._nothing = EmptyState(
            Nothing(_("No party yet"), _("Its open bills appear here."), icon="invoices")
        )
        self._body = QStackedWidget()
        self.short = Banner()
        self._taken = Banner()
        self._build()
        self.grid.edited.connect(self._on_edited)
        self.grid.finished.connect(self.finished)

    def show_bills(self, bills: Sequence[OpenBill], today: dt.date) -> None:
        """Show these bills; none: say so."""
        self._bills = tuple(bills)
        self.grid.set_rows([_row(bill, today) for bill in bills])
        self._body.setCurrentWidget(self.grid if bills else self._nothing)
        self._title.setText(_("Bills, oldest first") if bills else _("Bills"))
        if not bills:
            self._nothing.say(_("Nothing is open"), _("All of it stays on account until a bill comes."))

    def show_taken(self, along: Sequence[AlongRow]) -> None:
        """Show which bills others have along, and what that means."""
        self._taken.say(taken_text(along), "warning")
        users = {bill: row.user for row in along if not row.is_mine for bill in row.bills}
        for place, bill in enumerate(self._bills):
            user = users.get(bill.item.paper)
            number = bill.item.number
            self.grid.set_cell(place, "number", f"{number} · {user}" if user else number)

    def is_in_line(self) -> bool:
        """Whether an amount is being typed."""
        return self.grid.is_typed_in()

    def show_settled(self, settled: Mapping[int, int]) -> None:
        """Show what settles each bill, and what is then left of it."""
        for place, bill in enumerate(self._bills):
            paise = settled.get(place)
            left = bill.item.open_paise - (paise or 0)
            self.grid.set_cell(place, "settle", paise)
            self.grid.set_cell(place, "left", amount_text(left) if left else "–")

    def show_sums(self, sums: Sums) -> None:
        """Show the sums below."""
        self._credit.show_paise(sums.credit_paise)
        self._settled.show_paise(sums.settled_paise)
        self._left.show_paise(sums.on_account_paise, is_wrong=sums.on_account_paise < 0)

    def show_problems(self, problems: Sequence[Problem]) -> list[Problem]:
        """Mark lines and go to the first one that is wrong; gives back what belongs elsewhere."""
        apart = self.grid.show_problems(problems)
        self.grid.go_to_problem()
        return apart

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short, what can be reckoned from the other columns gives way."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW
        for name in ("late", "left"):
            self.grid.view.setColumnHidden(self.grid.model.place(name), is_narrow)

    def enter(self) -> bool:
        """Put the focus into the first line; False if there is none."""
        if self._bills:
            self.grid.setFocus(Qt.FocusReason.TabFocusReason)
            self.grid.open_cell(0, "settle")
        return bool(self._bills)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(space("base"), space("small"), space("small"), space("small"))
        head.setSpacing(space("small"))
        head.addWidget(self._title, 1)
        head.addWidget(button(_("Oldest first"), "quiet", icon="fit", run=self.fit_asked.emit))
        head.addWidget(KeyHint("F7"))
        top = QWidget()
        top.setLayout(head)
        foot = QFrame()
        foot.setProperty("part", "footer")
        across = QHBoxLayout(foot)
        across.setContentsMargins(space("base"), space("medium"), space("base"), space("medium"))
        across.setSpacing(space("wide"))
        across.addStretch(1)
        for one in (self._credit, self._settled, self._left):
            across.addWidget(one)
        self._body.addWidget(self.grid)
        self._body.addWidget(self._nothing)
        self._body.setCurrentWidget(self._nothing)
        self.add(top)
        self.add(self._taken)
        self.add(self._body, 1)
        self.add(self.short)
        self.add(foot)
        for keys, signal in (
            ("Ctrl+Return", self.save_asked), ("Ctrl+Enter", self.save_asked), ("Escape", self.back_asked),
        ):  # fmt: skip
            made = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(signal)

    def _on_edited(self, row: int, name: str, value: object) -> None:
        if name == "settle":
            self.settled.emit(row, value)


def _columns() -> tuple[GridColumn, ...]:
    return (
        GridColumn("number", _("Bill"), "said", 14, stretch=True),
        GridColumn("due", _("Due on"), "said", 10),
        GridColumn("late", _("Late"), "computed", 7),
        GridColumn("open", _("Open"), "computed", 12),
        GridColumn("settle", _("Settle"), "amount", 13),
        GridColumn("left", _("Left"), "computed", 12),
    )


def _row(bill: OpenBill, today: dt.date) -> dict[str, object]:
    late = (today - bill.item.due_on).days
    return {
        "number": bill.item.number,
        "due": date_text(bill.item.due_on),
        "late": _("{days} d").format(days=late) if late > 0 else "–",
        "open": amount_text(bill.item.open_paise),
        "settle": None,
        "left": amount_text(bill.item.open_paise),
    }
