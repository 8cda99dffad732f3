"""New party, made from the paper that wants one: a name, a GSTIN that tells the State, an address."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from core.company.model import Address, Registration
from core.gst.gstin import check
from core.gst.party_kind import PartyKind
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
    """A form for a party; `made` gets it once it is in the book."""

    def __init__(
        self, runner: Runner, typed: str, made: Callable[[Choice], None], parent: QWidget | None = None
    ) -> None:
        form = Form(save=_("Save party"), back=_("Cancel"))
        super().__init__(_("New party"), form, parent=parent)
        self._runner = runner
        self._made = made
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
        form.add("line1", _("Address"), TextField())
        form.add_beside(("city", _("City"), TextField()), ("pincode", _("PIN"), TextField(max_length=6)))
        form.add_beside(("phone", _("Phone"), TextField()), ("email", _("E-mail"), TextField()))
        form.set_values({"name": "" if is_number else typed, "kind": "unregistered"})
        form.edited.connect(self._on_edited)
        form.save_asked.connect(self._save)
        if is_number:
            form.set_values({"gstin": typed.strip().upper()})
            self._on_edited("gstin", typed)

    def _on_edited(self, name: str, value: Any) -> None:
        """A whole GSTIN tells the State and that its holder is registered."""
        answer = check(value or "") if name == "gstin" else None
        if answer is not None and answer.valid:
            self.form.field("state_code").set_value(answer.state_code)
            if self.form.value("kind") is None or self.form.value("kind").value == PartyKind.UNREGISTERED:
                self.form.field("kind").set_value(PartyKind.REGISTERED.value)

    def _save(self) -> None:
        party = party_of(self.form.values())
        self.form.set_busy(True)
        self._runner.write(_("Party"), partial(_saved, party=party), self._on_saved, self._on_refused)

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


def party_of(values: dict[str, Any]) -> Party:
    """The party that the form's values say."""
    state = values["state_code"].value if values["state_code"] is not None else ""
    kind = values["kind"].value if values["kind"] is not None else PartyKind.UNREGISTERED.value
    state = "96" if kind == PartyKind.OVERSEAS else state
    return Party(
        name=values["name"],
        registration=Registration(kind=kind, gstin=values["gstin"], state_code=state),
        address=Address(
            line1=values["line1"],
            city=values["city"],
            state_code=state,
            pincode=values["pincode"],
        ),
        phone=values["phone"],
        email=values["email"],
        pan=values["gstin"][2:12],
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


def _saved(work: Work, *, party: Party) -> Choice:
    return Choice(save_party(work, party), party.name)


def _beside(problem: Problem) -> Problem:
    return Problem(problem.code, problem.message, _FIELD_OF.get(problem.field, problem.field), problem.remedy)
