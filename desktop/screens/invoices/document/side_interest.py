"""The card beside a bill that says its interest as it runs, and what may be done about it: noting delivery, the sheet
line by line, charging it, asking its tax when it is received, giving it up."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.words import money_text
from core.words import translate as _
from desktop.kit import Card, DateField, FactList, Form, Question, RateField, Sheet, TextField, Way, label
from desktop.kit.surfaces import empty
from desktop.ports import Action, Desk, Runner, Tone
from desktop.screens.invoices.document.interest import InterestPresenter, InterestTold, sheet_of
from desktop.screens.invoices.paper_dialog import PaperDialog
from desktop.theme import size, space

_DOUBTFUL: Tone = "warning"
_QUIET: Tone = "muted"
_SHEET, _DELIVERY, _CHARGE, _TAX, _GIVE_UP = "Alt+N", "Alt+D", "Alt+C", "Alt+G", "Alt+W"


class InterestCard(Card):
    """Interest on the document shown; hidden while there is none to speak of."""

    def __init__(self, desk: Desk, refuse: Callable[[Exception], None]) -> None:
        super().__init__(_("Interest"))
        self._runner: Runner = desk.runner
        self._refuse = refuse
        self._figure = label("", "figure")
        self._facts = FactList()
        self._caption = label(_("Has run up to today"), "caption", tone="muted")
        self.add(self._caption)
        self.add(self._figure)
        self.add(self._facts)
        self._doubts = self._group("tight")
        self._ways = self._group("hair")
        self._costs = self._group("tight")
        self.presenter = InterestPresenter(desk, self)
        self.hide()

    def show_interest(self, told: InterestTold | None) -> None:
        """Show what is known of interest on a document."""
        if told is None or not told.is_shown:
            self.hide()
            return
        for part in (self._caption, self._figure):
            part.setVisible(bool(told.figure()))
        self._figure.setText(told.figure())
        self._facts.show_facts(told.facts())
        for group, texts, tone in (
            (self._doubts, told.doubts(), _DOUBTFUL),
            (self._costs, told.costs(), _QUIET),
        ):
            empty(group)
            for text in texts:
                group.addWidget(label(text, "small", tone=tone, wrap=True))
        empty(self._ways)
        for action in self.ways():
            if action.when():
                self._ways.addWidget(Way(action.text, keys=action.keys[0], run=action.run))
        self.setAccessibleName(_("Interest: {figure}").format(figure=told.figure()))
        self.show()

    def ways(self) -> list[Action]:
        """What can be done about the interest of the document shown."""

        def when(holds: Callable[[InterestTold], bool]) -> Callable[[], bool]:
            return lambda: self.presenter.told is not None and holds(self.presenter.told)

        return [
            Action(
                "document.interest", _("Interest line by line"), self._show_sheet, (_SHEET,),
                when(lambda told: told.may_show_lines), "print", words=_("msmed sheet rests print"),
            ),
            Action(
                "document.delivery", _("Note delivery and acceptance"), self._ask_delivery, (_DELIVERY,),
                when(lambda told: told.may_note_acceptance), "edit", words=_("msmed objection appointed day"),
            ),
            Action(
                "document.charge", _("Charge interest…"), self._ask_charge, (_CHARGE,),
                when(lambda told: told.may_charge), "plus", words=_("debit note interest"),
            ),
            Action(
                "document.tax_interest", _("Issue the note for its tax…"), self._ask_tax, (_TAX,),
                when(lambda told: told.may_tax), "plus", words=_("gst interest received"),
            ),
            Action(
                "document.give_up", _("Give the interest up…"), self._ask_give_up, (_GIVE_UP,),
                when(lambda told: told.may_give_up), "undo", words=_("waive interest credit note"),
            ),
        ]  # fmt: skip

    def _group(self, gap: str) -> QVBoxLayout:
        held = QWidget()
        made = QVBoxLayout(held)
        made.setContentsMargins(0, 0, 0, 0)
        made.setSpacing(space(gap))
        self.add(held)
        return made

    def _show_sheet(self) -> None:
        told = self.presenter.told
        if told is not None and told.may_show_lines:
            title = _("Interest on {number}").format(number=told.document.number)
            PaperDialog(self._runner, title, partial(sheet_of, told), self).open()

    def _ask_delivery(self) -> None:
        if self.presenter.told is not None:
            DeliverySheet(self.presenter, self.presenter.told, self).open()

    def _ask_charge(self) -> None:
        if self.presenter.told is not None:
            ChargeSheet(self.presenter, self.presenter.told, self).open()

    def _ask_tax(self) -> None:
        told = self.presenter.told
        if told is None or told.received is None:
            return
        if not told.received.knows_rate:
            RateSheet(self.presenter, self).open()
            return
        text = _(
            "A debit note states the {amount} received and its GST at the bill's rate; only the GST is asked and "
            "posted. It stands in the GSTR-1 of its month."
        )
        Question(
            _("Ask the tax on interest received?"),
            text.format(amount=money_text(told.received.awaiting_paise)),
            yes=_("Issue the note"),
            answered=lambda: self.presenter.tax("", None, _nothing, self._refuse),
            parent=self,
        ).open()

    def _ask_give_up(self) -> None:
        told = self.presenter.told
        if told is None:
            return
        text = _("A credit note without GST gives up the {amount} that are open of it.")
        Question(
            _("Give the interest up?"),
            text.format(amount=money_text(told.open_paise)),
            yes=_("Give it up"),
            answered=lambda: self.presenter.give_up(_nothing, self._refuse),
            part="danger",
            parent=self,
        ).open()


class _Asking(Sheet):
    """A sheet whose refusal stays in it."""

    def __init__(self, title: str, save: str, text: str, parent: QWidget | None) -> None:
        form = Form(save=save, back=_("Leave it"))
        super().__init__(title, form, text=text, parent=parent)
        self.setMinimumWidth(size("form"))
        form.save_asked.connect(self._ask)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its words need, once they have wrapped."""
        super().showEvent(event)
        QTimer.singleShot(0, self._fit)

    def _fit(self) -> None:
        laid = self.layout()
        if laid is not None:
            self.resize(self.width(), laid.heightForWidth(self.width()))

    def _ask(self) -> None:
        raise NotImplementedError

    def _refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        self.form.show_refusal(error)


