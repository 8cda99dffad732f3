"""The page of a receipt or voucher, its paper beside what it settled; and the page that settles bills with the rest."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import RuleBroken
from core.ids import Id
from core.problems import Problem
from core.receipts.bills import OpenBill
from core.words import translate as _
from desktop.kit import (
    AttachmentsCard,
    Banner,
    Card,
    FactList,
    KeyHint,
    PageHeader,
    PaperView,
    Pill,
    Way,
    button,
    label,
    row,
    scrolling,
)
from desktop.kit.surfaces import empty
from desktop.ports import Action, Desk, Tone
from desktop.screens.receipts.allotment import Sums
from desktop.screens.receipts.bills import BillsCard
from desktop.screens.receipts.deed_dialog import do_deed
from desktop.screens.receipts.deeds import Deed, known_deeds
from desktop.screens.receipts.settling import ReceiptPresenter, SettlePresenter
from desktop.screens.receipts.stories import Story
from desktop.theme import space

_SIDE = 320


class ReceiptPage(QWidget):
    """One receipt, advance or refund."""

    is_over = False

    def __init__(self, desk: Desk, record: Id) -> None:
        super().__init__()
        self._name = "receipt.pdf"
        self._header = PageHeader("")
        self._pill = Pill()
        self._facts = FactList()
        self._bills = QVBoxLayout()
        self.paper = PaperView(desk.runner, file_name=lambda: self._name)
        self.presenter = ReceiptPresenter(self, desk, record)
        self._settle = QWidget()
        self._refund = QWidget()
        self._heading = label("", "strong")
        self._deeds = QVBoxLayout()
        self._deeds_heading = label(_("What may be done"), "strong")
        self._desk = desk
        self._attached = AttachmentsCard(desk, desk.notifier.fail)
        self._build()
        self._attached.show_of(record)

    def actions_here(self) -> Sequence[Action]:
        """Printing, settling with what lies on account, giving an advance back."""
        act = self.presenter
        return (
            *(
                Action(
                    f"receipt.{name}", title, partial(self._do_named, name), (keys,), partial(act.can, name)
                )
                for name, title, keys in known_deeds()
            ),
            Action("receipt.settle", _("Settle bills"), act.settle, ("Ctrl+B",), act.can_settle, "fit"),
            Action(
                "receipt.refund", _("Give back"), self._give_back, ("Alt+R",), self._can_give_back, "undo"
            ),
            Action("receipt.print", _("Print receipt"), self.paper.print_out, ("Ctrl+P",), icon="print"),
            Action("receipt.pdf", _("Save as PDF"), self.paper.save, ("Ctrl+Shift+S",), icon="export"),
            Action("receipt.party", _("Open the party"), act.open_party, ("Ctrl+Return",), icon="parties"),
            *self._attached.ways(),
        )

    def put_away(self) -> None:
        """The page goes."""
        self._attached.put_away()
        self.presenter.put_away()

    def do(self, deed: Deed) -> None:
        """Do what may be done, after its dialog."""
        do_deed(self._desk, deed, partial(self.presenter.done, deed=deed), self.window())

    def _do_named(self, name: str) -> None:
        for deed in self.presenter.deeds():
            if deed.name == name:
                self.do(deed)

    def _can_give_back(self) -> bool:
        return self.presenter.can_give_back() or self.presenter.can("give_back")

    def _give_back(self) -> None:
        if self.presenter.can_give_back():
            self.presenter.give_back()
        else:
            self._do_named("give_back")

    def show_story(self, story: Story) -> None:
        """Show what it is and what it settled."""
        self._name = story.file_name
        self._header.set_title(story.title, story.text)
        self._pill.show_state(story.pill, story.tone)
        self._facts.show_facts(story.facts)
        self._settle.setVisible(story.can_settle)
        self._refund.setVisible(story.can_give_back)
        self._heading.setText(story.heading)
        empty(self._bills)
        if not story.ways:
            self._bills.addWidget(label(story.nothing, "body", tone="muted"))
        for way in story.ways:
            if way.place is None:
                told = " · ".join((way.number, way.detail, way.figure))
                self._bills.addWidget(label(told, "body", tone="muted", wrap=True))
                continue
            opened = partial(self.presenter.open_way, way.place)
            self._bills.addWidget(Way(way.number, way.detail, figure=way.figure, run=opened))
        empty(self._deeds)
        self._deeds_heading.setVisible(bool(story.deeds))
        for deed in story.deeds:
            tone: Tone = "danger" if deed.is_grave else ""
            self._deeds.addWidget(
                Way(deed.title, icon=deed.icon, tone=tone, keys=deed.keys, run=partial(self.do, deed))
            )

    def show_pdf(self, pdf: bytes) -> None:
        """Show its paper."""
        self.paper.show_pdf(pdf)

    def show_failure(self, error: Exception) -> None:
        """Say so in place of the title."""
        self._header.set_title(_("This receipt could not be shown"), str(error))

    def _build(self) -> None:
        settle = button(_("Settle bills"), "primary", icon="fit", run=self.presenter.settle)
        self._settle.setLayout(row(settle, KeyHint("Ctrl+B")))
        self._settle.hide()
        back = button(_("Give back"), "quiet", icon="undo", run=self.presenter.give_back)
        self._refund.setLayout(row(back, KeyHint("Alt+R")))
        self._refund.hide()
        self._header.add(self._pill)
        self._header.add(self._refund)
        self._header.add(self._settle)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space("medium"))
        column.addWidget(self._facts)
        column.addWidget(self._heading)
        self._bills.setSpacing(0)
        column.addLayout(self._bills)
        self._deeds_heading.hide()
        column.addWidget(self._deeds_heading)
        self._deeds.setSpacing(0)
        column.addLayout(self._deeds)
        column.addWidget(self._attached)
        column.addStretch(1)
        side = Card(_("Details"))
        area = scrolling(inner)
        area.setAccessibleName(_("Details"))
        side.add(area, 1)
        side.setFixedWidth(_SIDE)
        across = row(self.paper, side, spacing="medium")
        across.setStretch(0, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("medium"))
        whole.addWidget(self._header)
        whole.addLayout(across, 1)
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))
        self.setFocusProxy(self.paper)


class SettlePage(QWidget):
    """Bills for what lies on account of a receipt; each visit proposes anew."""

    is_over = True

    def __init__(self, desk: Desk, record: Id) -> None:
        super().__init__()
        self._header = PageHeader(_("Settle bills"))
        self._banner = Banner()
        self.bills = BillsCard(desk.runner, _("On account"))
        self._save = button(_("Settle"), "primary", icon="check", run=self._on_save)
        self._header.add(button(_("Leave it"), "quiet", run=lambda: self.presenter.back()))
        self._header.add(self._save)
        self._header.add(KeyHint(_("Ctrl+Enter")))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("medium"))
        for widget in (self._header, self._banner):
            whole.addWidget(widget)
        whole.addWidget(self.bills, 1)
        self.presenter = SettlePresenter(self, desk, record)
        self.bills.settled.connect(self.presenter.settle_line)
        self.bills.fit_asked.connect(self.presenter.fit)
        self.bills.save_asked.connect(self._on_save)
        self.bills.back_asked.connect(self.presenter.back)
        self.bills.finished.connect(lambda: self._save.setFocus(Qt.FocusReason.TabFocusReason))
        for keys in ("Return", "Enter", "Ctrl+Return", "Ctrl+Enter"):
            pressed = QShortcut(QKeySequence(keys), self._save, context=Qt.ShortcutContext.WidgetShortcut)
            pressed.activated.connect(self._on_save)

    def actions_here(self) -> Sequence[Action]:
        """Fitting."""
        return (Action("receipt.fit", _("Oldest bills first"), self.presenter.fit, ("F7",), icon="fit"),)

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()

    def show_credit(self, title: str, text: str) -> None:
        """Say which receipt."""
        self._header.set_title(title, text)

    def show_bills(self, bills: Sequence[OpenBill], today: dt.date) -> None:
        """Show the open bills, and begin with the first."""
        self.bills.show_bills(bills, today)
        self.bills.enter()

    def show_settled(self, settled: Mapping[int, int]) -> None:
        """Show what settles each."""
        self.bills.show_settled(settled)

    def show_sums(self, sums: Sums) -> None:
        """Show the sums."""
        self.bills.show_sums(sums)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Lines first; the rest above."""
        apart = self.bills.show_problems(problems)
        self._banner.say("\n".join(one.sentence for one in apart), "danger")

    def show_refusal(self, error: Exception) -> None:
        """Say why it was refused."""
        if isinstance(error, RuleBroken):
            self.show_problems(error.problems)
        else:
            self._banner.say(str(error), "danger")

    def _on_save(self) -> None:
        if self.bills.grid.settle():
            self.presenter.save()
