"""A document's page: the paper at the left; figures, what settled it and what happened at the right."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from core.invoicing.rules import CREDIT_NOTE
from core.paper import COPIES
from core.words import money_text
from core.words import translate as _
from desktop.kit import (
    AttachmentsCard,
    Banner,
    Card,
    EmptyState,
    FactList,
    Failure,
    Figure,
    KeyHint,
    Loading,
    PageHeader,
    PaperView,
    Pill,
    SplitPane,
    Way,
    button,
    label,
    row,
    scrolling,
)
from desktop.kit.surfaces import empty
from desktop.ports import Action, Desk, Nothing
from desktop.screens.invoices.document.dialog import (
    CancelSheet,
    EwayBillSheet,
    IrnCancelledSheet,
    TransportSheet,
)
from desktop.screens.invoices.document.giving_up import UNDO_KEYS, GivingUp
from desktop.screens.invoices.document.portal import refusal_text
from desktop.screens.invoices.document.presenter import DocumentPresenter
from desktop.screens.invoices.document.side import PortalCard, Side
from desktop.screens.invoices.document.side_interest import InterestCard
from desktop.screens.invoices.document.story import Step, Story, pdf_of
from desktop.screens.invoices.paper_dialog import PaperDialog
from desktop.theme import space

_FOLDER = "invoices.portal_folder"
"""Under this name the folder of the portals' files is remembered."""


