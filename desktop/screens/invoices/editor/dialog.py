"""A party, made or completed from the paper that wants it: a name, a GSTIN that tells the State, an address."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from core.company.model import Registration
from core.facts.world import countries
from core.gst.gstin import check
from core.gst.party_kind import PartyKind
from core.gst.place import ABROAD, INDIA
from core.ids import Id
from core.parties.commands import save_party
from core.parties.model import Party
from core.problems import Problem
from core.words import translate as _
from desktop.kit import ChoiceField, Form, Sheet, TextField
from desktop.ports import Choice, Runner, Work
from desktop.screens.invoices.editor.suggestions import states

_FIELD_OF = {
    "registration.gstin": "gstin",
    "registration.state_code": "state_code",
    "registration.kind": "kind",
}


class PartySheet(Sheet):
    """A form for a party; `made` gets it once it is in the book.

    A new one begins with the name or GSTIN that was typed; `known` is the party to be changed, with its id.
    """

    def __init__(
        self,
        runner: Runner,
        typed: str,
        made: Callable[[Choice], None],
        parent: QWidget | None = None,
        *,
        known: tuple[Id, Party] | None = None,
    ) -> None:
        form = Form(save=_("Save party"), back=_("Leave it"))
        super().__init__(_("New party") if known is None else _("Change the party"), form, parent=parent)
        self._runner = runner
        self._made = made
        self._record: Id | None = None if known is None else known[0]
        self._before = Party() if known is None else known[1]
        is_number = check(typed).valid
        form.add("name", _("Name"), TextField(), required=True)
        form.add(
            "gstin",
            _("GSTIN"),
            TextField(capitals=True, max_length=15),
            hint=_("Left blank: not registered."),
        )
        form.add_beside(
            ("kind", _("Kind"), ChoiceField.of(kinds())), ("state_code", _("State"), ChoiceField.of(states()))
        )
        text = _("A bill to a registered buyer carries the address.")
        form.add("line1", _("Address"), TextField(), hint=text)
        form.add_beside(("city", _("City"), TextField()), ("pincode", _("PIN"), TextField(max_length=6)))
        lands = [Choice(code, name) for code, name in countries().items() if code != INDIA]
        form.add("country", _("Country"), ChoiceField.of(lands))
        form.add_beside(("phone", _("Phone"), TextField()), ("email", _("E-mail"), TextField()))
        form.set_values(values_of(self._before))
        if known is None:
            form.set_values({"name": "" if is_number else typed, "kind": "unregistered"})
        form.edited.connect(self._on_edited)
        self._show_country()
        form.save_asked.connect(self._save)
        if is_number:
            form.set_values({"gstin": typed.strip().upper()})
            self._on_edited("gstin", typed)

    def _on_edited(self, name: str, value: Any) -> None:
        """A whole GSTIN tells the State and that its holder is registered; one abroad has a country."""
        if name == "kind":
            self._show_country()
        answer = check(value or "") if name == "gstin" else None
        if answer is not None and answer.valid:
            self.form.field("state_code").set_value(answer.state_code)
            if self.form.value("kind") is None or self.form.value("kind").value == PartyKind.UNREGISTERED:
                self.form.field("kind").set_value(PartyKind.REGISTERED.value)

    def _show_country(self) -> None:
        kind = self.form.value("kind")
        self.form.show_field("country", kind is not None and kind.value == PartyKind.OVERSEAS)

    def _save(self) -> None:
        party = party_of(self.form.values(), self._before)
        self.form.set_busy(True)
        command = partial(_saved, party=party, record=self._record)
        self._runner.write(_("Party"), command, self._on_saved, self._on_refused)

    def _on_saved(self, choice: Choice) -> None:
        self.accept()
        self._made(choice)

    def _on_refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        problems = getattr(error, "problems", None)
        if problems is None:
            self.form.show_refusal(error)
        else:
            self.form.show_problems([_beside(problem) for problem in problems])


def values_of(party: Party) -> dict[str, Any]:
    """What the form shows of a party."""
    return {
        "name": party.name,
        "gstin": party.registration.gstin,
        "kind": party.registration.kind,
        "state_code": party.registration.state_code or party.address.state_code,
        "line1": party.address.line1,
        "city": party.address.city,
        "pincode": party.address.pincode,
        "country": party.address.country,
        "phone": party.phone,
        "email": party.email,
    }


def party_of(values: dict[str, Any], before: Party) -> Party:
    """The party that the form's values say; what the form does not ask stays as it was."""
    state = values["state_code"].value if values["state_code"] is not None else ""
    kind = values["kind"].value if values["kind"] is not None else PartyKind.UNREGISTERED.value
    is_abroad = kind == PartyKind.OVERSEAS
    state = ABROAD if is_abroad else state
    country = values["country"].value if is_abroad and values["country"] is not None else INDIA
    return msgspec.structs.replace(
        before,
        name=values["name"],
        registration=Registration(kind=kind, gstin=values["gstin"], state_code=state),
        address=msgspec.structs.replace(
            before.address,
            line1=values["line1"],
            city=values["city"],
            state_code=state,
            pincode=values["pincode"],
            country=country,
        ),
        phone=values["phone"],
        email=values["email"],
        pan=values["gstin"][2:12] or before.pan,
    )


def kinds() -> list[Choice]:
    """How a party may stand under GST."""
    return [
        Choice("registered", _("Registered")),
        Choice("unregistered", _("Not registered")),
        Choice("composition", _("Composition")),
        Choice("sez", _("Special economic zone")),
        Choice("government", _("Government")),
        Choice("overseas", _("Abroad")),
        Choice("deemed_export", _("Deemed export")),
        Choice("uin", _("UN body or embassy (UIN)")),
    ]


def _saved(work: Work, *, party: Party, record: Id | None) -> Choice:
    return Choice(save_party(work, party, record), party.name)


def _beside(problem: Problem) -> Problem:
    return Problem(problem.code, problem.message, _FIELD_OF.get(problem.field, problem.field), problem.remedy)
