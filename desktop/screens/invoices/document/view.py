"""A document's page: the paper at the left; figures, what settled it and what happened at the right."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.invoicing.rules import CREDIT_NOTE
from core.words import money_text
from core.words import translate as _
from desktop.kit import (
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
from desktop.screens.invoices.document.dialog import CancelSheet
from desktop.screens.invoices.document.presenter import DocumentPresenter
from desktop.screens.invoices.document.story import Step, Story, pdf_of
from desktop.screens.invoices.paper_dialog import PaperDialog
from desktop.theme import space


class DocumentPage(QWidget):
    """One document."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._runner = desk.runner
        self.header = PageHeader("")
        self._pill = Pill()
        self._trouble = Banner()
        self._trouble.acted.connect(lambda: desk.navigator.go("inbox"))
        self.paper = PaperView(desk.runner, file_name=self._file_name)
        self.paper.setAccessibleName(_("The paper"))
        self._value = Figure(_("Value"))
        self._open = Figure(_("Still open"))
        self._facts = FactList()
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
        self.header.add(self._pill)
        for widget in (self._note, self._receive):
            self.header.add(widget)
        self._receive_key = self.header.add(KeyHint("F6"))
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("base"))
        whole.setSpacing(space("medium"))
        whole.addWidget(self.header)
        whole.addWidget(self._trouble)
        whole.addWidget(self._stack, 1)
        self.setFocusProxy(self.paper)

    # --- what the presenter shows

    def show_story(self, story: Story) -> None:
        """Show the document and what happened to it."""
        self.header.set_title(story.title, story.document.buyer.name)
        self._pill.show_state(*story.shown)
        self._value.show_number(money_text(story.row.value_paise))
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
        self._facts.show_facts(story.facts())
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

    # --- what the user asks

    def actions(self) -> list[Action]:
        """What can be done with the document shown."""
        shown = self.presenter

        def has_story() -> bool:
            return shown.story is not None

        def may_be_paid() -> bool:
            return shown.story is not None and shown.story.may_be_paid

        def may_be_noted() -> bool:
            return shown.story is not None and shown.story.may_be_noted

        def stands() -> bool:
            return shown.story is not None and shown.story.stands

        return [
            Action("document.print", _("Print"), self.paper.print_out, ("Ctrl+P",), has_story, "print"),
            Action("document.save", _("Save as PDF"), self.paper.save, ("Ctrl+Shift+S",), has_story, "export"),
            Action(
                "document.duplicate", _("Duplicate for the transporter"), partial(self._show_copy, "duplicate"),
                (), has_story, "copy",
            ),
            Action(
                "document.triplicate", _("Triplicate for the supplier"), partial(self._show_copy, "triplicate"),
                (), has_story, "copy",
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
            Action("document.cancel", _("Cancel"), self._ask_cancel, ("Alt+X",), stands, "remove"),
            Action("document.party", _("Show the party"), shown.open_party, ("Ctrl+Shift+P",), has_story, "parties"),
        ]  # fmt: skip

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()

    # --- building

    def _built(self, desk: Desk) -> QWidget:
        paper = Card(margin="small")
        paper.add(self.paper, 1)
        side = QWidget()
        below = QVBoxLayout(side)
        below.setContentsMargins(space("base"), 0, space("hair"), 0)
        below.setSpacing(space("medium"))
        figures = row(self._value, self._open, spacing="medium")
        below.addLayout(figures)
        facts = Card()
        facts.add(self._facts)
        below.addWidget(facts)
        self._steps.setSpacing(space("medium"))
        below.addLayout(self._steps)
        below.addStretch(1)
        told = scrolling(side)
        told.setAccessibleName(_("Figures and history"))
        return SplitPane(paper, told, desk.memory, "document", share=0.6)

    def _show_steps(self, story: Story) -> None:
        empty(self._steps)
        groups = (
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
            if place is None:
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

    def _show_copy(self, copy: str) -> None:
        story = self.presenter.story
        if story is not None:
            PaperDialog(self._runner, story.title, partial(pdf_of, story, copy=copy), self).open()

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
