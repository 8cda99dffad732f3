"""What the law asks of the trade, done on the devices of a simulated world: offers, advances, returns, the portal."""

import datetime as dt
import json
from typing import Any

import msgspec

from core.advances.commands import receive_advance, refund_advance
from core.einvoice.commands import take_answer, take_cancellations
from core.einvoice.irn import irn_of
from core.eway.commands import note_bill
from core.fiscal import period
from core.ids import Id
from core.invoicing.commands import cancel_document, draft_from, issue_document
from core.invoicing.filed import covering_return
from core.invoicing.model import Document, Draft, Original
from core.invoicing.queries import document
from core.invoicing.settling import draft_of
from core.ledger.queries import open_item
from core.returns.commands import explain_gap, file_return, note_unused
from core.returns.gaps import gaps
from core.store.work import Work
from tests.simulation.person import Person

ACKNOWLEDGED = dt.datetime(2026, 11, 20, 12, 30)
OFFERS = ("QTN", "PRF", "CHL")


class Filer(Person):
    """Offers and advances, returns and corrections, unused numbers, and what the portals answer."""

    def offer(self) -> None:
        buyer = self.any("SELECT id FROM parties")
        if buyer is not None:
            kind, on = self.chance.choice(OFFERS), self.some_day()
            self._issue(Draft(type=kind, party=buyer, lines=self.lines(), dated_on=on))

    def take_up_offer(self) -> None:
        offered = self.any("SELECT id FROM documents WHERE type IN ('QTN', 'PRF', 'CHL')")
        if offered is not None:
            self.device.write("Take up", lambda work: self._issued(work, draft_from(work, offered)))

    def take_advance(self) -> None:
        payer = self.any("SELECT id FROM parties")
        if payer is None:
            return
        paise, on = self.chance.randrange(1_000, 2_000_00), self.some_day()
        purpose = self.chance.choice(("services", "services", "goods"))
        rate_bp, today = (1800 if purpose == "services" else 0), self.today

        def command(work: Work) -> Id:
            return receive_advance(
                work, party=payer, dated_on=on, amount_paise=paise, rate_bp=rate_bp, purpose=purpose, mode="cash",
                today=today, date_confirmed=True,
            )  # fmt: skip

        self.device.write("Advance", command)

    def give_back(self) -> None:
        voucher = self.any("SELECT id FROM vouchers WHERE type = 'RCV'")
        item = self.device.book.read(lambda read: open_item(read, voucher)) if voucher else None
        if voucher is None or item is None or not item.open_paise:
            return
        part = self.chance.choice((item.open_paise, max(item.open_paise // 2, 1)))
        today = self.today

        def command(work: Work) -> Id:
            return refund_advance(
                work, voucher=voucher, dated_on=today, amount_paise=part, reason="withdrawn", mode="cash",
                today=today, date_confirmed=True,
            )  # fmt: skip

        self.device.write("Give back", command)

    def file(self) -> None:
        today = self.today
        wanted = period(today - dt.timedelta(days=self.chance.choice((21, 21, 21, 52))))
        form = self.chance.choice(("GSTR1", "GSTR1", "GSTR1", "GSTR3B"))
        despite = self.chance.random() < 0.8

        def command(work: Work) -> Id:
            record = file_return(work, form, wanted, today, today=today, despite=despite)
            seen = work.read.exec_driver_sql("SELECT id FROM documents")
            self.device.world.seen_at_filing[record] = frozenset(row[0] for row in seen)
            return record

        self.device.write("File", command)

    def cancel_what_was_told(self) -> None:
        record = self.any(
            "SELECT d.id FROM documents d JOIN filed_returns f ON f.period = substr(d.dated_on, 1, 7) "
            "LEFT JOIN open_items i ON i.paper = d.id WHERE f.form = 'GSTR1' AND d.type IN ('INV', 'CRN', 'CHL') "
            "AND d.cancellation IS NULL AND (i.paper IS NULL OR i.open_paise = i.amount_paise)"
        )
        if record is not None:
            self.device.write(
                "Cancel late", lambda work: cancel_document(work, record, on=self.today, reason="wrong")
            )

    def correct(self) -> None:
        record = self.any("SELECT id FROM documents WHERE type IN ('INV', 'CRN')")
        known = self.device.book.read(lambda read: document(read, record)) if record else None
        if record is None or known is None:
            return
        draft = msgspec.structs.replace(
            draft_of(known), lines=self.lines(), original=known.original,
            amends=Original(known.number, known.dated_on, record),
        )  # fmt: skip
        self._issue(draft)

    def revise(self) -> None:
        buyer = self.any("SELECT id FROM parties")
        if buyer is not None:
            named = Original(f"OLD/{self.chance.randrange(9)}", self.today - dt.timedelta(days=200))
            self._issue(Draft(party=buyer, lines=self.lines(), revises=named))

    def note_unused(self) -> None:
        number, on, today = f"BOOK/{self.chance.choice((1, 3, 5))}", self.some_day(), self.today
        self.device.write(
            "Unused",
            lambda work: note_unused(
                work, type="INV", number=number, dated_on=on, reason="torn", today=today
            ),
        )

    def explain(self) -> None:
        missing = [gap for gap in self.device.book.read(lambda read: gaps(read, 2026)) if gap.is_open]
        if missing:
            gap, words = self.chance.choice(missing), self.chance.choice(("torn", "lost", ""))
            self.device.write(
                "Explain",
                lambda work: explain_gap(work, type=gap.type, year=2026, number=gap.number, words=words),
            )

    def register(self) -> None:
        record = self.any("SELECT id FROM documents WHERE type IN ('INV', 'CRN') AND cancellation IS NULL")
        paper = self.device.book.read(lambda read: document(read, record)) if record else None
        if paper is not None and paper.buyer.gstin:
            told = json.dumps(_answered(paper))
            self.device.write("Answer", lambda work: take_answer(work, told, {}))

    def cancel_irn(self) -> None:
        record = self.any("SELECT document FROM einvoices")
        paper = self.device.book.read(lambda read: document(read, record)) if record else None
        if paper is not None:
            at = ACKNOWLEDGED + dt.timedelta(hours=self.chance.choice((1, 2)))
            told = json.dumps({"Irn": _irn(paper), "CancelDate": f"{at:%Y-%m-%d %H:%M:%S}"})
            self.device.write("IRN cancelled", lambda work: take_cancellations(work, told))

    def note_eway(self) -> None:
        record = self.any("SELECT id FROM documents WHERE type IN ('INV', 'CHL')")
        if record is not None:
            number = f"3{int.from_bytes(record[-4:]):011d}"
            made = ACKNOWLEDGED + dt.timedelta(days=self.chance.choice((0, 1)))
            self.device.write(
                "E-way bill", lambda work: note_bill(work, record, bill_number=number, made_at=made)
            )

    def _issue(self, draft: Draft) -> None:
        self.device.write("Issue", lambda work: self._issued(work, draft))

    def _issued(self, work: Work, draft: Draft) -> Id:
        return issue_document(
            work, draft, today=self.today, date_confirmed=True, is_filed=lambda paper: _is_filed(work, paper)
        )


def _is_filed(work: Work, paper: Id) -> bool:
    return covering_return(paper, work.paper(paper).dated_on, work.standing) is not None


def _answered(paper: Document) -> dict[str, Any]:
    """The portal's answer to a paper, the same whoever uploads it; its QR is the payload as it stands."""
    irn = _irn(paper)
    return {
        "AckNo": int(irn[:12], 16),
        "AckDt": f"{ACKNOWLEDGED:%Y-%m-%d %H:%M:%S}",
        "Irn": irn,
        "SignedQRCode": json.dumps({"Irn": irn, "DocNo": paper.number.upper(), "DocTyp": paper.type}),
    }


def _irn(paper: Document) -> str:
    return irn_of(paper.seller.gstin, paper.dated_on, paper.type, paper.number)
