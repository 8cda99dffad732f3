"""The balance confirmation letter: what a party owes on a day and the papers that make it up, for it to confirm.

Auditors ask for it under SA 505 (External Confirmations, Institute of Chartered Accountants of India): the positive
form, in which the party answers whether it agrees or by how much it differs.
"""

import datetime as dt

from sqlalchemy.engine import Connection

from core.company.queries import company
from core.facts import Facts
from core.ids import Id
from core.invoicing.settling import buyer_of, seller_of
from core.ledger.rules import CREDIT
from core.parties.merged import family
from core.parties.queries import party as party_record
from core.statements.model import Confirmation, OpenBill
from core.statements.queries import balance_before

_PARTYS = (
    "SELECT i.type, i.number, i.dated_on, i.due_on, i.amount_paise, i.side, i.open_paise "
    "+ coalesce((SELECT sum(a.paise) FROM allocations a WHERE a.document = i.paper AND a.allocated_on > ?), 0) "
    "+ coalesce((SELECT sum(a.paise) FROM allocations a WHERE a.credit = i.paper AND a.allocated_on > ?), 0) "
    "FROM open_items i WHERE i.party IN (RUN) AND i.dated_on <= ? ORDER BY i.dated_on, i.number, i.paper"
)


def confirmation(
    read: Connection, party: Id, on: dt.date, *, dated_on: dt.date | None = None, facts: Facts | None = None
) -> Confirmation:
    """The letter about a party's balance at the end of a day, dated that day unless told.

    The balance is the ledger's; the papers open on that day are listed, credits negative. KeyError when the book has
    no such party.
    """
    known = party_record(read, party)
    if known is None:
        raise KeyError(party.hex())
    facts = facts or Facts.in_force()
    firm = company(read)
    bills = open_then(read, party, on)
    balance = balance_before(read, party, on + dt.timedelta(days=1))
    return Confirmation(
        seller=seller_of(firm, facts),
        buyer=buyer_of(party, known, facts),
        on=on,
        dated_on=dated_on or on,
        balance_paise=balance,
        bills=bills,
        rest_paise=balance - sum(bill.open_paise for bill in bills),
        language=known.language or firm.language,
    )


def open_then(read: Connection, party: Id, on: dt.date) -> tuple[OpenBill, ...]:
    """What was open of each of a party's papers at the end of a day, oldest first, credits negative."""
    day = on.isoformat()
    found = []
    members = family(read, party)
    question = _PARTYS.replace("RUN", ", ".join("?" * len(members)))
    for row in read.exec_driver_sql(question, (day, day, *members, day)):
        type_, number, dated_on, due_on, amount, side, left = row
        if not left:
            continue
        sign = -1 if side == CREDIT else 1
        dated, due = dt.date.fromisoformat(dated_on), dt.date.fromisoformat(due_on)
        found.append(OpenBill(type_, number, dated, due, sign * amount, sign * left))
    return tuple(found)
