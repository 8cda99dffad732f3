"""What the returns and the portals know of a document: its return and table, its IRN and e-way bill, and the clocks.

Free of Qt.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.company.model import Company
from core.company.queries import company
from core.einvoice.clocks import CANCEL, MOVE, Clock, clocks
from core.einvoice.model import CancelledAtPortal, Registered
from core.einvoice.queries import cancelled_at_portal, registered
from core.einvoice.rules import has_einvoice
from core.einvoice.rules import is_needed as needs_irn
from core.eway.model import Noted
from core.eway.queries import noted
from core.eway.rules import has_bill
from core.eway.rules import is_needed as needs_bill
from core.facts import Facts
from core.gst.section import section_of, table_of
from core.ids import Id
from core.invoicing.model import Document
from core.invoicing.papers import POSTING
from core.invoicing.queries import document as document_in
from core.invoicing.settling import sold_of
from core.returns.periods import label
from core.returns.queries import filed_returns, return_period
from core.returns.rules import GSTR1, IFF
from core.words import date_text
from core.words import translate as _
from desktop.ports import Reader


@dataclass(frozen=True, slots=True)
class Returned:
    """`period` is the return that tells the paper, "" for none; `takes_irn` and `takes_bill` whether the portals would
    take it at all, `needs_…` whether the law asks for it."""

    period: str = ""
    is_filed: bool = False
    filing: str = "monthly"
    tables: tuple[str, ...] = ()
    registered: Registered | None = None
    cancelled: CancelledAtPortal | None = None
    noted: Noted | None = None
    takes_irn: bool = False
    needs_irn: bool = False
    takes_bill: bool = False
    needs_bill: bool = False
    clocks: tuple[Clock, ...] = ()

    @property
    def may_be_cancelled_there(self) -> bool:
        """Whether the portal still cancels its IRN."""
        return any(clock.name == CANCEL and not clock.has_passed for clock in self.clocks)

    def facts(self) -> list[tuple[str, str]]:
        """Each in a line; those that have nothing to say are empty."""
        return [
            (_("Return"), self._return()),
            (_("e-invoice"), self._irn()),
            (_("e-way bill"), self._bill()),
        ]

    def _return(self) -> str:
        if not self.period:
            return ""
        text = _("GSTR-1 of {period}, filed") if self.is_filed else _("GSTR-1 of {period}, not filed yet")
        said = text.format(period=label(self.period, self.filing))
        return ", ".join((said, *self.tables))

    def _irn(self) -> str:
        known = self.registered
        if self.cancelled is not None and known is None:
            at = self.cancelled.at
            text = _("IRN cancelled at the portal on {date} {time}")
            return text.format(date=date_text(at.date()), time=f"{at:%H:%M}")
        if known is not None:
            at = known.acknowledged_at
            text = _("Registered {date} {time}, acknowledgement {number}")
            return text.format(date=date_text(at.date()), time=f"{at:%H:%M}", number=known.ack_number)
        return _("Needed, not registered yet") if self.needs_irn else ""

    def _bill(self) -> str:
        bill = self.noted
        if bill is None:
            return _("Needed before the goods move") if self.needs_bill else ""
        until = bill.valid_until
        if until is None:
            return _("{number}, no vehicle yet").format(number=bill.bill_number)
        text = _("{number}, valid until {date} {time}")
        return text.format(number=bill.bill_number, date=date_text(until.date()), time=f"{until:%H:%M}")


def returned_of(read: Reader, record: Id, document: Document, *, stands: bool, now_us: int) -> Returned:
    """What is known of a document; runs on a read thread."""
    facts, ours = Facts.in_force(), company(read)
    known, bill = registered(read, record), noted(read, record)
    period = return_period(read, record) if document.type in POSTING and not document.opening else ""
    filed = {one.period for one in filed_returns(read) if one.form in (GSTR1, IFF)}
    needs = _needs_bill(document, facts) and stands
    running = _clocks(document, known, ours, facts, now_us, moves=needs and bill is None) if stands else ()
    if any(clock.name == MOVE and clock.has_passed for clock in running):  # the goods have long gone
        needs, running = False, tuple(clock for clock in running if clock.name != MOVE)
    return Returned(
        period=period,
        is_filed=period in filed,
        filing=ours.filing,
        tables=tuple(_tables(read, document, facts)) if period else (),
        registered=known,
        cancelled=cancelled_at_portal(read, record),
        noted=bill,
        takes_irn=stands and bool(ours.registration.gstin) and has_einvoice(document),
        needs_irn=stands and needs_irn(document, ours.turnover_paise, facts),
        takes_bill=stands and bool(ours.registration.gstin) and has_bill(document),
        needs_bill=needs,
        clocks=running,
    )


def _clocks(
    document: Document, known: Registered | None, ours: Company, facts: Facts, now_us: int, *, moves: bool
) -> tuple[Clock, ...]:
    return tuple(clocks(document, known, ours.turnover_paise, facts, now_us, moves=moves))


def _needs_bill(document: Document, facts: Facts) -> bool:
    try:
        return needs_bill(document, facts)
    except LookupError:  # before there were e-way bills
        return False


def _tables(read: Reader, document: Document, facts: Facts) -> Iterator[str]:
    """The tables its lines stand in, each with its section, in the order of the lines."""
    named = document.original
    original = document_in(read, named.document) if named is not None and named.document else None
    sold = sold_of(document, original)
    seen: list[str] = []
    for treatment in dict.fromkeys(line.treatment for line in document.lines):
        section = section_of(sold, treatment, facts)
        table = table_of(sold, section)
        if table and table not in seen:
            seen.append(table)
            yield _("table {table} ({section})").format(table=table, section=section)
