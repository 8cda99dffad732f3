"""What a file says an advance was used for, as the returns count it: each use, and each undoing, on its day."""

import datetime as dt
from collections.abc import Iterator

from core.advances.rules import RECEIPT_VOUCHER, Use
from core.exchange import figures
from core.exchange.model import BahiFile, FileAdvance
from core.exchange.money_model import FilePaid
from core.fiscal import financial_year


def uses_of(given: FileAdvance, file: BahiFile) -> list[Use]:
    """What the file says an advance was set against, money given back too, and what of that was undone."""
    uses = []
    for n, each in enumerate(given.adjusted):
        use = Use(each.document, each.date, figures.paise(each.amount, f"adjusted[{n}].amount"))
        uses += [use, *_undone(use, each.until)]
    for payback in file.paybacks:
        for paid in payback.paid or ():
            if _is_of(paid, given):
                on = paid.on or max(payback.date, paid.date)
                use = Use(payback.number, on, figures.paise(paid.amount, "amount"))
                uses += [use, *_undone(use, paid.until)]
    return uses


def _is_of(paid: FilePaid, given: FileAdvance) -> bool:
    if paid.type != RECEIPT_VOUCHER or given.number is None or given.date is None:
        return False
    is_year = financial_year(paid.date) == financial_year(given.date)
    return is_year and paid.number.casefold() == given.number.casefold()


def _undone(use: Use, until: dt.date | None) -> Iterator[Use]:
    if until is not None:
        yield Use(use.number, max(until, use.dated_on), -use.paise)
