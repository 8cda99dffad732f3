"""What the trade does on the devices of a simulated world, drawn by lot from what their own book shows them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec

from core.company.model import Address, Registration
from core.dunning.commands import remind_party
from core.ids import Id
from core.inbox.commands import mark_read, settle
from core.inbox.queries import items as inbox_items
from core.invoicing.commands import cancel_document, issue_document, save_draft
from core.invoicing.model import Draft, Original
from core.invoicing.queries import document
from core.items.commands import save_item
from core.items.model import Item
from core.ledger.commands import allocate
from core.ledger.model import AllocationLine
from core.ledger.queries import open_items
from core.ledger.rules import CREDIT, DUE
from core.milestones.commands import bill_milestone, certify, drop_milestone, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, Worth
from core.parties.commands import save_party
from core.parties.model import InterestTerms, Party
from core.parties.queries import party
from core.receipts.commands import record_receipt
from core.receipts.model import Deduction
from core.store.work import Work
from tests.simulation.person import Person

STATES = (
    ("29", "Bengaluru", "29AAGCB7383J1Z4"), ("27", "Pune", "27AAPFU0939F1ZV"), ("33", "Chennai", "33AAFCL2204B1ZD"),
)  # fmt: skip
_ODD: dict[str, Callable[[int], Any]] = {
    "terms_days": lambda n: n,
    "archived": lambda n: n < 27,
    "tan": lambda n: ("", "BLRU12345A", "MUMK54321B")[n % 3],
    "tds_code": lambda n: ("", "1024")[n % 2],
    "agreed_in_writing": lambda n: n % 2 == 0,
    "interest": lambda n: InterestTerms(1200 + n, "monthly" if n % 2 else "simple", n % 4),
    "payer_names": lambda n: (f"PAYER {n % 5}",),
}
"""Fields of a party that are no words, and what is put there."""
PINS = {"29": "560", "27": "411", "33": "600"}


class Trader(Person):
    """Parties, bills, money, milestones, reminders, the Inbox."""

    def new_party(self) -> None:
        state, city, gstin = self.chance.choice(STATES)
        kind = "registered" if self.chance.random() < 0.4 else "unregistered"
        code = f"P{self.chance.randrange(12)}"
        body = Party(
            code=code, name=f"Party {code} {self.chance.randrange(100)}", interest=InterestTerms(1800),
            registration=Registration(kind, gstin if kind == "registered" else "", state),
            address=Address(line1="1 Main Road", city=city, state_code=state, pincode=f"{PINS[state]}001"),
        )  # fmt: skip
        self.device.write("Party", lambda work: save_party(work, body))

    def edit_party(self) -> None:
        record = self.any("SELECT id FROM parties")
        if record is None:
            return
        value = f"v{self.chance.randrange(6)}"
        field = self.chance.choice(
            ("phone", "email", "contact", "notes", "group", "salesperson", "branch", *_ODD)
        )
        new: Any = value
        if field in _ODD:
            new = _ODD[field](self.chance.randrange(90))
        self.put(record, field, new)

    def put(self, record: Id, field: str, new: Any) -> None:
        """Write one field of a party."""

        def command(work: Work) -> None:
            known = party(work.read, record)
            assert known is not None
            save_party(work, msgspec.structs.replace(known, **{field: new}), record)

        self.device.write("Edit", command)

    def new_item(self) -> None:
        body = Item(
            code=f"I{self.chance.randrange(5)}", name="Thing", description=f"Thing {self.chance.randrange(9)}"
        )
        self.device.write("Item", lambda work: save_item(work, body))

    def issue(self) -> None:
        buyer = self.any("SELECT id FROM parties")
        if buyer is None:
            return
        draft = Draft(party=buyer, lines=self.lines(), dated_on=self.some_day())
        saved = self.chance.random() < 0.3

        def command(work: Work) -> Id:
            known = save_draft(work, draft) if saved else None
            return issue_document(work, draft, today=self.today, draft_id=known, date_confirmed=True)

        self.device.write("Issue", command)

    def credit_note(self) -> None:
        record = self.any("SELECT id FROM documents WHERE type = 'INV'")
        bill = self.device.book.read(lambda read: document(read, record)) if record else None
        if record is None or bill is None:
            return
        draft = Draft(
            type="CRN", party=bill.buyer.party, lines=self.lines(), reason="01",
            original=Original(bill.number, bill.dated_on, record), place_of_supply=bill.place_of_supply,
        )  # fmt: skip
        self.device.write(
            "Note", lambda work: issue_document(work, draft, today=self.today, date_confirmed=True)
        )

    def receive(self) -> None:
        payer = self.any("SELECT id FROM parties")
        if payer is None:
            return
        tds = (
            (Deduction(kind="round_off", paise=self.chance.randrange(1, 100)),)
            if self.chance.random() < 0.2
            else ()
        )
        paise, how = self.chance.randrange(100, 3_000_00), self.chance.choice(("oldest", None))
        day = self.today

        def command(work: Work) -> Id:
            return record_receipt(
                work, party=payer, dated_on=day, amount_paise=paise, mode="upi", deductions=tds,
                allocate=how, today=day, date_confirmed=True,
            )  # fmt: skip

        self.device.write("Receipt", command)

    def settle_account(self) -> None:
        payer = self.any("SELECT party FROM open_items WHERE open_paise > 0 AND side = 'credit'")
        if payer is None:
            return

        def command(work: Work) -> Id | None:
            receipts = open_items(work.read, party=payer, side=CREDIT)
            bills = open_items(work.read, party=payer, side=DUE)
            if not receipts or not bills:
                return None
            credit, bill = self.chance.choice(receipts), self.chance.choice(bills)
            part = min(credit.open_paise, bill.open_paise)
            on = max(self.today, credit.dated_on, bill.dated_on)
            return allocate(
                work, credit=credit.paper, party=payer, lines=[AllocationLine(bill.paper, part)], on=on
            )

        self.device.write("Allocate", command)

    def cancel(self) -> None:
        untouched = "SELECT paper FROM open_items WHERE type = 'INV' AND open_paise = amount_paise"
        whatever = "SELECT id FROM documents WHERE cancellation IS NULL"
        record = self.any(self.chance.choice((untouched, whatever)))
        if record is not None:
            self.device.write(
                "Cancel", lambda work: cancel_document(work, record, on=self.today, reason="wrong")
            )

    def new_contract(self) -> None:
        buyer = self.any("SELECT id FROM parties")
        if buyer is None:
            return
        body = Contract(
            code=f"K{self.chance.randrange(6)}", title="Plant", party=buyer, value_paise=1_00_000_00
        )

        def command(work: Work) -> None:
            agreed = save_contract(work, body)
            for n in range(2):
                save_milestone(
                    work,
                    Milestone(contract=agreed, position=n, title=f"Stage {n}", worth=Worth(paise=10_000_00)),
                )

        self.device.write("Contract", command)

    def work_on_milestone(self) -> None:
        record = self.any("SELECT id FROM milestones WHERE dropped = 0")
        if record is None:
            return
        choice = self.chance.randrange(10)
        if choice < 4:
            self.device.write("Certify", lambda work: certify(work, record, on=self.today, by="E"))
        elif choice < 9:
            self.device.write(
                "Bill", lambda work: bill_milestone(work, record, today=self.today, date_confirmed=True)
            )
        else:
            self.device.write("Drop", lambda work: drop_milestone(work, record))

    def remind(self) -> None:
        payer = self.any("SELECT party FROM open_items WHERE open_paise > 0 AND side = 'due'")
        if payer is not None:
            late = self.today + dt.timedelta(days=60)
            self.device.write("Remind", lambda work: remind_party(work, payer, on=late, date_confirmed=True))

    def tend_inbox(self) -> None:
        found = self.device.book.read(inbox_items)
        if not found:
            return
        item = self.chance.choice(found)
        choice = self.chance.choice([c for c in item.choices if c not in ("cancel", "credit_note")])
        if self.chance.random() < 0.5:
            self.device.write("Read", lambda work: mark_read(work, item.id))
        else:
            self.device.write("Settle", lambda work: settle(work, item.id, choice))
