"""The company between its record and the forms of Settings. Free of Qt."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from core.company.model import Address, Bank, Company, Registration
from core.dunning.model import Ladder, Step
from core.facts import Facts
from core.gst.gstin import LENGTH, check, problem_of
from core.problems import Problem
from core.words import translate as _
from desktop.ports import Choice

STEPS_MAX = 5
_FIELDS = {"registration.gstin": "gstin", "registration.state_code": "state", "registration.kind": "gstin"}


def company_values(company: Company) -> dict[str, Any]:
    """A company as the form of its details shows it."""
    return {
        "gstin": company.registration.gstin,
        "legal_name": company.legal_name,
        "trade_name": company.trade_name,
        "state": company.registration.state_code or company.address.state_code,
        "pan": company.pan,
        "tan": company.tan,
        "line1": company.address.line1,
        "line2": company.address.line2,
        "city": company.address.city,
        "pincode": company.address.pincode,
        "phone": company.phone,
        "email": company.email,
        "turnover": company.turnover_paise or None,
        "filing": company.filing,
        "lut": company.lut,
        "composition": company.composition,
        "udyam": company.udyam.number,
    }


def with_details(company: Company, values: Mapping[str, Any]) -> Company:
    """The company with the details of the form; what the form does not ask stays."""
    gstin, state = values["gstin"], _picked(values["state"])
    kind = company.registration.kind
    if bool(gstin) != (kind != "unregistered"):
        kind = "registered" if gstin else "unregistered"
    return replace(
        company,
        legal_name=values["legal_name"],
        trade_name=values["trade_name"],
        registration=Registration(kind=kind, gstin=gstin, state_code=state),
        pan=values["pan"],
        tan=values["tan"],
        address=Address(values["line1"], values["line2"], values["city"], state, values["pincode"]),
        phone=values["phone"],
        email=values["email"],
        turnover_paise=values["turnover"] or 0,
        filing=_picked(values["filing"]) or "monthly",
        lut=values["lut"].strip(),
        composition=values["composition"],
        udyam=replace(company.udyam, number=values["udyam"]),
    )


def paper_values(company: Company) -> dict[str, Any]:
    """A company as the form of its papers shows it."""
    return {
        "bank_name": company.bank.name,
        "account": company.bank.account,
        "ifsc": company.bank.ifsc,
        "branch": company.bank.branch,
        "upi_id": company.bank.upi_id,
        "terms_days": company.terms_days * 1000,
        "rounding": company.rounding,
        "language": company.language,
        "signatory": company.signatory,
        "terms": company.terms,
    }


def with_papers(company: Company, values: Mapping[str, Any]) -> Company:
    """The company with what its papers carry."""
    return replace(
        company,
        bank=Bank(values["bank_name"], values["account"], values["ifsc"], values["branch"], values["upi_id"]),
        terms_days=(values["terms_days"] or 0) // 1000,
        rounding=_picked(values["rounding"]) or company.rounding,
        language=_picked(values["language"]) or company.language,
        signatory=values["signatory"],
        terms=values["terms"],
    )


def ladder_values(ladder: Ladder) -> dict[str, Any]:
    """A ladder as its form shows it."""
    values: dict[str, Any] = {"minimum": ladder.minimum_paise or None, "paused": ladder.paused}
    for at in range(STEPS_MAX):
        step = ladder.steps[at] if at < len(ladder.steps) else None
        values[f"title{at}"] = step.title if step else ""
        values[f"days{at}"] = step.after_days * 1000 if step else None
        values[f"tone{at}"] = step.tone if step else None
    return values


def ladder_of(values: Mapping[str, Any]) -> Ladder:
    """The ladder that the form describes; a step without a title is none."""
    steps = [
        Step(
            after_days=(values[f"days{at}"] or 0) // 1000,
            tone=_picked(values[f"tone{at}"]) or "firm",
            title=values[f"title{at}"],
        )
        for at in range(STEPS_MAX)
        if values[f"title{at}"]
    ]
    return Ladder(steps=tuple(steps), minimum_paise=values["minimum"] or 0, paused=values["paused"])


def for_form(problems: Iterable[Problem]) -> list[Problem]:
    """Problems with a company, each at the field of the form that shows it."""
    return [replace(problem, field=_FIELDS.get(problem.field, problem.field)) for problem in problems]


def gstin_says(typed: str, *, is_whole: bool) -> tuple[str, str, str]:
    """State code, PAN and what is wrong, as far as a typed GSTIN says them; all empty while more is to come."""
    if not typed.strip() or (len(typed.strip()) < LENGTH and not is_whole):
        return "", "", ""
    answer = check(typed)
    if not answer.valid:
        problem = problem_of(answer, "gstin")
        return "", "", problem.sentence
    return answer.state_code or "", answer.pan or "", ""


def states() -> list[Choice]:
    """The States a company may be in, by name."""
    living = [state for state in Facts.in_force().states().values() if state.in_gstin and not state.retired]
    return [Choice(one.code, one.name, one.code) for one in sorted(living, key=lambda one: one.name)]


def state_name(code: str) -> str:
    """The name of a State code; empty for an unknown one."""
    state = Facts.in_force().state(code)
    return "" if state is None else state.name


def tones() -> list[Choice]:
    """How a letter may sound."""
    return [Choice("gentle", _("Gentle")), Choice("firm", _("Firm")), Choice("final", _("Final"))]


def filings() -> list[Choice]:
    """How often returns are filed."""
    return [Choice("monthly", _("Every month")), Choice("quarterly", _("Every quarter (QRMP)"))]


def roundings() -> list[Choice]:
    """How a document's total is rounded."""
    return [Choice("rupee", _("To the rupee")), Choice("none", _("Not at all"))]


def _picked(choice: Any) -> str:
    return str(choice.value) if isinstance(choice, Choice) else ""
