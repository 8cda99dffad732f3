"""The tables of facts: what each is made of and by what its entries are told apart.

The shipped files, a signed pack and what a pack changes are all read by this one list.
"""

from typing import NamedTuple

from core.facts.records import (
    BankRate,
    Dated,
    Days,
    Digits,
    DueDay,
    Extension,
    HsnFact,
    Limit,
    Port,
    Rate,
    Schema,
    State,
    TdsRow,
    Uqc,
    UsualRate,
)


class Table(NamedTuple):
    """One table: its record, and the fields that tell one fact from another (its dates aside)."""

    row: type[Dated]
    key: tuple[str, ...]


TABLES: dict[str, Table] = {
    "states": Table(State, ("code",)),
    "uqcs": Table(Uqc, ("code",)),
    "rates": Table(Rate, ("rate",)),
    "limits": Table(Limit, ("name", "state")),
    "hsn_digits": Table(Digits, ("above",)),
    "days": Table(Days, ("name", "from_turnover")),
    "schemas": Table(Schema, ("form",)),
    "ports": Table(Port, ("code",)),
    "bank_rates": Table(BankRate, ()),
    "due_days": Table(DueDay, ("form", "filing", "states")),
    "extensions": Table(Extension, ("form", "filing", "period", "states")),
    "hsn": Table(HsnFact, ("code",)),
    "usual_rates": Table(UsualRate, ("code",)),
    "tds": Table(TdsRow, ("code", "section", "name")),
}
