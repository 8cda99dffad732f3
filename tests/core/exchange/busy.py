"""A busy book: every sort of paper the spine knows, drawn from a seed through the ordinary commands."""

import datetime as dt
import random

from msgspec import structs

from core.book import Book
from core.company.commands import company_of, save_company
from core.company.model import Address, Registration
from core.dunning.commands import run_ladder, save_ladder
from core.dunning.model import Ladder, Step
from core.errors import RuleBroken
from core.exchange.importing import import_files
from core.exchange.ledger_files import ledger_file
from core.exchange.tables import read_table
from core.ids import Id
from core.invoicing.commands import cancel_document, issue_document, save_draft
from core.invoicing.model import Charge, Document, Draft, DraftLine, Original
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.milestones.commands import bill_milestone, certify, drop_milestone, save_contract, save_milestone
from core.milestones.model import Contract, Milestone, MilestoneTax, Worth
from core.parties.commands import party_in, save_party
from core.parties.model import Party
from core.receipts.commands import record_receipt
from core.receipts.model import Deduction
from core.store.work import Work
from tests.core.books import TODAY

PARTIES = (
    Party("LOTUS", "Lotus Foods", Registration("registered", "33AAFCL2204B1ZD", "33"),
          Address("7 Mount Road", "", "Chennai", "33", "600002"), terms_days=15, credit_limit_paise=5_00_000_00),
    Party("GURU", "Guru Traders", Registration("registered", "24AANFA2641L1ZF", "24"),
          Address("2 Ring Road", "", "Surat", "24", "395001"), language="hi"),
    Party("ZONE", "Zone Works", Registration("sez", "27AAPFU0939F1ZV", "27"),
          Address("Plot 9", "", "Pune", "27", "411001"), email="zone@example.in"),
    Party("RHINE", "Rhine GmbH", Registration("overseas", "", "96"), Address("Ufer 1", "", "Köln", "96", "", "DE")),
    Party("WALK", "Cash customer", Registration("unregistered", "", "29"), Address(state_code="29")),
    Party("", "Nameless by code", Registration("unregistered", "", "33"), Address(city="Salem", state_code="33")),
    Party("HOME", "Home Traders", Registration("registered", "29AAFCL2204B1Z2", "29"),
          Address("3 Mill Road", "", "Hubballi", "29", "580020")),
)  # fmt: skip
ITEMS = (
    Item("PUMP", "Dosing pump", "With motor", ItemTax("84138190"), 12_500_000),
    Item("SEED", "Seeds", "", ItemTax("12099190", "KGS", 500, "taxable", 0, 0), 3_333),
    Item("BOOK", "Manual", "", ItemTax("49011010", "NOS", 0, "exempt"), 990_000),
    Item(
        "", "Without a code", "", ItemTax("22021010", "NOS", 2_800, "taxable", 1_200, 25_000), 450_000, True
    ),
)
LEDGER = (
    "customer,invoice_number,invoice_date,due_date,amount,disputed,settled_on\n"
    "LOTUS,OLD-1,2026-02-03,2026-03-02,1250.50,no,2026-04-20\n"
    "Old friend,OLD-2,2026-02-03,,99.99,yes,\n"
)


def fill(book: Book, seed: int) -> None:
    """Write a season of papers; what the rules refuse of what the dice ask for is left out."""
    dice = random.Random(seed)
    book.write(
        "Old", lambda work: import_files(work, [ledger_file(read_table(LEDGER.encode(), "old.csv"), {})])
    )
    known = book.write("Masters", masters)
    for n in range(24):
        deed = dice.choice((_invoice, _invoice, _invoice, _receipt, _receipt, _note, _cancel, _draft))
        try:
            book.write("Deed", lambda work, deed=deed, n=n: deed(work, dice, known, n))
        except RuleBroken:
            continue
    book.write("Contract", lambda work: _contract(work, known[0][0]))
    book.write(
        "Ladder",
        lambda work: save_ladder(work, Ladder((Step(1, "gentle", "Bitte"), Step(9, "final", "Last")))),
    )
    book.write("Remind", lambda work: run_ladder(work, on=TODAY))
    book.write("Moved", lambda work: _moved(work, known[0][0]))


Known = tuple[list[Id], list[tuple[Id, Item]]]


def masters(work: Work) -> Known:
    """The parties and items of the company, new ones and the one known already."""
    from core.parties.queries import party_by_code

    lotus = party_by_code(work.read, "LOTUS")
    parties = [save_party(work, PARTIES[0], lotus), *(save_party(work, party) for party in PARTIES[1:])]
    return parties, [(save_item(work, item), item) for item in ITEMS]


def _day(dice: random.Random) -> dt.date:
    return dt.date(2026, 4, 1) + dt.timedelta(days=dice.randrange(200))


def lines_of(dice: random.Random, known: Known) -> tuple[DraftLine, ...]:
    """One to four lines of the company's items."""
    return tuple(_line(dice, *dice.choice(known[1])) for _n in range(dice.randint(1, 4)))