class DocumentPage(QWidget):
    """One document."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._runner = desk.runner
        self._memory = desk.memory
        self.header = PageHeader("")
        self._pill = Pill()
        self._trouble = Banner()
        self._trouble.acted.connect(lambda: desk.navigator.go("inbox"))
        self._refused = Banner()
        self.paper = PaperView(desk.runner, file_name=self._file_name)
        self.paper.setAccessibleName(_("The paper"))
        self._value = Figure(_("Value"))
        self._open = Figure(_("Still open"))
        self._facts = FactList()
        self._portals = PortalCard()
        self._interest = InterestCard(desk, self.show_refusal)
        self._giving_up = GivingUp(desk, lambda: self.presenter.story, self)
        self._attached = AttachmentsCard(desk, self.show_refusal)
        self._steps = QVBoxLayout()
        self._stack = QStackedWidget()
        self._loading = Loading()
        self._message: EmptyState | None = None
        self.presenter = DocumentPresenter(desk, self)
        self._body = self._built(desk)
        self._stack.addWidget(self._loading)
        self._stack.addWidget(self._body)
        self._receive = button(_("Receive payment"), "primary", icon="receipts", run=self.presenter.receive)
        self._note = button(_("Credit note"), icon="undo", run=lambda: self.presenter.begin("credit_note"))
        self._turn = button(_("Make invoice"), "primary", icon="plus", run=self.presenter.make_invoice)
        self.header.add(self._pill)
        for widget in (self._note, self._receive):
            self.header.add(widget)
        self._receive_key = self.header.add(KeyHint("F6"))
        self.header.add(self._turn)
        self._turn_key = self.header.add(KeyHint("Ctrl+Enter"))
        self.paper.shown.connect(self._on_drawn)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("base"))
        whole.setSpacing(space("medium"))
        whole.addWidget(self.header)
        whole.addWidget(self._trouble)
        whole.addWidget(self._refused)
        whole.addWidget(self._stack, 1)

    def _on_drawn(self, _pages: int) -> None:
        """The first paper is drawn: it gets the keys, which the page held till then, so that no button had them."""
        self.paper.fit_width(shrink_only=True)
        had_keys = self.hasFocus()
        self.setFocusProxy(self.paper)
        if had_keys:
            self.paper.setFocus()

    # --- what the presenter shows

    def show_story(self, story: Story) -> None:
        """Show the document and what happened to it."""
        self.header.set_title(story.title, story.document.buyer.name)
        self._pill.show_state(*story.shown)
        self._refused.say("")
        self._value.show_number(money_text(story.row.value_paise))
        self._open.setVisible(story.posts)
        is_credit = story.document.type == CREDIT_NOTE
        self._open.show_number(
            money_text(story.row.open_paise if story.stands else 0),
            delta=_("to be used") if is_credit and story.row.open_paise else "",
            tone="danger" if story.shown[1] == "danger" else "",
        )
        self._trouble.say(story.trouble, "warning", _("Open the Inbox") if story.trouble else "")
        self._receive.setVisible(story.may_be_paid)
        self._receive_key.setVisible(story.may_be_paid)
        self._note.setVisible(story.may_be_noted)
        self._turn.setVisible(story.is_offer)
        self._turn_key.setVisible(story.is_offer)
        self._facts.show_facts(story.facts())
        self._portals.show_returned(story.returned, self._portal_ways(story))
        self._interest.presenter.show(story.record)
        self._attached.show_of(story.record)
        self._show_steps(story)
        self._stack.setCurrentWidget(self._body)

    def show_paper(self, pdf: bytes) -> None:
        """Show the paper."""
        self.paper.show_pdf(pdf)

    def show_missing(self) -> None:
        """The book has no such document."""
        self._say(EmptyState(Nothing(_("The book has no such document"), icon="invoices")))

    def show_failure(self, error: Exception) -> None:
        """The document could not be read or drawn."""
        failed = Failure(error)
        failed.asked.connect(self.presenter.load)
        self._say(failed)

    def show_refusal(self, error: Exception) -> None:
        """Say why something could not be done; the document stays in sight."""
        self._refused.say(refusal_text(error), "danger")

    # --- what the user asks

    def actions(self) -> list[Action]:
        """What can be done with the document shown."""
        shown = self.presenter

        def when(holds: Callable[[Story], bool]) -> Callable[[], bool]:
            return lambda: shown.story is not None and holds(shown.story)

        has_story, stands = when(lambda _story: True), when(lambda story: story.stands)
        may_be_paid = when(lambda story: story.may_be_paid)
        may_be_noted = when(lambda story: story.may_be_noted)
        return [
            Action(
                "document.make_invoice", _("Make invoice"), shown.make_invoice, ("Ctrl+Return", "Ctrl+Enter"),
                when(lambda story: story.is_offer), "plus", words=_("turn into invoice"),
            ),
            Action("document.print", _("Print"), self.paper.print_out, ("Ctrl+P",), has_story, "print"),
            Action("document.save", _("Save as PDF"), self.paper.save, ("Ctrl+Shift+S",), has_story, "export"),
            Action(
                "document.duplicate", _("Duplicate for the transporter"), partial(self._show_copies, COPIES[1:2]),
                (), has_story, "copy",
            ),
            Action(
                "document.triplicate", _("Triplicate for the supplier"), partial(self._show_copies, COPIES[2:]),
                (), has_story, "copy",
            ),
            Action(
                "document.copies", _("All three copies"), partial(self._show_copies, COPIES), ("Alt+P",),
                has_story, "copy", words=_("challan print triplicate"),
            ),
            Action("document.receive", _("Receive payment"), shown.receive, ("F6",), may_be_paid, "receipts"),
            Action(
                "document.credit_note", _("Credit note"), lambda: shown.begin("credit_note"), ("Ctrl+F8",),
                may_be_noted, "undo",
            ),
            Action(
                "document.debit_note", _("Debit note"), lambda: shown.begin("debit_note"), ("Ctrl+F9",),
                may_be_noted, "plus",
            ),
            Action("document.copy", _("Copy as new"), lambda: shown.begin("copy"), ("Alt+2",), has_story, "copy"),
            Action(
                "document.amend", _("Correct in a later return"), lambda: shown.begin("amend"), ("Alt+A",),
                when(lambda story: story.may_be_amended), "edit", words=_("amendment filed invoice"),
            ),
            Action(
                "document.revise", _("Revised invoice"), lambda: shown.begin("revise"), ("Alt+R",),
                when(lambda story: story.may_be_revised), "edit", words=_("registration section 31"),
            ),
            *self._portal_actions(when),
            *self._interest.ways(),
            *self._giving_up.ways(),
            *self._attached.ways(),
            Action("document.cancel", _("Cancel"), self._ask_cancel, ("Alt+X",), stands, "remove"),
            Action("document.party", _("Show the party"), shown.open_party, ("Ctrl+Shift+P",), has_story, "parties"),
        ]  # fmt: skip

    def _portal_actions(self, when: Callable[[Callable[[Story], bool]], Callable[[], bool]]) -> list[Action]:
        """What goes to the portals, and what came from them."""
        to_register = when(lambda story: story.returned.takes_irn and story.returned.registered is None)
        return [
            Action(
                "document.einvoice", _("Save e-invoice JSON"), self._ask_einvoice, ("Ctrl+J",),
                to_register, "export", words=_("irn inv-01 portal upload"),
            ),
            Action(
                "document.answer", _("Take the portal's answer…"), self._ask_answer, ("Ctrl+Shift+J",),
                when(lambda story: story.returned.takes_irn), "import", words=_("irn signed qr"),
            ),
            Action(
                "document.irn_cancelled", _("Note IRN cancelled at the portal"), self._ask_irn_cancelled, ("Alt+I",),
                when(lambda story: story.returned.registered is not None), "remove",
            ),
            Action(
                "document.eway", _("Save e-way bill JSON"), self._ask_transport, ("Ctrl+B",),
                when(lambda story: story.returned.takes_bill), "export", words=_("ewb bulk portal upload"),
            ),
            Action(
                "document.eway_number", _("Note e-way bill number"), self._ask_bill, ("Ctrl+Shift+B",),
                when(lambda story: story.returned.takes_bill), "edit", words=_("ewb"),
            ),
        ]  # fmt: skip

    def put_away(self) -> None:
        """The page goes."""
        self._attached.put_away()
        self.presenter.put_away()

    # --- building

    def _built(self, desk: Desk) -> QWidget:
        paper = Card(margin="small")
        paper.add(self.paper, 1)
        side = Side()
        below = QVBoxLayout(side)
        below.setContentsMargins(space("base"), 0, space("hair"), 0)
        below.setSpacing(space("medium"))
        figures = row(self._value, self._open, spacing="medium")
        side.let_turn(figures)
        below.addLayout(figures)
        facts = Card()
        facts.add(self._facts)
        below.addWidget(facts)
        below.addWidget(self._interest)
        below.addWidget(self._portals)
        below.addWidget(self._attached)
        self._steps.setSpacing(space("medium"))
        below.addLayout(self._steps)
        below.addStretch(1)
        told = scrolling(side)
        told.setAccessibleName(_("Figures and history"))
        return SplitPane(paper, told, desk.memory, "document", share=0.6)

    def _show_steps(self, story: Story) -> None:
        empty(self._steps)
        groups = (
            (_("Belongs to"), story.related),
            (_("Settled by") if story.document.type != CREDIT_NOTE else _("Settles"), story.settled),
            (_("Reminders"), story.asked),
            (_("History"), story.history),
        )
        for title, steps in groups:
            if steps:
                self._steps.addWidget(self._card(title, steps))

    def _card(self, title: str, steps: Sequence[Step]) -> Card:
        card = Card(title, margin="medium")
        for step in steps:
            place = step.place
            if step.write_off is not None:
                undo = partial(self._giving_up.undo, step.write_off)
                card.add(
                    Way(step.title, step.detail, figure=step.figure, icon=step.icon, keys=UNDO_KEYS, run=undo)
                )
            elif place is None:
                card.add(_told(step))
            else:
                card.add(
                    Way(
                        step.title,
                        step.detail,
                        figure=step.figure,
                        icon=step.icon,
                        run=partial(self.presenter.go, place),
                    )
                )
        return card

    def _say(self, message: EmptyState) -> None:
        if self._message is not None:
            self._stack.removeWidget(self._message)
            self._message.deleteLater()
        self._message = message
        self._stack.addWidget(message)
        self._stack.setCurrentWidget(message)

    def _ask_cancel(self) -> None:
        if self.presenter.story is not None:
            CancelSheet(self.presenter, self.presenter.story.title, self).open()

    def _show_copies(self, copies: Sequence[str]) -> None:
        story = self.presenter.story
        if story is not None:
            PaperDialog(self._runner, story.title, partial(pdf_of, story, copies=copies), self).open()

    # --- the portals

    def _portal_ways(self, story: Story) -> list[tuple[str, str, Callable[[], object]]]:
        """What is next to do with the return and the portals: (words, keys, how) each."""
        ways: list[tuple[str, str, Callable[[], object]]] = []
        told, begin = story.returned, self.presenter.begin
        if story.may_be_amended:
            ways.append((_("Correct in a later return"), "Alt+A", partial(begin, "amend")))
        if story.may_be_revised:
            ways.append((_("Revised invoice"), "Alt+R", partial(begin, "revise")))
        if told.may_be_cancelled_there:
            ways.append((_("Note IRN cancelled at the portal"), "Alt+I", self._ask_irn_cancelled))
        if told.needs_irn and told.registered is None:
            ways.append((_("Save e-invoice JSON"), "Ctrl+J", self._ask_einvoice))
            ways.append((_("Take the portal's answer…"), "Ctrl+Shift+J", self._ask_answer))
        if told.needs_bill and told.noted is None:
            ways.append((_("Save e-way bill JSON"), "Ctrl+B", self._ask_transport))
            ways.append((_("Note e-way bill number"), "Ctrl+Shift+B", self._ask_bill))
        return ways

    def _ask_einvoice(self) -> None:
        file = self._asked_file("einvoice")
        if file is not None:
            self.presenter.write_einvoice(file)

    def _ask_transport(self) -> None:
        """The way of the goods is often known only when the paper is issued."""
        story = self.presenter.story
        if story is not None:
            TransportSheet(self._runner, self.presenter, story.document, self._save_bill, self).open()

    def _save_bill(self, data: bytes) -> None:
        file = self._asked_file("ewaybill")
        if file is not None:
            self.presenter.write(file, data)

    def _asked_file(self, kind: str) -> Path | None:
        name = f"{kind}_{Path(self._file_name()).stem}.json"
        wanted, kinds = str(self._folder() / name), _("JSON files (*.json)")
        chosen, _kind = QFileDialog.getSaveFileName(self, _("File for the portal"), wanted, kinds)
        if not chosen:
            return None
        self._memory.keep(_FOLDER, str(Path(chosen).parent))
        return Path(chosen)

    def _ask_answer(self) -> None:
        kinds = _("Answers of the portal (*.json *.txt)")
        chosen, _kind = QFileDialog.getOpenFileName(
            self, _("The portal's answer"), str(self._folder()), kinds
        )
        if chosen:
            self._memory.keep(_FOLDER, str(Path(chosen).parent))
            self.presenter.take_answer(Path(chosen))

    def _ask_irn_cancelled(self) -> None:
        IrnCancelledSheet(self.presenter, self).open()

    def _ask_bill(self) -> None:
        EwayBillSheet(self.presenter, self).open()

    def _folder(self) -> Path:
        return Path(str(self._memory.recall(_FOLDER, str(Path.home()))))

    def _file_name(self) -> str:
        return self.presenter.story.file_name if self.presenter.story is not None else "paper.pdf"


def _told(step: Step) -> QWidget:
    """A line that leads nowhere."""
    made = QWidget()
    across = row(label(step.title, "body"), label(step.detail, "small", tone="muted", wrap=True))
    across.setStretch(1, 1)
    if step.figure:
        across.addWidget(label(step.figure, "body"))
    made.setLayout(across)
    return made
