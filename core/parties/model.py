"""A party: a customer of the company, as the master record knows it now.

Papers carry their own copy of every word they print; they refer to a party by id only to find it.
"""

from core.changes.record import Record
from core.company.model import Address, Registration
from core.ids import Id


class InterestTerms(Record):
    """What was agreed for late payment: a rate for a year, simple or with monthly rests, after days of grace."""

    rate_bp: int = 0
    rests: str = "simple"
    grace_days: int = 0


class Party(Record):
    """A customer. `credit_limit_paise` None means none is set.

    `agreed_in_writing` says that the days of credit were (MSMED Act, s. 15); `payer_names` are the names by which the
    bank's lines call it. `group`, `salesperson` and `branch` are the company's own words, for ageing and targets.
    """

    code: str = ""
    name: str = ""
    registration: Registration = Registration()
    address: Address = Address()
    email: str = ""
    phone: str = ""
    contact: str = ""
    pan: str = ""
    tan: str = ""
    terms_days: int | None = None
    credit_limit_paise: int | None = None
    tds_code: str = ""
    notes: str = ""
    language: str = ""
    archived: bool = False
    group: str = ""
    salesperson: str = ""
    branch: str = ""
    agreed_in_writing: bool = False
    interest: InterestTerms = InterestTerms()
    payer_names: tuple[str, ...] = ()


class Merging(Record):
    """A party became another: its papers stay as they are, and its account is read with that of the one kept.

    The names are those of the day, to be read without looking either up.
    """

    party: Id
    into: Id
    name: str = ""
    into_name: str = ""


class Parting(Record):
    """A merging is undone: the party stands for itself again."""

    merging: Id
    party: Id
    name: str = ""
