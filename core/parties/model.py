"""A party: a customer of the company, as the master record knows it now.

Papers carry their own copy of every word they print; they refer to a party by id only to find it.
"""

from core.changes.record import Record
from core.company.model import Address, Registration
from core.ids import Id


class Party(Record):
    """A customer. `credit_limit_paise` None means none is set; `merged_into` names the party this one became."""

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
    merged_into: Id | None = None
