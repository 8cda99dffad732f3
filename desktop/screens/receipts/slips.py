"""Cheques chosen to be paid in, and the slip that names them. Free of Qt."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO

from core.bank.queries import account
from core.company.queries import company
from core.facts import Facts
from core.ids import Id
from core.invoicing.settling import seller_of
from core.paper import PayIn, SlipCheque, draw_slip
from core.receipts.cheque_list import IN_HAND, ChequeRow, cheques_of_deposit, deposit
from desktop.ports import Reader
from desktop.screens.receipts.deeds import Deed, deposit_deed


class Chosen:
    """The cheques chosen, with their amounts in paise."""

    def __init__(self) -> None:
        self.paise: dict[Id, int] = {}

    def turn(self, row: ChequeRow | None) -> None:
        """Choose a cheque in hand, or leave it out again; what is not in hand is not chosen."""
        if row is None or row.status != IN_HAND:
            return
        if self.paise.pop(row.receipt, None) is None:
            self.paise[row.receipt] = row.amount_paise

    def clear(self) -> None:
        """Choose none."""
        self.paise.clear()


def deposit_asked(rows: Sequence[ChequeRow], chosen: Chosen, reader: Reader) -> Deed | None:
    """The deposit of these cheques, or of all that were chosen; None where none of them is in hand."""
    paise = dict(chosen.paise) or {row.receipt: row.amount_paise for row in rows if row.status == IN_HAND}
    return deposit_deed(list(paise), sum(paise.values()), reader) if paise else None


def slip_of(record: Id, on: dt.date, reader: Reader) -> PayIn | None:
    """The pay-in slip of a deposit, into the account it went to; None where no cheque is of it any more."""
    made, rows = deposit(reader, record), cheques_of_deposit(reader, record, on=on)
    if made is None or made.deposited_on is None or not rows:
        return None
    house = company(reader)
    into = account(reader, made.bank_account) if made.bank_account is not None else None
    cheques = tuple(
        SlipCheque(row.cheque_number, row.cheque_on, row.bank, row.name, row.amount_paise) for row in rows
    )
    bank, number, ifsc = house.bank.name, house.bank.account, house.bank.ifsc
    if into is not None:
        bank, number, ifsc = into.bank or into.name, into.number, into.ifsc
    return PayIn(
        seller=seller_of(house, Facts.in_force()),
        deposited_on=made.deposited_on,
        bank=bank,
        account=number,
        ifsc=ifsc,
        cheques=cheques,
        number=made.slip,
        language=house.language,
    )


def slip_drawn(record: Id, on: dt.date, reader: Reader) -> bytes:
    """The slip as a PDF. KeyError where there is none."""
    slip = slip_of(record, on, reader)
    if slip is None:
        raise KeyError(record.hex())
    target = BytesIO()
    draw_slip(slip, target)
    return target.getvalue()
