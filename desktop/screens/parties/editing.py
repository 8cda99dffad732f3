"""What happens in the form of a party: GSTIN, State and PAN follow each other; saving. Free of Qt."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import msgspec

from core.company.model import Address, Registration
from core.errors import RuleBroken
from core.facts import Facts
from core.gst.gstin import LENGTH, check, problem_of, problems_with_gstin
from core.gst.party_kind import PartyKind
from core.parties.commands import save_party
from core.parties.model import InterestTerms, Party
from core.parties.queries import own_words
from core.parties.queries import party as party_record
from core.parties.rules import MONTHLY, SIMPLE, problems_with_party
from core.problems import Problem
from core.words import languages
from core.words import translate as _
from desktop.ports import Choice, Desk

Values = Mapping[str, Any]
_FIELDS = {
    "registration.gstin": "gstin",
    "registration.state_code": "state",
    "registration.kind": "kind",
    "credit_limit_paise": "credit_limit",
    "interest.rate_bp": "interest_rate",
    "interest.rests": "interest_rests",
    "interest.grace_days": "grace_days",
}
_OWN_WORDS = ("group", "salesperson", "branch")
_PLAIN = (
    "name",
    "code",
    "pan",
    "tan",
    "contact",
    "phone",
    "email",
    "notes",
    *_OWN_WORDS,
    "agreed_in_writing",
)
_UNTAXED = (PartyKind.UNREGISTERED, PartyKind.OVERSEAS)


class FormView(Protocol):
    """The form of a party."""

    def show_values(self, values: Values) -> None:
        """Show these values; names that are not given stay."""
        ...

    def say_gstin(self, hint: str) -> None:
        """Say quietly inside the field whose State the GSTIN names."""
        ...

    def show_problem(self, name: str, text: str) -> None:
        """Mark one field, or clear it."""
        ...

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong beside the fields."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show why saving was refused."""
        ...

    def set_busy(self, is_busy: bool) -> None:
        """Hold further saves."""
        ...

    def set_over(self) -> None:
        """It is saved: nothing waits here any more."""
        ...

    def offer_words(self, words: Mapping[str, Sequence[str]]) -> None:
        """Words of the company's own that other parties have, by field."""
        ...


class FormPresenter:
    """The form of one party, new when no record is named."""

    def __init__(self, view: FormView, desk: Desk, record: bytes | None) -> None:
        self._view = view
        self._desk = desk
        self.record = record
        self._before = Party(registration=Registration())
        desk.runner.read(own_words, view.offer_words)
        if record is not None:
            desk.runner.read(partial(_party, record), self._show, view.show_refusal)
        else:
            view.show_values(values_of(self._before))

    def gstin_typed(self, text: str) -> None:
        """A whole GSTIN fills State and PAN at once; a wrong one says what is wrong."""
        answer = check(text)
        state = Facts.in_force().state(answer.state_code or "")
        self._view.say_gstin(state.name if state else "")
        if not answer.valid:
            is_whole = len(answer.normalised) == LENGTH
            self._view.show_problem("gstin", problem_of(answer, "gstin").message if is_whole else "")
            return
        self._view.show_problem("gstin", "")
        filled: dict[str, Any] = {"state": answer.state_code}
        if answer.pan:
            filled["pan"] = answer.pan
        self._view.show_values(filled)

    def kind_after_gstin(self, kind: str | None, gstin: str) -> None:
        """Who has a GSTIN is not unregistered."""
        if check(gstin).valid and kind in (None, PartyKind.UNREGISTERED):
            self._view.show_values({"kind": PartyKind.REGISTERED.value})

    def save(self, values: Values) -> None:
        """Keep the party, or say what is wrong."""
        party = party_of(values, self._before)
        gstin = party.registration.gstin
        problems = [_at_field(found) for found in problems_with_party(party)]
        if gstin:
            # Judged as this kind's, which says more than the record's own check.
            problems = [found for found in problems if found.field != "gstin"]
            problems += problems_with_gstin(gstin, "gstin", as_kind=party.registration.kind)
        if problems:
            self._view.show_problems(problems)
            return
        self._view.set_busy(True)
        command = partial(save_party, party=party, record=self.record)
        self._desk.runner.write(_("Save party"), command, partial(self._saved, party.name), self._refused)

    def back(self) -> None:
        """Leave the form."""
        self._desk.navigator.back()

    def _show(self, party: Party | None) -> None:
        if party is not None:
            self._before = party
            self._view.show_values(values_of(party))

    def _saved(self, name: str, record: bytes) -> None:
        self._view.set_busy(False)
        self._view.set_over()
        self._desk.notifier.done(_("{name} is saved").format(name=name))
        self._desk.navigator.back()
        if self.record is None:
            self._desk.navigator.go("parties", record=record)

    def _refused(self, error: Exception) -> None:
        self._view.set_busy(False)
        if isinstance(error, RuleBroken):
            self._view.show_problems([_at_field(found) for found in error.problems])
        else:
            self._view.show_refusal(error)


