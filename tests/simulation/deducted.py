"""What the department and the deductors say of tax, kept on the devices of a simulated world, and interest charged."""

import datetime as dt
from typing import Any

import msgspec

from core.fiscal import financial_year, quarter
from core.interest.commands import book_interest, note_acceptance, tax_interest, waive_interest
from core.interest.model import AGREED
from core.interest.queries import interest_awaiting_tax
from core.store.work import Work
from core.tds.commands import claim, keep_seen, link, note_certificate, undo
from core.tds.model import Seen
from tests.simulation.collecting import TDS_CODE
from tests.simulation.person import Person

TANS = ("BLRU12345A", "MUMK54321B")
_DAYS = (dt.date(2026, 5, 12), dt.date(2026, 10, 3), dt.date(2026, 11, 4), dt.date(2026, 11, 20))
FORM = tuple(
    Seen(
        "168",
        tan,
        f"Deductor {tan[:4]}",
        TDS_CODE,
        financial_year(day),
        quarter(day),
        day,
        tax * 50,
        tax,
        tax,
    )
    for tan in TANS
    for day in _DAYS
    for tax in (100_00, 200_00)
)
"""The department's file: what it shows of a year, the same on whichever device it is opened."""
_LATE = (
    "SELECT d.id FROM documents d JOIN open_items o ON o.paper = d.id "
    "WHERE d.type = 'INV' AND d.dated_on < '{}' AND d.cancellation IS NULL"
)
_NOTES = "SELECT note FROM interest_bookings"


class TaxClerk(Person):
    """Forms, certificates, links, claims."""

    def keep_form(self) -> None:
        """A part of the file, in an earlier or a later state of booking."""
        first, later = self.chance.randrange(len(FORM)), self.chance.random() < 0.4
        status, on = ("F", dt.date(2026, 11, 18)) if later else ("P", dt.date(2026, 11, 2))
        source = self.device.path.name
        part = [
            msgspec.structs.replace(one, status=status, seen_on=on, source=source)
            for one in FORM[first : first + self.chance.choice((4, 16))]
        ]  # fmt: skip
        self.device.write("Form", lambda work: keep_seen(work, part))

    def hold_certificate(self) -> None:
        number, paise = f"C{self.chance.randrange(4)}", self.chance.choice((100_00, 200_00))
        self.device.write(
            "Certificate",
            lambda work: note_certificate(
                work, form="131", number=number, tan=TANS[0], code=TDS_CODE, year=2026, quarter=3,
                deducted_paise=paise,
            ),
        )  # fmt: skip

    def link_tax(self) -> None:
        seen, receipt = self.any("SELECT id FROM tds_seen"), self.any("SELECT receipt FROM tds_deductions")
        today = self.today
        if seen is not None and receipt is not None:
            self.device.write("Link", lambda work: link(work, seen=[seen], receipts=[receipt], today=today))

    def claim_tax(self) -> None:
        seen, today = self.any("SELECT id FROM tds_seen"), self.today
        if seen is not None:
            self.device.write("Claim", lambda work: claim(work, [seen], year=2026, today=today))

    def undo_tax(self) -> None:
        said = self.any("SELECT claim FROM tds_links UNION SELECT claim FROM tds_claims")
        today = self.today
        if said is not None:
            self.device.write("Undo", lambda work: undo(work, said, today=today, reason="wrong"))


class Lender(Person):
    """What late payers owe beside their bills."""

    def note_acceptance(self) -> None:
        bill, today = self.any("SELECT id FROM documents WHERE type = 'INV'"), self.today
        day = today - dt.timedelta(days=self.chance.choice((3, 20, 40)))
        if bill is not None:
            self.device.write(
                "Acceptance", lambda work: note_acceptance(work, bill, delivered_on=day, today=today)
            )

    def charge_interest(self) -> None:
        today = self.today
        bill = self.any(_LATE.format(today - dt.timedelta(days=17)))
        upto, basis = (
            today - dt.timedelta(days=self.chance.choice((0, 0, 5))),
            self.chance.choice(("", AGREED)),
        )
        if bill is not None:
            self.device.write(
                "Interest",
                lambda work: book_interest(
                    work, bill, upto=upto, today=today, basis=basis, date_confirmed=True
                ),
            )

    def tax_interest(self) -> None:
        today = self.today

        def command(work: Work) -> Any:
            waiting = interest_awaiting_tax(work.read, today)
            return waiting and tax_interest(work, waiting[0].note, today=today, date_confirmed=True)

        self.device.write("Tax", command)

    def give_up_interest(self) -> None:
        note, today = self.any(_NOTES), self.today
        if note is not None:
            self.device.write(
                "Waive", lambda work: waive_interest(work, note, today=today, date_confirmed=True)
            )
