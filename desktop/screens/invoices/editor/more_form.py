"""The fields of the sheet “More”, a group after the other; each says by itself what it is for."""

import datetime as dt
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from core.facts import Facts
from core.facts.world import countries, currencies
from core.gst.section import OPERATOR_COLLECTS, OPERATOR_PAYS
from core.gst.settle import WHOLE_BP
from core.words import translate as _
from desktop.kit import (
    AmountField,
    Card,
    ChoiceField,
    DateField,
    EditGrid,
    Field,
    Form,
    GridColumn,
    PriceField,
    QuantityField,
    TextField,
    ToggleField,
)
from desktop.ports import Choice, Reader, Runner
from desktop.screens.invoices.editor.suggestions import states
from desktop.screens.invoices.editor.told import mode_words, rule_words
from desktop.theme import size

_PART_BP = 6_500
_OFFERED = 12
_PORT_LENGTH = 6
_CHARGE_ROWS = 3


class MoreForm(Form):
    """The groups that were asked for, made one after the other by `make_next`, so that no turn of events is long.

    `grid` holds the charges, once that group is made.
    """

    def __init__(
        self, runner: Runner, groups: frozenset[str], today: dt.date, *, save: str = "", back: str = ""
    ) -> None:
        super().__init__(save=save, back=back)
        self._runner = runner
        self._today = today
        self.grid: EditGrid | None = None
        makers: dict[str, Callable[[], None]] = {
            "whole": self._whole, "transport": self._transport, "way": self._way, "supply": self._supply,
            "days": self._days, "operator": self._operator, "export": self._export,
            "original": self._original, "amends": self._amends, "revises": self._revises,
        }  # fmt: skip
        self._makers = [make for group, make in makers.items() if group in groups]
        self._firsts: list[Field] = []

    @property
    def is_whole(self) -> bool:
        """Whether every group is made."""
        return not self._makers

    def make_next(self) -> list[str]:
        """Make the next group; answers the names of its fields."""
        known = len(self.values())
        self._makers.pop(0)()
        made = list(self.values())[known:]
        self._firsts.append(self.field(made[0]))
        return made

    def step_group(self, step: int) -> None:
        """Go to the first field of the next group (+1) or of the one before (-1)."""
        focus = QApplication.focusWidget()
        at = 0
        for n, first in enumerate(self._firsts):
            if focus is not None and _top(first, self) <= _top(focus, self):
                at = n
        at = min(max(at + step, 0), len(self._firsts) - 1)
        self._firsts[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _whole(self) -> None:
        self.section(
            _("On the whole"), _("Taxed charges are spread over the lines, others are added after tax.")
        )
        self._beside(
            "", ("discount_paise", _("Discount"), AmountField()),
            ("applicable_percent_bp", _("Part of the rate"), ChoiceField.of(_parts_of_rate())),
        )  # fmt: skip
        self.grid = EditGrid(
            [
                GridColumn(
                    "description", _("Charge"), "text", stretch=True, hint=_("Freight, packing, insurance…")
                ),
                GridColumn("amount", _("Amount ₹"), "amount", 13),
                GridColumn("taxed", _("Taxed"), "choice", 16, suggest=_taxed),
            ],
            self._runner,
        )
        self.grid.view.setAccessibleName(_("Charges"))
        self.grid.setFixedHeight(size("header") + _CHARGE_ROWS * size("cell"))
        held = Card(margin="hair")
        held.set_margins(1, 1, 1, 1)
        held.add(self.grid)
        self.add_widget(held)
        self.add("rounding", "", ToggleField(_("Round the total to the rupee")))
        self.field("applicable_percent_bp").entered.connect(self._into_charges)
        self.grid.finished.connect(lambda: self.field("rounding").setFocus())

    def _way(self) -> None:
        self._address("ship_to", _("Ship to"), _("Where the goods go, when not to the buyer's own address."))
        self._address(
            "dispatch_from", _("Dispatch from"), _("Where they leave from, when not from the company.")
        )

    def _transport(self) -> None:
        self.section(_("Transport"), _("For the paper, the e-way bill and the e-invoice."))
        modes = [Choice(mode, words) for mode, words in mode_words().items()]
        vehicles = [Choice("R", _("Regular")), Choice("O", _("Over-dimensional cargo"))]
        plate = TextField(capitals=True, max_length=20, placeholder="KA01AB1234")
        who = _("Transporter")
        self._beside(
            _("Transport"), ("transport.mode", _("Goods go"), ChoiceField.of(modes)),
            ("transport.distance_km", _("Distance"), QuantityField(unit=_("km"))),
        )  # fmt: skip
        self._beside(
            _("Transport"), ("transport.vehicle", _("Vehicle"), plate),
            ("transport.vehicle_type", _("Kind"), ChoiceField.of(vehicles)),
        )  # fmt: skip
        self._beside(
            _("Transport"), ("transport.doc_number", _("LR, RR or AWB"), TextField(max_length=15)),
            ("transport.doc_on", _("Of"), DateField(today=self._today)),
        )  # fmt: skip
        field = TextField(capitals=True, max_length=15, placeholder=_("GSTIN or TRANSIN"))
        self.add("transport.transporter_id", who, field)

    def _address(self, part: str, title: str, text: str) -> None:
        self.section(title, text)
        self._beside(title, (f"{part}.line1", _("Address"), TextField()))
        self._beside(title, (f"{part}.line2", _("Second line"), TextField()))
        self._beside(
            title, (f"{part}.city", _("City"), TextField()),
            (f"{part}.pincode", _("PIN"), TextField(max_length=10)),
        )  # fmt: skip
        lands = [Choice(code, name) for code, name in countries().items()]
        self._beside(
            title, (f"{part}.state_code", _("State"), ChoiceField.of(states())),
            (f"{part}.country", _("Country"), ChoiceField.of(lands)),
        )  # fmt: skip

    def _supply(self) -> None:
        self.section(
            _("How it is supplied"), _("The rule says where the supply takes place, and so which tax.")
        )
        rules = [Choice(rule, words) for rule, words in rule_words().items()]
        self.add("place_rule", _("Place by"), ChoiceField.of(rules))
        self.add("reverse_charge", "", ToggleField(_("The buyer pays the tax (reverse charge)")))
        self.add("intra_igst", "", ToggleField(_("IGST inside the State, under reverse charge")))

    def _days(self) -> None:
        text = _(
            "When the rate changed meanwhile, two of bill, supply and payment decide (CGST Act, section 14)."
        )
        self.section(_("Days of supply and payment"), text)
        self._beside(
            "", ("supplied_on", _("Supplied on"), DateField(today=self._today)),
            ("paid_on", _("Paid on"), DateField(today=self._today)),
        )  # fmt: skip

    def _operator(self) -> None:
        self.section(_("Electronic commerce"), _("The operator through which it was sold."))
        sections = [
            Choice(OPERATOR_COLLECTS, _("Section 52: he collects tax at source")),
            Choice(OPERATOR_PAYS, _("Section 9(5): he pays the tax himself")),
        ]
        field = TextField(capitals=True, max_length=15)
        self._beside(
            _("Operator"), ("ecommerce.gstin", _("GSTIN"), field),
            ("ecommerce.section", _("By"), ChoiceField.of(sections)),
        )  # fmt: skip

    def _export(self) -> None:
        self.section(_("Export"), _("The shipping bill may follow later, by a correction in the return."))
        port = ChoiceField(_ports, self._runner, placeholder=_("Code or name"))
        self.add("shipping_bill.port", _("Port"), port)
        self._beside(
            "", ("shipping_bill.number", _("Shipping bill"), TextField(max_length=7)),
            ("shipping_bill.dated_on", _("Dated"), DateField(today=self._today)),
        )  # fmt: skip
        coins = [Choice(code, code, name) for code, name in currencies().items() if code != "INR"]
        self._beside(
            "", ("foreign.currency", _("Currency"), ChoiceField.of(coins)),
            ("foreign.rate_millionths", _("Rate of exchange"), PriceField()),
        )  # fmt: skip

    def _original(self) -> None:
        self.section(_("The paper it answers"), _("By its number and date, when this book does not have it."))
        self._named("original", _("Answers"))

    def _amends(self) -> None:
        text = _("A paper of a filed return that this book does not have; this one takes its place there.")
        self.section(_("Correction of a filed paper"), text)
        self._named("amends", _("Corrects"))

    def _revises(self) -> None:
        text = _("An invoice given before the registration was granted (CGST Act, section 31(3)(a)).")
        self.section(_("Revised invoice"), text)
        self._named("revises", _("Revises"))

    def _named(self, part: str, title: str) -> None:
        self._beside(
            title, (f"{part}.number", _("Number"), TextField(max_length=16)),
            (f"{part}.dated_on", _("Dated"), DateField(today=self._today)),
        )  # fmt: skip

    def _beside(self, about: str, *fields: tuple[str, str, Field]) -> None:
        """Fields in a line; what they are about is part of each one's name for the reader."""
        self.add_beside(*fields)
        for _name, title, field in fields:
            if about:
                field.set_name(f"{about}: {title}")

    def _into_charges(self) -> None:
        assert self.grid is not None
        self.grid.open_cell(0, "description")


def port_choice(code: str) -> Choice:
    """A port by its code, with its name where the list has it."""
    known = Facts.in_force().port(code)
    return Choice(code, code, known.name if known is not None else "")


def taxed_choice(is_taxed: bool) -> Choice:
    """Whether a charge is taxed."""
    return Choice(True, _("With the goods")) if is_taxed else Choice(False, _("Added after tax"))


def _top(widget: QWidget, within: QWidget) -> int:
    return widget.mapTo(within, QPoint(0, 0)).y() if within.isAncestorOf(widget) else 0


def _parts_of_rate() -> list[Choice]:
    return [
        Choice(WHOLE_BP, _("The whole rate")),
        Choice(_PART_BP, _("65 per cent of it"), _("vehicles leased before GST")),
    ]


def _taxed(_read: Reader, typed: str) -> Sequence[Choice]:
    words = typed.strip().casefold()
    return [each for each in map(taxed_choice, (True, False)) if words in each.text.casefold()]


def _ports(_read: Reader, typed: str) -> Sequence[Choice]:
    words = typed.casefold().split()
    found = [
        Choice(port.code, port.code, port.name)
        for port in Facts.in_force().ports().values()
        if all(word in f"{port.code} {port.name}".casefold() for word in words)
    ][:_OFFERED]
    code = typed.strip().upper()
    is_code = len(code) == _PORT_LENGTH and code.isascii() and code.isalnum()
    if is_code and code not in [choice.value for choice in found]:
        found.append(Choice(code, code))
    return found
