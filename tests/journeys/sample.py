"""The sample company: two years of a Bengaluru instrument maker's papers, from a fixed seed, dated up to today.

Everything is entered through the ordinary commands, day by day, on a clock that is moved along.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from core.book import Book, Identity
from core.clock import INDIA, FixedClock, instant_us
from core.company.commands import save_company
from core.company.model import Address, Bank, Company, Registration, Udyam
from core.dunning.commands import run_ladder
from core.gst.gstin import check_digit
from core.ids import Id, IdMaker
from core.invoicing.commands import cancel_document, issue_document, save_draft
from core.invoicing.model import Draft, DraftLine, Original
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.ledger.model import AllocationLine
from core.milestones.commands import bill_milestone, certify, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, MilestoneTax, Worth
from core.parties.commands import save_party
from core.parties.model import InterestTerms, Party
from core.receipts.commands import record_receipt
from core.receipts.model import Cheque, Deduction
from core.store.work import Work
from tests.journeys.sample_gst import filings, other_trade
from tests.journeys.sample_money import STATEMENT, SampleMoney

SEED = 20_270
DAYS = 730
PASSPHRASE = "bahi-sample"
Deed = Callable[[Work], object]

COMPANY = Company(
    legal_name="Nandi Instruments Private Limited",
    trade_name="Nandi Instruments",
    registration=Registration(kind="registered", gstin="29AAKCN5519Q1ZK", state_code="29"),
    pan="AAKCN5519Q",
    tan="BLRN01234C",
    address=Address(
        line1="14 Residency Road", line2="Ashok Nagar", city="Bengaluru", state_code="29", pincode="560025"
    ),
    email="accounts@nandi.example",
    phone="+91 98000 00000",
    bank=Bank(
        name="State Bank of India",
        account="38211904417",
        ifsc="SBIN0004021",
        branch="Residency Road",
        upi_id="nandi@sbi",
    ),
    turnover_paise=4_80_00_000_00,
    lut="AD290426004471P",
    udyam=Udyam(number="UDYAM-KR-03-0012345", size="small", since=dt.date(2021, 4, 1)),
    signatory="R. Lakshmi",
    terms="Goods once sold are taken back only if faulty, within seven days.\nSubject to Bengaluru jurisdiction.",
    terms_days=30,
)

# State code | city | PIN
PLACES = """
29 | Bengaluru | 560058
29 | Mysuru | 570001
27 | Pune | 411001
27 | Mumbai | 400093
33 | Chennai | 600002
33 | Coimbatore | 641018
36 | Hyderabad | 500081
32 | Kochi | 682016
24 | Ahmedabad | 380009
07 | New Delhi | 110020
06 | Gurugram | 122002
09 | Noida | 201301
"""

FIRST = [
    "Lotus",
    "Kaveri",
    "Deccan",
    "Himalaya",
    "Sahyadri",
    "Malabar",
    "Coromandel",
    "Vindhya",
    "Chinar",
    "Banyan",
    "Sapphire",
    "Konark",
    "Hoysala",
    "Narmada",
    "Tungabhadra",
    "Aravalli",
    "Godavari",
    "Palash",
    "Ashoka",
    "Meghna",
]
TRADE = [
    "Foods",
    "Pharma",
    "Textiles",
    "Water Works",
    "Chemicals",
    "Dairy",
    "Engineering",
    "Packaging",
    "Agro",
    "Hospitals",
    "Breweries",
    "Polymers",
    "Cements",
    "Constructions",
    "Laboratories",
]
FORM = (("Private Limited", "C"), ("LLP", "F"), ("Industries", "P"), ("& Sons", "P"), ("Limited", "C"))

# code | name | HSN or SAC | unit | price in rupees
ITEMS = """
PUMP | Dosing pump 12 LPH | 84138190 | NOS | 18500
PUMPD | Diaphragm pump, PP body | 84135010 | NOS | 32400
FLOW | Flow meter, electromagnetic DN50 | 90261010 | NOS | 46800
LEVEL | Level switch, side mounted | 90261090 | NOS | 6950
PH | pH transmitter with probe | 90278090 | NOS | 21400
COND | Conductivity sensor | 90278090 | NOS | 12750
GAUGE | Pressure gauge 0-10 bar | 90262000 | NOS | 1480
VALVE | Solenoid valve, SS316, 1 inch | 84818030 | NOS | 5230
PANEL | Control panel, IP65 | 85371000 | NOS | 58900
CABLE | Instrument cable, 4 core, screened | 85444299 | MTR | 145
TUBE | PTFE tubing 8 mm | 39173290 | MTR | 210
KIT | Service kit for dosing pump | 84139190 | NOS | 2650
FILT | Filter element, 5 micron | 84219900 | NOS | 390
GLOVE | Cotton gloves | 61169200 | PRS | 38
INST | Installation at site | 998732 | NA | 12500
CAL | Calibration, per instrument | 998346 | NA | 1800
AMC | Annual maintenance, quarter | 998719 | NA | 24000
TRAIN | Operator training, per day | 999293 | NA | 9500
"""


_GROUPS = {"Foods": "Food and dairy", "Dairy": "Food and dairy", "Breweries": "Food and dairy", "Works": "Water",
           "Agro": "Food and dairy", "Pharma": "Pharma and hospitals", "Hospitals": "Pharma and hospitals",
           "Laboratories": "Pharma and hospitals"}  # fmt: skip
_BRANCHES = {"27": "Pune", "24": "Pune", "07": "Delhi", "06": "Delhi", "09": "Delhi"}


def _rows(table: str) -> list[list[str]]:
    return [line.split(" | ") for line in table.strip().splitlines()]


class Customer(NamedTuple):
    """A party of the sample and how it behaves."""

    id: Id
    party: Party
    late_days: int
    spread_days: int
    tds: bool
    weight: int


class Sample:
    """Builds the book day by day; deeds planned for a later day wait in `_due`."""

    def __init__(self, book: Book, clock: FixedClock, today: dt.date) -> None:
        self._book = book
        self._clock = clock
        self._today = today
        self._dice = random.Random(SEED)
        self._due: dict[dt.date, list[tuple[str, Deed]]] = defaultdict(list)
        self._customers: list[Customer] = []
        self._items: list[tuple[Id, Item]] = []

    def build(self) -> None:
        """Enter masters, then two years of days, then what lies open today."""
        self._book.write("Company", lambda work: save_company(work, COMPANY))
        self._book.write("Masters", self._masters)
        start = self._today - dt.timedelta(days=DAYS)
        self._contracts(self._today - dt.timedelta(days=210))
        for day, label, deed in (*other_trade(self._today), *filings(self._today, start)):
            self._due[day].append((label, deed))
        for offset in range(DAYS):
            self._day(start + dt.timedelta(days=offset))
        self._at(self._today)
        self._book.write("Drafts", self._drafts)

    def _masters(self, work: Work) -> None:
        for code, name, hsn, unit, price in _rows(ITEMS):
            tax = ItemTax(hsn=hsn, unit=unit, rate_bp=500 if code == "GLOVE" else 1800)
            item = Item(code=code, name=name, tax=tax, price_tenthousandths=int(price) * 10_000)
            self._items.append((save_item(work, item), item))
        names = [f"{first} {trade}" for first in FIRST for trade in TRADE]
        self._dice.shuffle(names)
        for n in range(60):
            self._customers.append(self._customer(work, n, names[n]))

    def _customer(self, work: Work, n: int, name: str) -> Customer:
        dice = self._dice
        places = _rows(PLACES)
        state, city, pin = places[n % len(places)]
        form, holder = dice.choice(FORM)
        letters = "".join(dice.choice("ABCDEFGHJKLMNPRSTUVW") for _ in range(3))
        pan = f"{letters}{holder}{name[0]}{dice.randint(1000, 9999)}{dice.choice('ABCDEFGHJK')}"
        walk_in = n % 15 == 14
        gstin = "" if walk_in else f"{state}{pan}1Z"
        gstin = gstin and gstin + check_digit(gstin)
        party = Party(
            code="".join(word[:4] for word in name.upper().split())[:8],
            name=f"{name} {form}" if not walk_in else f"{name.split()[0]} Traders",
            registration=Registration(
                kind="unregistered" if walk_in else "registered", gstin=gstin, state_code=state
            ),
            address=Address(
                line1=f"{dice.randint(2, 190)} {dice.choice(('MG', 'Station', 'Ring', 'Temple', 'Market'))} Road",
                city=city,
                state_code=state,
                pincode=pin,
            ),
            email=f"accounts@{name.split()[0].lower()}.example",
            phone=f"+91 9{dice.randint(10_000_000, 99_999_999)}0",
            contact=dice.choice(("Ramesh Iyer", "Sunita Rao", "Farhan Khan", "Meera Nair", "Jaspreet Singh")),
            terms_days=dice.choice((15, 30, 30, 45, 60)),
            credit_limit_paise=dice.choice((2_00_000_00, 5_00_000_00, 10_00_000_00)),
            group=_GROUPS.get(name.rsplit(" ", 1)[-1], "Process plants"),
            salesperson=("Asha Menon", "Ravi Shetty", "Imran Sheikh")[n % 3],
            branch=_BRANCHES.get(state, "Bengaluru"),
            agreed_in_writing=n % 3 == 0,
            interest=InterestTerms(rate_bp=1800) if n % 4 == 0 else InterestTerms(),
        )
        late, spread = dice.choice(((-3, 4), (0, 5), (4, 8), (12, 12), (25, 20), (55, 30)))
        deducts = dice.random() < 0.35 and not walk_in
        if deducts:
            tan = f"{city[:3].upper()}{name[0]}{dice.randint(10_000, 99_999)}{dice.choice('ABCDEFG')}"
            party = msgspec.structs.replace(party, tan=tan, tds_code="1024")
        record = save_party(work, party)
        return Customer(record, party, late, spread, deducts, dice.randint(1, 6))

    def _at(self, day: dt.date) -> None:
        now = dt.datetime(day.year, day.month, day.day, 10, tzinfo=INDIA)
        self._clock.move_to(instant_us(now))

    def _day(self, day: dt.date) -> None:
        self._at(day)
        deeds = self._due.pop(day, [])
        if day.weekday() != 6:
            deeds += [("Invoice", self._sale(day)) for _ in range(self._dice.choice((1, 1, 2, 2, 3)))]
        if day.day in (5, 20) and (self._today - day).days > 12:  # the last letters are left for today
            deeds.append(("Reminders", lambda work: run_ladder(work, on=day)))
        if deeds:
            self._book.write("The day", lambda work: [deed(work) for _label, deed in deeds])

    def _sale(self, day: dt.date) -> Deed:
        dice = self._dice
        customer = dice.choices(self._customers, [c.weight for c in self._customers])[0]
        lines = tuple(self._line() for _ in range(dice.choice((1, 2, 2, 3, 3, 4, 6))))
        order = f"PO/{dice.randint(100, 9999)}" if dice.random() < 0.7 else ""
        fate = dice.random()
        roll = dice.random()
        late = max(-10, round(dice.gauss(customer.late_days, customer.spread_days)))

        def deed(work: Work) -> None:
            draft = Draft(party=customer.id, dated_on=day, lines=lines, reference=order)
            invoice = issue_document(work, draft, today=day)
            if fate < 0.012:
                self._later(
                    day,
                    1,
                    "Cancel",
                    lambda w: cancel_document(w, invoice, on=day + dt.timedelta(1), reason="Keyed twice"),
                )
                return
            if fate < 0.04:
                self._later(
                    day, 6, "Credit note", self._credit_note(invoice, customer, day + dt.timedelta(6))
                )
            if roll < 0.035:
                return  # never paid: the overdue tail
            self._plan_payment(invoice, customer, day, late, part=roll > 0.85)

        return deed

    def _line(self) -> DraftLine:
        dice = self._dice
        record, item = dice.choice(self._items)
        price = item.price_tenthousandths
        quantity = dice.choice((1, 1, 1, 2, 2, 4)) if price > 10_000_000 else dice.choice((2, 6, 10, 25, 50))
        return DraftLine(
            description=item.name,
            item=record,
            hsn=item.tax.hsn,
            unit=item.tax.unit,
            rate_bp=item.tax.rate_bp,
            quantity_thousandths=quantity * 1000,
            price_tenthousandths=price,
            discount_tenthousandths_pct=dice.choice((0, 0, 0, 50_000, 75_000, 100_000)),
        )

    def _later(self, day: dt.date, days: int, label: str, deed: Deed) -> None:
        when = day + dt.timedelta(days)
        if when < self._today:
            self._due[when].append((label, deed))

    def _credit_note(self, invoice: Id, customer: Customer, day: dt.date) -> Deed:
        def deed(work: Work) -> None:
            paper = work.paper(invoice)
            first = paper.lines[0]
            line = DraftLine(
                description=first.description,
                item=first.item,
                hsn=first.hsn,
                unit=first.unit,
                rate_bp=first.rate_bp,
                quantity_thousandths=min(1000, first.quantity_thousandths),
                price_tenthousandths=first.price_tenthousandths,
                discount_tenthousandths_pct=first.discount_tenthousandths_pct,
            )
            original = Original(number=paper.number, dated_on=paper.dated_on, document=invoice)
            draft = Draft(
                type="CRN", party=customer.id, dated_on=day, lines=(line,), original=original, reason="return"
            )
            issue_document(work, draft, today=day)

        return deed

    def _plan_payment(self, invoice: Id, customer: Customer, day: dt.date, late: int, *, part: bool) -> None:
        due = day + dt.timedelta(days=customer.party.terms_days or 30)
        first = max(1, (due - day).days + late)
        if part:
            self._later(day, first, "Receipt", self._receipt(invoice, customer, day, first, share=(3, 5)))
            second = first + self._dice.randint(10, 40)
            self._later(day, second, "Receipt", self._receipt(invoice, customer, day, second))
        else:
            self._later(day, first, "Receipt", self._receipt(invoice, customer, day, first))

    def _receipt(
        self, invoice: Id, customer: Customer, day: dt.date, days: int, *, share: tuple[int, int] = (1, 1)
    ) -> Deed:
        when = day + dt.timedelta(days)
        mode = self._dice.choice(("neft", "neft", "rtgs", "imps", "upi", "cheque"))
        mark = self._dice.randint(10**9, 10**10 - 1)
        reference = "" if mode == "cheque" else f"{mode.upper()[:4]}{mark}"
        cheque = Cheque(f"{mark % 10**6:06d}", when, "Canara Bank") if mode == "cheque" else None
        extra = self._dice.random() < 0.03

        def deed(work: Work) -> None:
            stand = work.standing.stand(invoice)
            if stand is None or not stand.stands or stand.open_paise <= 0:
                return
            credit = stand.open_paise * share[0] // share[1]
            deductions: tuple[Deduction, ...] = ()
            if customer.tds and share == (1, 1):
                taxable = work.paper(invoice).totals.taxable_paise
                withheld = min(credit, round(taxable * 2 / 100 / 100) * 100)
                code = "1024" if when >= dt.date(2026, 4, 1) else "194C"
                deductions = (Deduction(kind="tds", code=code, paise=withheld),) if withheld else ()
            amount = credit - sum(deduction.paise for deduction in deductions) + (50_000_00 if extra else 0)
            record_receipt(
                work,
                party=customer.id,
                dated_on=when,
                amount_paise=amount,
                mode=mode,
                reference=reference,
                cheque=cheque,
                deductions=deductions,
                allocate=[AllocationLine(document=invoice, paise=credit)],
                today=when,
            )

        return deed

    def _contracts(self, day: dt.date) -> None:
        plans = (
            ("EFF-01", "Effluent plant instrumentation", 18_40_000_00, (20, 30, 30, 15, 5)),
            ("BREW-02", "Brewery line automation", 26_75_000_00, (10, 25, 25, 25, 15)),
            ("DAIRY-03", "CIP skid for dairy", 9_60_000_00, (30, 40, 30)),
        )
        for n, plan in enumerate(plans):
            start = day + dt.timedelta(days=14 * n)
            self._due[start].append(("Contract", self._contract(n, plan, start)))

    def _contract(self, n: int, plan: tuple[str, str, int, tuple[int, ...]], start: dt.date) -> Deed:
        titles = ("Mobilisation", "Supply of instruments", "Erection", "Commissioning", "Handing over")

        def deed(work: Work) -> None:
            code, title, value, shares = plan
            customer = self._customers[n * 7]
            party = customer.id
            contract = save_contract(
                work,
                Contract(
                    code=code,
                    title=title,
                    party=party,
                    order_number=f"WO/{code}",
                    order_on=start,
                    value_paise=value,
                ),
            )
            for position, share in enumerate(shares, 1):
                stage = Milestone(
                    contract=contract,
                    position=position,
                    title=titles[position - 1],
                    due_on=start + dt.timedelta(40 * position),
                    worth=Worth(tenthousandths_pct=share * 10_000),
                    tax=MilestoneTax(hsn="998732"),
                )
                record = save_milestone(work, stage)
                self._stage(customer, record, start, position)

        return deed

    def _stage(self, customer: Customer, milestone: Id, start: dt.date, position: int) -> None:
        on = start + dt.timedelta(days=40 * position)
        if position > 4:
            return  # still to come
        self._later(
            start, 40 * position, "Certify", lambda work: certify(work, milestone, on=on, by="Site engineer")
        )
        if position < 4:
            billed = on + dt.timedelta(2)
            self._later(start, 40 * position + 2, "Bill", self._bill(customer, milestone, billed))

    def _bill(self, customer: Customer, milestone: Id, on: dt.date) -> Deed:
        def deed(work: Work) -> None:
            invoice = bill_milestone(work, milestone, today=on)
            self._plan_payment(invoice, customer, on, 9, part=False)

        return deed

    def _drafts(self, work: Work) -> None:
        for customer in self._dice.sample(self._customers, 3):
            save_draft(
                work, Draft(party=customer.id, dated_on=self._today, lines=(self._line(), self._line()))
            )


def build_sample(path: Path, today: dt.date) -> str:
    """Make the sample book at `path` (none may stand there); answers its recovery code."""
    start = today - dt.timedelta(days=DAYS + 1)
    clock = FixedClock.on(start)
    dice = random.Random(SEED + 1)
    identity = Identity(user="Lakshmi", device_name="Front desk", code="NI")
    book, recovery = Book.create(
        path, identity, passphrase=PASSPHRASE, clock=clock, ids=IdMaker(clock, dice.randbytes)
    )
    with book:
        Sample(book, clock, today).build()
        statement = SampleMoney(book, clock, today, SEED).build()
    path.with_name(STATEMENT).write_bytes(statement)
    return recovery


__all__ = ["PASSPHRASE", "build_sample"]