def _line(dice: random.Random, record: Id, item: Item) -> DraftLine:
    pct = dice.choice((0, 0, 50_000, 123_456))
    return DraftLine(
        description=item.name,
        item=record if dice.random() < 0.7 else None,
        hsn=item.tax.hsn,
        quantity_thousandths=dice.choice((1_000, 2_500, 12_000, 333)),
        unit=item.tax.unit,
        price_tenthousandths=item.price_tenthousandths + dice.randrange(9_999),
        price_includes_tax=item.price_includes_tax,
        discount_tenthousandths_pct=pct,
        discount_paise=0 if pct else dice.choice((0, 0, 150)),
        treatment=item.tax.treatment,
        rate_bp=item.tax.rate_bp,
        cess_rate_bp=item.tax.cess_rate_bp,
        cess_per_unit_tenthousandths=item.tax.cess_per_unit_tenthousandths,
    )


def _invoice(work: Work, dice: random.Random, known: Known, n: int) -> None:
    party = dice.choice(known[0])
    kept = party_in(work, party)
    assert kept is not None
    draft = Draft(
        type=dice.choice(("INV", "INV", "INV", "DBN")),
        party=party,
        dated_on=_day(dice),
        rounding=dice.choice(("none", "rupee")),
        reverse_charge=dice.random() < 0.1,
        lines=lines_of(dice, known),
        reference=dice.choice(("", f"PO-{n}")),
        note=dice.choice(("", "Handle with care")),
        with_payment=dice.random() < 0.5 if kept.registration.kind in ("sez", "overseas") else None,
        discount_paise=dice.choice((0, 0, 0, 500)),
        charges=dice.choice(((), (), (Charge("Freight", 2_000, True), Charge("Cover", 750, False)))),
        applicable_percent_bp=dice.choice((10_000, 10_000, 10_000, 6_500)),
        ship_to=dice.choice((None, None, Address("Dock 4", "", "Mysuru", "29", "570001"))),
    )
    issue_document(work, draft, today=TODAY)


def _issued(work: Work, dice: random.Random, types: tuple[str, ...]) -> tuple[Id, Document] | None:
    from core.invoicing.queries import documents_page

    rows = [
        row for row in documents_page(work.read, limit=200).rows if row.type in types and row.origin == "here"
    ]
    if not rows:
        return None
    row = dice.choice(rows)
    return row.id, work.paper(row.id)


def _note(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    found = _issued(work, dice, ("INV",))
    if found is None:
        return
    record, bill = found
    line = bill.lines[0]
    part = DraftLine(
        description=line.description, item=line.item, hsn=line.hsn, unit=line.unit, treatment=line.treatment,
        quantity_thousandths=line.quantity_thousandths, price_tenthousandths=line.price_tenthousandths,
        price_includes_tax=line.price_includes_tax, discount_tenthousandths_pct=line.discount_tenthousandths_pct,
        rate_bp=line.rate_bp,
    )  # fmt: skip
    draft = Draft(
        type="CRN", party=bill.buyer.party, dated_on=max(bill.dated_on, _day(dice)), lines=(part,), reason="return",
        original=Original(bill.number, bill.dated_on, record), with_payment=bill.with_payment,
    )  # fmt: skip
    issue_document(work, draft, today=TODAY)


def _cancel(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    found = _issued(work, dice, ("INV", "DBN", "CRN"))
    if found is not None:
        on = found[1].dated_on + dt.timedelta(days=dice.randrange(3))
        cancel_document(work, found[0], on=min(on, TODAY), reason="keyed twice")


def _receipt(work: Work, dice: random.Random, known: Known, n: int) -> None:
    deductions = dice.choice(((), (Deduction("tds", 10_400, "1024"),), (Deduction("bank_charge", 1_180),)))
    record_receipt(
        work, party=dice.choice(known[0]), dated_on=_day(dice), amount_paise=dice.randrange(1_00, 9_000_00),
        mode=dice.choice(("neft", "cash", "cheque")), reference=f"UTR{n}", deductions=deductions,
        allocate=dice.choice(("oldest", "oldest", None)), note=dice.choice(("", "part")), today=TODAY,
    )  # fmt: skip


def _draft(work: Work, dice: random.Random, known: Known, _n: int) -> None:
    save_draft(
        work,
        Draft(party=dice.choice(known[0]), lines=lines_of(dice, known), dated_on=dice.choice((None, TODAY))),
    )


def _contract(work: Work, party: Id) -> None:
    record = save_contract(
        work, Contract("PLANT", "Water plant", party, "PO-9", dt.date(2026, 4, 2), 10_00_000_00)
    )
    tax = MilestoneTax("995421")
    share = Milestone(record, 0, "Design", Worth(None, 125_000), tax, dt.date(2026, 6, 1))
    first = save_milestone(work, share)
    second = save_milestone(work, Milestone(record, 1, "Erection", Worth(2_00_000_00), tax))
    third = save_milestone(work, Milestone(record, 2, "Training", Worth(1_00_00), tax))
    certify(work, first, on=dt.date(2026, 6, 2), by="R. Iyer")
    certify(work, second, on=dt.date(2026, 7, 2))
    bill_milestone(work, first, today=TODAY, on=dt.date(2026, 6, 3))
    drop_milestone(work, third)


def _moved(work: Work, party: Id) -> None:
    """Party and company change after their papers were given."""
    kept = party_in(work, party)
    assert kept is not None
    save_party(work, structs.replace(kept, name="Lotus Foods Limited", phone="+914412345678"), party)
    save_company(work, structs.replace(company_of(work), phone="+918012345678", terms="Thirty days net."))
