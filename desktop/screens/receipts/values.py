"""What the form of a receipt says: its deductions, its credit, what is missing, what to be told. Free of Qt."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.problems import Problem
from core.receipts.model import Cheque, Deduction
from core.receipts.queries import receipt_of_cheque
from core.receipts.rules import CHEQUE, cheque_used, cheque_warnings
from core.statements.money import cash_warnings, money_of_reference
from core.words import amount_text
from core.words import translate as _
from desktop.ports import Reader

Values = Mapping[str, Any]
_FIELDS = {"amount_paise": "amount", "cheque.number": "cheque_number"}


def deductions_of(values: Values) -> tuple[Deduction, ...]:
    """What the payer kept back, as the form says it."""
    found = []
    if values["tds"] and values["tds_code"] is not None:
        found.append(Deduction(kind="tds", paise=values["tds"], code=values["tds_code"].value))
    if values["other"] and values["other_kind"] is not None:
        found.append(Deduction(kind=values["other_kind"].value, paise=values["other"]))
    return tuple(found)


def cheque_of(values: Values) -> Cheque | None:
    """The cheque as the form says it; None for another way of paying, or where only its number may be known."""
    mode = values["mode"]
    if mode is None or mode.value != CHEQUE or not values["cheque_number"].strip():
        return None
    dated_on = values["cheque_on"] or values["dated_on"]
    return Cheque(values["cheque_number"].strip(), dated_on, values["cheque_bank"].strip())


def is_begun(values: Values) -> bool:
    """Whether there is something in the form to take over."""
    return values["party"] is not None or values["amount"] is not None


def at_field(problem: Problem) -> Problem:
    """A problem of the record, at the form's own field."""
    field = _FIELDS.get(problem.field, problem.field)
    if field.startswith("deductions"):
        field = "tds_code" if field.endswith(".code") else "tds"
    return Problem(code=problem.code, message=problem.message, field=field, remedy=problem.remedy)


def unfit(values: Values) -> Iterator[Problem]:
    """What the form lacks before it can be recorded."""
    if values["amount"] is None and not deductions_of(values):
        yield Problem(code="REQUIRED", message=_("Enter what came in."), field="amount")
    if (values["amount"] or 0) < 0:
        yield Problem(code="RANGE", message=_("An amount received is not negative."), field="amount")
    mode = values["mode"]
    if mode is not None and mode.value == CHEQUE and not values["cheque_number"].strip():
        yield Problem(code="REQUIRED", message=_("Enter the number of the cheque."), field="cheque_number")
    if values["tds"] and values["tds_code"] is None:
        yield Problem(code="REQUIRED", message=_("Choose what the TDS was deducted under."), field="tds_code")
    if values["other"] and values["other_kind"] is None:
        yield Problem(code="REQUIRED", message=_("Choose why it was kept back."), field="other_kind")


def warnings(values: Values, reader: Reader) -> list[str]:
    """What to be told before it is recorded; nothing of it forbids."""
    found: list[str] = []
    cheque = cheque_of(values)
    if cheque is not None and values["dated_on"] is not None:
        found += [problem.sentence for problem in cheque_warnings(cheque, values["dated_on"])]
    party, mode, on = values["party"], values["mode"], values["dated_on"]
    if cheque is not None and party is not None:
        taken = receipt_of_cheque(reader, party.value, cheque)
        if taken is not None:
            found.append(cheque_used(taken.number, taken.dated_on, taken.amount_paise).sentence)
    if mode is None:
        return found
    if mode.value != "cash":
        known = money_of_reference(reader, values["reference"])
        if known is not None:
            found.append(
                _("{number} of {name}, {amount}, already has this reference.").format(
                    number=known.number, name=known.name, amount=amount_text(known.amount_paise)
                )
            )
    elif party is not None and on is not None:
        told = cash_warnings(reader, party=party.value, dated_on=on, amount_paise=values["amount"] or 0)
        found += [problem.sentence for problem in told]
    return found
