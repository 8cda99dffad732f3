"""The party of the worklist that is looked at: why it is chased, its place on the ladder, its bills."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.ids import Id
from core.words import amount_text
from core.words import translate as _
from desktop.kit import (
    Banner,
    Card,
    Elided,
    EmptyState,
    KeyHint,
    Pill,
    Way,
    button,
    column,
    label,
    row,
    rule,
    scrolling,
)
from desktop.kit.surfaces import empty
from desktop.ports import AlongRow, Nothing
from desktop.screens.collections.presenter import Chased, Rung, along_text, asked_text
from desktop.theme import space

WIDTH = 328


class ChasedCard(Card):
    """One party, at the side of the list."""

    def __init__(
        self, open_bill: Callable[[Id], None], remind: Callable[[], None], receive: Callable[[], None],
        take_along: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__()
        self._open_bill = open_bill
        self._remind = remind
        self._receive = receive
        self._take_along = take_along
        nothing = Nothing(_("Nobody chosen"), _("Why a party is chased stands here."), icon="collections")
        self._nothing = EmptyState(nothing)
        self._inner = QWidget()
        self._stack = QVBoxLayout(self._inner)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(space("small"))
        self._area = scrolling(self._inner)
        self._area.setAccessibleName(_("Why this party is chased"))
        self.add(self._nothing, 1)
        self.add(self._area, 1)
        self._area.hide()
        self.setFixedWidth(WIDTH)

    def show_chased(self, chased: Chased | None) -> None:
        """Show a party; None: nobody."""
        empty(self._stack)
        self._nothing.setVisible(chased is None)
        self._area.setVisible(chased is not None)
        if chased is None:
            return
        name = Elided(chased.row.name, "title")
        asked = label(asked_text(chased.row), "figure")
        asked.setAccessibleName(_("To be asked for: {amount}").format(amount=asked.text()))
        parts: list[QWidget] = [name, asked]
        if chased.is_paused:
            parts.append(Banner(_("The ladder is paused in Settings: no letter is written."), "warning"))
        parts += [label(f"·  {reason}", "body", tone="muted", wrap=True) for reason in chased.reasons]
        parts.append(self._ways(is_due=bool(chased.row.next_step)))
        if chased.may_take:
            parts += [_out_line(each) for each in chased.along]
            parts.append(self._along(is_mine=chased.is_mine))
        parts += [rule(), label(_("Ladder"), "strong")]
        parts += [_rung_line(rung) for rung in chased.rungs]
        parts += [rule(), label(_("Bills past due"), "strong")]
        for bill in chased.bills:
            run = partial(self._open_bill, bill.document)
            parts.append(Way(bill.number, bill.text, figure=amount_text(bill.open_paise), run=run))
        if chased.more:
            parts.append(label(_("and {count} more").format(count=chased.more), "small", tone="muted"))
        for part in parts:
            self._stack.addWidget(part)
        self._stack.addStretch(1)

    def _ways(self, *, is_due: bool) -> QWidget:
        ways = QWidget()
        remind = button(_("Remind"), "primary" if is_due else "", icon="mail", run=self._remind)
        remind.setEnabled(is_due)
        receive = button(_("Receive"), "", icon="receipts", run=self._receive)
        across = row(remind, KeyHint("R"), receive, KeyHint("F6"), spacing="tight")
        across.addStretch(1)
        ways.setLayout(across)
        return ways

    def _along(self, *, is_mine: bool) -> QWidget:
        text = _("Give its bills back") if is_mine else _("Take its bills along")
        way = QWidget()
        across = row(button(text, "", icon="lock", run=self._take_along), KeyHint("T"), spacing="tight")
        across.addStretch(1)
        way.setLayout(across)
        return way


def _out_line(along: AlongRow) -> QWidget:
    return label(along_text(along), "small", tone="muted" if along.is_mine else "warning", wrap=True)


def _rung_line(rung: Rung) -> QWidget:
    line = QFrame()
    across = row(spacing="small")
    across.addLayout(
        column(Elided(rung.title, "body"), Elided(rung.text, "small", tone="muted"), spacing="hair"), 1
    )
    across.addWidget(Pill(rung.pill, rung.tone), 0, Qt.AlignmentFlag.AlignVCenter)
    line.setLayout(across)
    line.setAccessibleName(f"{rung.title}: {rung.pill}")
    return line