def values_of(party: Party) -> dict[str, Any]:
    """A party as its form shows it."""
    days = party.terms_days
    return {
        **{name: getattr(party, name) for name in _PLAIN},
        "pan": party.pan or check(party.registration.gstin).pan or "",
        "kind": party.registration.kind,
        "gstin": party.registration.gstin,
        "state": party.registration.gstin[:2]
        or party.registration.state_code
        or party.address.state_code
        or None,
        "line1": party.address.line1,
        "line2": party.address.line2,
        "city": party.address.city,
        "pincode": party.address.pincode,
        "country": party.address.country,
        "terms_days": None if days is None else days * 1000,
        "credit_limit": party.credit_limit_paise,
        "tds_code": party.tds_code or None,
        "language": party.language or None,
        "interest_rate": party.interest.rate_bp or None,
        "interest_rests": party.interest.rests,
        "grace_days": party.interest.grace_days * 1000 or None,
        "payer_names": ", ".join(party.payer_names),
    }


def party_of(values: Values, before: Party) -> Party:
    """The party that the form's values say; what the form does not show stays as it was."""
    kind = _picked(values["kind"]) or PartyKind.UNREGISTERED.value
    state = _picked(values["state"]) or ""
    days = values["terms_days"]
    overseas = kind == PartyKind.OVERSEAS
    return msgspec.structs.replace(
        before,
        **{name: values[name] for name in _PLAIN},
        registration=Registration(kind=kind, gstin=values["gstin"], state_code=state),
        address=Address(
            line1=values["line1"], line2=values["line2"], city=values["city"], state_code=state,
            pincode=values["pincode"], country=values["country"] if overseas and values["country"] else "IN",
        ),
        terms_days=None if days is None else days // 1000,
        credit_limit_paise=values["credit_limit"],
        tds_code=_picked(values["tds_code"]) or "",
        language=_picked(values["language"]) or "",
        interest=InterestTerms(
            rate_bp=values["interest_rate"] or 0,
            rests=_picked(values["interest_rests"]) or SIMPLE,
            grace_days=(values["grace_days"] or 0) // 1000,
        ),
        payer_names=tuple(name.strip() for name in values["payer_names"].split(",") if name.strip()),
    )  # fmt: skip


def kind_choices() -> list[Choice]:
    """The kinds of party, the usual ones first."""
    return [Choice(kind.value, kind_name(kind.value)) for kind in PartyKind]


def kind_name(kind: str) -> str:
    """A kind of party as people call it."""
    named = {
        PartyKind.REGISTERED: _("Registered business"),
        PartyKind.COMPOSITION: _("Composition dealer"),
        PartyKind.UNREGISTERED: _("Unregistered"),
        PartyKind.SEZ: _("SEZ unit or developer"),
        PartyKind.DEEMED_EXPORT: _("Deemed export"),
        PartyKind.OVERSEAS: _("Overseas"),
        PartyKind.UIN: _("UN body or embassy (UIN)"),
        PartyKind.GOVERNMENT: _("Government"),
    }
    return named.get(PartyKind(kind), kind) if kind in set(PartyKind) else kind


def state_choices() -> list[Choice]:
    """The States in force, by name."""
    states = [state for state in Facts.in_force().states().values() if not state.retired and state.is_place]
    return [Choice(state.code, state.name, state.code) for state in sorted(states, key=lambda one: one.name)]


def tds_choices(desk: Desk) -> list[Choice]:
    """The TDS sections and payment codes in force today, each once."""
    found = {code.code: code for code in Facts.in_force().tds_codes_on(desk.calendar.today())}
    return [Choice(code.code, code.code, code.name) for code in found.values()]


def rests_choices() -> list[Choice]:
    """How agreed interest is reckoned."""
    return [Choice(SIMPLE, _("simply")), Choice(MONTHLY, _("with monthly rests"))]


def language_choices() -> list[Choice]:
    """The languages papers can speak."""
    return [Choice(code, name) for code, name in languages().items()]


def needs_country(kind: str | None) -> bool:
    """Whether the form asks for a country."""
    return kind == PartyKind.OVERSEAS


def has_gstin(kind: str | None) -> bool:
    """Whether a party of this kind has a GSTIN to enter."""
    return kind not in _UNTAXED


def _picked(value: Any) -> Any:
    return value.value if isinstance(value, Choice) else value


def _at_field(problem: Problem) -> Problem:
    return msgspec.structs.replace(problem, field=_FIELDS.get(problem.field, problem.field))


def _party(record: bytes, reader: Any) -> Party | None:
    return party_record(reader, record)
