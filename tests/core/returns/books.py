"""A book that files returns: papers on days of October and November 2026, and shorthand for filing."""

import datetime as dt
from typing import Any

from core.book import Book
from core.ids import Id
from core.returns import commands, queries
from core.returns.model import Month
from tests.core.books import TODAY
from tests.core.invoicing.trade import GLOVES, PUMPS, Trade

OCTOBER, NOVEMBER, DECEMBER = "2026-10", "2026-11", "2026-12"
FILED_ON = dt.date(2026, 11, 11)


def october(day: int) -> dt.date:
    """A day of October 2026."""
    return dt.date(2026, 10, day)


def november(day: int) -> dt.date:
    """A day of November 2026."""
    return dt.date(2026, 11, day)


def bill(trade: Trade, on: dt.date, **changes: Any) -> Id:
    """An invoice to Lotus in Chennai dated on a day."""
    return trade.issue(dated_on=on, confirmed=True, **changes)


def file(
    book: Book,
    period: str = OCTOBER,
    form: str = "GSTR1",
    *,
    on: dt.date = FILED_ON,
    today: dt.date = TODAY,
    **how: Any,
) -> Id:
    """File a return, by default despite what the pre-flight finds."""
    how = {"despite": True, **how}
    return book.write("File", lambda work: commands.file_return(work, form, period, on, today=today, **how))


def month(book: Book, period: str = OCTOBER, form: str = "GSTR1") -> Month:
    """What the return of a period is made of."""
    return book.read(lambda read: queries.month_of(read, period, form=form))


def told(book: Book, period: str = OCTOBER, form: str = "GSTR1") -> list[Id | None]:
    """The documents that a return tells."""
    return [report.id for report in month(book, period, form).documents]


def period_of(book: Book, record: Id) -> str:
    """The period whose return tells a document."""
    return book.read(lambda read: queries.return_period(read, record))


__all__ = ["GLOVES", "PUMPS"]
