"""The line looked at, at the side of the list: what it says, what it may be with the arithmetic, what else."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.bank.model import Match, SetAside
from core.bank.proposal import Proposal
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.kit import (
    Card,
    Elided,
    EmptyState,
    FactList,
    KeyHint,
    Pill,
    Way,
    button,
    label,
    row,
    rule,
    scrolling,
)
from desktop.kit.surfaces import empty
from desktop.ports import Nothing
from desktop.screens.bank.columns import aside_name, likely_text, proposal_tone, way_text
from desktop.screens.bank.looked import Looked
from desktop.theme import space

WIDTH = 336


class LineCard(Card):
    """One line, and what is to be done with it. `deeds` are called by name: accept, hand, record, aside, undo, open."""

    def __init__(self, deeds: dict[str, Callable[[], object]], pick: Callable[[int], None]) -> None:
        super().__init__()
        self._deeds = deeds
        self._pick = pick
        nothing = Nothing(
            _("No line chosen"), _("What a line may be stands here, with the arithmetic."), icon="bank"
        )
        self._nothing = EmptyState(nothing)
        self._inner = QWidget()
        self._stack = QVBoxLayout(self._inner)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(space("small"))
        self._area = scrolling(self._inner)
        self._area.setAccessibleName(_("The line looked at"))
        self._foot = QVBoxLayout()
        self._foot.setSpacing(space("small"))
        self.add(self._nothing, 1)
        self.add(self._area, 1)
        foot = QWidget()
        self._foot.setContentsMargins(0, 0, 0, 0)
        foot.setLayout(self._foot)
        self.add(foot)
        self._area.hide()
        self.setFixedWidth(WIDTH)

    def show_looked(self, looked: Looked | None) -> None:
        """Show a line; None: none is looked at."""
        empty(self._stack)
        empty(self._foot)
        self._nothing.setVisible(looked is None)
        self._area.setVisible(looked is not None)
        if looked is None:
            return
        for part in (*_head(looked), *self._body(looked)):
            self._stack.addWidget(part)
        self._stack.addStretch(1)
        for part in self._ways(looked):
            self._foot.addWidget(part)

    def _body(self, looked: Looked) -> Iterator[QWidget]:
        if looked.row.match is not None:
            yield from _claimed(looked)
            return
        chosen = looked.chosen
        if chosen is None:
            told = (
                _("Looking for what it may be …")
                if looked.is_waiting
                else _("Nothing in the book is like it.")
            )
            yield label(told, "body", tone="muted", wrap=True)
            return
        yield from _proposed(chosen)
        others = [(at, each) for at, each in enumerate(looked.choices) if at != looked.at]
        if others:
            yield rule()
            yield spread(label(_("It may also be"), "strong"), KeyHint("→"))
        for at, each in others:
            yield Way(
                likely_text(each), way_text(each), figure=f"{each.confidence} %", run=partial(self._pick, at)
            )

    def _ways(self, looked: Looked) -> Iterator[QWidget]:
        if looked.row.match is not None:
            parts = [self._button("undo", _("Undo"), "undo", "U")]
            if isinstance(looked.claim, Match) and looked.claim.papers:
                parts.append(self._button("open", _("Open the paper"), "open", "O"))
            yield _beside(parts)
            return
        yield rule()
        if looked.chosen is not None:
            text = _("Set aside") if looked.chosen.aside else _("Accept")
            if looked.chosen.recorded is not None:
                text = _("Record and match")
            if not looked.chosen.hindrance:
                yield _beside([self._button("accept", text, "check", _("Enter"), is_first=True)])
        yield _beside(
            [
                self._button("hand", _("Match …"), "target", "M"),
                self._button("aside", _("Set aside …"), "remove", "X"),
            ]
        )
        if looked.row.paise > 0:
            yield _beside([self._button("record", _("Record by hand …"), "edit", "E")])

    def _button(self, deed: str, text: str, icon: str, keys: str, *, is_first: bool = False) -> list[QWidget]:
        return [button(text, "primary" if is_first else "", icon=icon, run=self._deeds[deed]), KeyHint(keys)]


def _head(looked: Looked) -> Iterator[QWidget]:
    line = looked.row
    amount = label(money_text(line.paise), "figure", tone="danger" if line.paise < 0 else "")
    amount.setAccessibleName(
        (_("Paid in: {amount}") if line.paise > 0 else _("Paid out: {amount}")).format(amount=amount.text())
    )
    yield spread(amount, label(date_text(line.dated_on), "body", tone="muted"))
    yield label(line.description or "–", "body", wrap=True, selectable=True)
    facts = [(_("Reference"), line.reference)] if line.reference else []
    if line.value_on is not None and line.value_on != line.dated_on:
        facts.append((_("Value date"), date_text(line.value_on)))
    if line.balance_paise is not None:
        facts.append((_("Balance after"), amount_text(line.balance_paise)))
    if facts:
        yield FactList(facts)
    yield rule()


def _proposed(proposal: Proposal) -> Iterator[QWidget]:
    sure = _("Certain") if proposal.certain else _("{percent} % sure").format(percent=proposal.confidence)
    title = Elided(likely_text(proposal), "title")
    yield title
    yield row_of(Pill(sure, proposal_tone(proposal)))
    yield label(proposal.reason, "body", tone="muted", wrap=True)
    if proposal.hindrance:
        yield label(proposal.hindrance, "body", tone="danger", wrap=True)
    if len(proposal.lines) > 1:
        together = _("{count} lines of the bank together").format(count=len(proposal.lines))
        yield label(together, "body", wrap=True)
    for told in proposal.arithmetic or _papers(proposal):
        yield label(told, "small", wrap=True)


def _papers(proposal: Proposal) -> list[str]:
    return [
        _("{number} of {date}: {amount}").format(
            number=money.number, date=date_text(money.dated_on), amount=money_text(money.paise)
        )
        for money in proposal.papers
    ]


def _claimed(looked: Looked) -> Iterator[QWidget]:
    claim = looked.claim
    if isinstance(claim, SetAside):
        yield label(aside_name(claim.reason), "title")
        yield label(_("Set aside: no customer's money."), "body", tone="muted", wrap=True)
        if claim.note:
            yield label(claim.note, "body", wrap=True)
        return
    name = looked.row.name or _("The bank's own entry")
    if looked.row.papers > 1:
        name = _("{count} papers together").format(count=looked.row.papers)
    yield Elided(name, "title")
    if isinstance(claim, Match):
        yield label(claim.reason, "body", tone="muted", wrap=True)
        for paper in claim.papers:
            yield spread(label(paper.number, "body"), label(amount_text(paper.paise), "body"))
        if len(claim.lines) > 1:
            together = _("{count} lines of the bank together").format(count=len(claim.lines))
            yield label(together, "body", tone="muted", wrap=True)
        yield label(_("Matched on {date}").format(date=date_text(claim.matched_on)), "small", tone="muted")


def row_of(*widgets: QWidget) -> QWidget:
    """Widgets side by side from the left."""
    made = QWidget()
    across = row(*widgets, spacing="tight")
    across.setContentsMargins(0, 0, 0, 0)
    across.addStretch(1)
    made.setLayout(across)
    return made


def spread(first: QWidget, last: QWidget) -> QWidget:
    """Two widgets at the ends of a line."""
    made = QWidget()
    across = row(first, spacing="small")
    across.setContentsMargins(0, 0, 0, 0)
    across.addStretch(1)
    across.addWidget(last)
    made.setLayout(across)
    return made


def _beside(parts: list[list[QWidget]]) -> QWidget:
    return row_of(*(widget for part in parts for widget in part))