class DeliverySheet(_Asking):
    """Asks when goods or services were delivered, and whether the buyer objected."""

    def __init__(
        self, presenter: InterestPresenter, told: InterestTold, parent: QWidget | None = None
    ) -> None:
        text = _(
            "The days of the MSMED Act are counted from delivery. An objection counts when it was made in writing "
            "within 15 days; then they are counted from the day you removed it."
        )
        super().__init__(_("Delivery and acceptance"), _("Note it"), text, parent)
        self._presenter = presenter
        today, known = presenter.today(), told.acceptance
        self.form.add("delivered_on", _("Delivered on"), DateField(today=today), required=True)
        self.form.add_beside(
            ("objected_on", _("Objected in writing on"), DateField(today=today)),
            ("removed_on", _("Objection removed on"), DateField(today=today)),
        )
        self.form.add(
            "note", _("Note"), TextField(placeholder=_("Receipt of goods, e-mail…"), max_length=200)
        )
        self.form.set_values(
            {
                "delivered_on": known.delivered_on if known else told.document.dated_on,
                "objected_on": known.objected_on if known else None,
                "removed_on": known.removed_on if known else None,
                "note": known.note if known else "",
            }
        )

    def _ask(self) -> None:
        given = self.form.values()
        self.form.set_busy(True)
        self._presenter.note_acceptance(
            given["delivered_on"], given["objected_on"], given["removed_on"], given["note"], self.accept,
            self._refused,
        )  # fmt: skip


class ChargeSheet(_Asking):
    """Asks up to which day interest is charged."""

    def __init__(
        self, presenter: InterestPresenter, told: InterestTold, parent: QWidget | None = None
    ) -> None:
        text = _(
            "{amount} has run up to today and is not charged. A debit note charges it; its GST falls due only when "
            "the interest is received, and no return tells it before. Interest runs on until it is paid."
        )
        amount = money_text(told.interest.unbooked_paise) if told.interest is not None else ""
        super().__init__(_("Charge interest"), _("Issue the debit note"), text.format(amount=amount), parent)
        self._presenter = presenter
        self.form.add("upto", _("Up to"), DateField(today=presenter.today()), required=True)
        self.form.set_values({"upto": presenter.today()})

    def _ask(self) -> None:
        self.form.set_busy(True)
        self._presenter.charge(self.form.value("upto"), self.accept, self._refused)


class RateSheet(_Asking):
    """Asks what an opening balance was for, which the book cannot know, so that its interest can be taxed."""

    def __init__(self, presenter: InterestPresenter, parent: QWidget | None = None) -> None:
        text = _("Interest is taxed like the supply it is on, and the book does not know what that was.")
        super().__init__(_("Tax on interest received"), _("Issue the note"), text, parent)
        self._presenter = presenter
        self.form.add_beside(
            ("hsn", _("HSN or SAC"), TextField(max_length=8)),
            ("rate_bp", _("GST rate"), RateField()),
            required=("hsn", "rate_bp"),
        )

    def _ask(self) -> None:
        self.form.set_busy(True)
        self._presenter.tax(self.form.value("hsn"), self.form.value("rate_bp"), self.accept, self._refused)


def _nothing() -> None:
    return None
