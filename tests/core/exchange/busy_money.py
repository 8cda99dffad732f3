"""What money adds to a busy book: cheques, bounces, paybacks, what is written off and undone, the bank, TDS, interest,
closes, drawn from a seed through the ordinary commands.

What the rules refuse of what the dice ask for is left out, and counted: a deed that never succeeds is a mistake here.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable

from msgspec import structs

from core.advances.commands import receive_advance, refund_advance
from core.bank.accepting import match_lines, set_aside, undo
from core.bank.commands import import_lines, save_account
from core.bank.model import BankAccount, Layout
from core.bank.queries import accounts, lines_open
from core.bank.reading.statement import StatedLine
from core.book import Book
from core.closing.commands import close_books, reopen_books
from core.company.commands import company_of, save_company
from core.company.model import Udyam
from core.errors import RuleBroken
from core.interest.commands import book_interest, note_acceptance, tax_interest, waive_interest
from core.interest.queries import interest_awaiting_tax
from core.invoicing.commands import cancel_document, issue_document
from core.invoicing.model import Document, Draft, Foreign, Original
from core.ledger.commands import allocate, release, write_off
from core.ledger.model import AllocationLine
from core.ledger.queries import open_items
from core.ledger.rules import CREDIT, DUE, WRITE_OFF_REASONS
from core.parties.commands import party_in, save_party
from core.parties.model import InterestTerms
from core.receipts.cheque_list import ChequeRow, cheques
from core.receipts.cheques import clear_receipt, deposit_cheques, undo_clearing, undo_deposit
from core.receipts.commands import record_receipt, undo_allocation
from core.receipts.model import Cheque, Deduction, ForeignMoney
from core.receipts.queries import receipts_page, settlements
from core.receipts.reversing import bounce_receipt, pay_back, reverse_payback, reverse_receipt
from core.receipts.rules import foreign_hundredths, foreign_paise
from core.store.work import Work
from core.tds.commands import claim, keep_seen, link, note_certificate
from core.tds.commands import undo as undo_tds
from core.tds.kinds import FORM_SEEN
from core.tds.model import FormSeen, Seen
from core.tds.queries import links
from core.tds.rules import form_id, line_id, seen_id
from tests.core.books import TODAY
from tests.core.exchange.busy import Known, lines_of, masters
from tests.core.exchange.busy_found import (
    a_payback,
    a_receipt,
    an_open_item,
    credits_seen,
    first_line,
    issued_invoice,
    nothing,
    stands,
)

Deed = Callable[[Work, random.Random, Known, int], None]
TAN = "CHEL01234C"
FIRST = dt.date(2026, 4, 1)
CLOSED = dt.date(2026, 5, 31)


def fill(book: Book, seed: int, *, rounds: int = 3) -> Counter[str]:
    """Write a season of money of every kind; answers how often each deed was done."""
    dice = random.Random(seed)
    known = book.write("Masters", _masters)
    done: Counter[str] = Counter()

    def do(deed: Deed, n: int) -> None:
        try:
            book.write("Deed", lambda work: deed(work, dice, known, n))
        except RuleBroken:
            return
        done[deed.__name__] += 1

    for n in range(14):
        do(invoice, n)
    for at in range(rounds):
        deeds = list(DEEDS)
        dice.shuffle(deeds)
        for n, deed in enumerate((*BEFORE, *deeds)):
            do(deed, 100 * (at + 1) + n)
        do((_close_and_reopen, _close)[at % 2], at)
    return done


def _masters(work: Work) -> Known:
    company = structs.replace(
        company_of(work),
        udyam=Udyam("UDYAM-KR-03-0012345", "small", dt.date(2021, 4, 1)),
        write_off_limit_paise=7_50,
    )
    save_company(work, company)
    known = masters(work)
    lotus = party_in(work, known[0][0])
    assert lotus is not None
    told = structs.replace(
        lotus, tan=TAN, tds_code="1024", group="Food", salesperson="Asha", branch="Chennai", agreed_in_writing=True,
        interest=InterestTerms(1_850, "monthly", 7), payer_names=("LOTUSFOODS", "LOTUS FDS"),
    )  # fmt: skip
    save_party(work, told, known[0][0])
    save_account(
        work, BankAccount("Current", "Example Bank", "0001 1122 2333", "EXAM0000001", opening_paise=5_000_00)
    )
    layout = Layout(date="Txn Date", description="Narration", amount="Amount", sign="Dr/Cr", day_first=True)
    save_account(work, BankAccount("Savings", "Other Bank", layout=layout, opened_on=FIRST))
    save_account(work, BankAccount("Savings", "Third Bank", archived=True))
    return known


def _day(dice: random.Random, n: int = 0) -> dt.date:
    """A day after the close once that was made."""
    first = CLOSED + dt.timedelta(days=1) if n >= 100 else FIRST
    return first + dt.timedelta(days=dice.randrange(140))


def invoice(work: Work, dice: random.Random, known: Known, n: int) -> None:
    party = dice.choice(known[0][:3])
    kept = party_in(work, party)
    assert kept is not None
    draft = Draft(
        type="INV", party=party, dated_on=_day(dice, n), lines=lines_of(dice, known),
        with_payment=False if kept.registration.kind == "sez" else None,
    )  # fmt: skip
    issue_document(work, draft, today=TODAY)


def export_invoice(work: Work, dice: random.Random, known: Known, n: int) -> None:
    """An invoice abroad, paid in its currency at another rate."""
    draft = Draft(
        type="INV", party=known[0][3], dated_on=_day(dice, n), lines=lines_of(dice, known), with_payment=False,
        foreign=Foreign("EUR", 98_123_456),
    )  # fmt: skip
    record = issue_document(work, draft, today=TODAY)
    bill: Document = work.paper(record)
    owed = work.standing.stand(record)
    if owed is None or owed.open_paise < 20_00:
        raise RuleBroken([])
    hundredths = foreign_hundredths(owed.open_paise, 98_123_456)
    came = foreign_paise(hundredths, dice.choice((97_000_000, 99_000_000)))
    rate = 99_000_000 if came > owed.open_paise else 97_000_000
    record_receipt(
        work, party=known[0][3], dated_on=bill.dated_on, amount_paise=came, mode="neft",
        deductions=(Deduction("exchange", owed.open_paise - came),), foreign=ForeignMoney("EUR", hundredths, rate),
        allocate=[AllocationLine(record, owed.open_paise)], today=TODAY,
    )  # fmt: skip


def receipt(work: Work, dice: random.Random, known: Known, n: int) -> None:
    mode = dice.choice(("neft", "cash", "cheque", "cheque", "cheque", "adjustment"))
    on = _day(dice, n)
    deductions = dice.choice(
        (
            (),
            (Deduction("tds", 104_00, "1024"),),
            (Deduction("bank_charge", 11_80), Deduction("round_off", -20)),
        )
    )
    if mode == "adjustment":
        deductions = (Deduction("other", 500_00),)
    told = Cheque(f"{n:06d}", on + dt.timedelta(days=dice.choice((-1, 0, 25))), "Canara Bank", "Fort")
    account = dice.choice([None, *accounts(work.read)])
    record_receipt(
        work, party=dice.choice(known[0][:3]), dated_on=on, mode=mode, reference=dice.choice(("", f"UTR{n}")),
        amount_paise=0 if mode == "adjustment" else dice.randrange(1_00, 9_000_00), deductions=deductions,
        cheque=told if mode == "cheque" and dice.random() < 0.7 else None, bank_account=account.id if account else None,
        allocate=dice.choice(("oldest", "oldest", None)), today=TODAY, reference_confirmed=True,
    )  # fmt: skip


def short_receipt(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """What is left of a bill is given up with the money; sometimes the cheque bounces, and both come back."""
    item = an_open_item(work, dice, DUE, ("INV",))
    part = min(item.open_paise - 1, dice.randrange(1, 7_00))
    paid = item.open_paise - part
    on = max(item.dated_on, _day(dice, n))
    record = record_receipt(
        work, party=item.party, dated_on=on, amount_paise=paid, mode="cheque", cheque=Cheque(f"9{n:05d}", on),
        allocate=[AllocationLine(item.paper, paid)], write_offs=[(item.paper, part, "settlement")], today=TODAY,
    )  # fmt: skip
    if dice.random() < 0.5:
        bounce_receipt(work, record, on=on, reason="Signature", today=TODAY)


def note(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    bill, paper = issued_invoice(work, dice)
    draft = Draft(
        type="CRN", party=paper.buyer.party, dated_on=max(paper.dated_on, _day(dice, n)), reason="return",
        lines=first_line(paper), original=Original(paper.number, paper.dated_on, bill), with_payment=paper.with_payment,
    )  # fmt: skip
    issue_document(work, draft, today=TODAY)


def bounce(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    row = a_receipt(work, dice, ("cheque", "neft"))
    on = max(work.paper(row.id).counts_on, _day(dice, n))
    bounce_receipt(
        work, row.id, on=on, reason="Funds insufficient", charges_paise=dice.choice((0, 295_00)), today=TODAY
    )


def take_back(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    row = a_receipt(work, dice, ("cheque", "neft", "cash"))
    reverse_receipt(work, row.id, on=max(row.dated_on, _day(dice, n)), reason="Keyed twice", today=TODAY)


def give_back(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    item = an_open_item(work, dice, CREDIT, ("RCT", "CRN"))
    part = item.open_paise // dice.choice((1, 2))
    pay_back(
        work, item.paper, on=max(item.dated_on, _day(dice, n)), amount_paise=part, mode=dice.choice(("neft", "cash")),
        reason="Order fell through", reference=f"PB{n}", today=TODAY,
        bank_account=dice.choice([None, accounts(work.read)[0].id]),
    )  # fmt: skip


def take_payback_back(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    row = a_payback(work, dice)
    reverse_payback(
        work, row, on=max(work.paper(row).dated_on, _day(dice, n)), reason="Never sent", today=TODAY
    )


def unpay_payback(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """What paid it is undone; sometimes it is paid again."""
    record = a_payback(work, dice)
    paper = work.paper(record)
    [paid] = [each for each in settlements(work.read, record) if not each.is_write_off][:1] or nothing()
    undo_allocation(work, paid.claim, on=_day(dice, n), reason="By mistake", today=TODAY)
    if dice.random() < 0.5:
        lines = [AllocationLine(record, paid.paise)]
        allocate(work, credit=paper.credit, party=paper.buyer.party, lines=lines, on=paid.allocated_on)


def undo_settled(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """What a credit settled is undone; sometimes it is settled again, on the same day as before."""
    row = a_receipt(work, dice, ("cheque", "neft", "cash"))
    settled = [each for each in settlements(work.read, row.id) if not each.is_write_off] or nothing()
    one = dice.choice(settled)
    undo_allocation(
        work, one.claim, on=_day(dice, n), reason=dice.choice(("", "The wrong bill")), today=TODAY
    )
    if dice.random() < 0.5:
        lines = [AllocationLine(line.document, line.paise) for line in one.lines]
        allocate(work, credit=one.credit, party=row.party, lines=lines, on=one.allocated_on)


def give_up(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """So much is written off, of a bill or an unclaimed credit; sometimes that is undone, sometimes done again."""
    item = an_open_item(work, dice, dice.choice((DUE, DUE, CREDIT)), ("INV", "RCT", "CRN", "PBK"))
    paise, on = min(item.open_paise, dice.randrange(1, 50_00)), max(item.dated_on, _day(dice, n))
    told = {"paper": item.paper, "paise": paise, "on": on, "note": dice.choice(("", "Agreed by phone"))}
    made = write_off(work, reason=dice.choice(WRITE_OFF_REASONS), **told)
    if dice.random() < 0.5:
        release(work, made, on=on + dt.timedelta(days=dice.randrange(9)), reason="It came after all")
        if dice.random() < 0.5:
            write_off(work, reason="rounding", **told)


def deposit(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    rows = cheques(work.read, on=TODAY, status="in_hand") or nothing()
    chosen = rows[: dice.randint(1, 3)]
    on = max(work.paper(row.receipt).counts_on for row in chosen)
    account = dice.choice([None, accounts(work.read)[0].id])
    deposit_cheques(
        work, [row.receipt for row in chosen], on=on, bank_account=account, slip="S-7", today=TODAY
    )
    if dice.random() < 0.3:
        undo_deposit(work, [chosen[0].receipt])


def clear(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    row: ChequeRow = dice.choice(cheques(work.read, on=TODAY, status="deposited") or nothing())
    clear_receipt(work, row.receipt, on=max(row.deposited_on or row.cheque_on, row.cheque_on), today=TODAY)
    if dice.random() < 0.3:
        undo_clearing(work, row.receipt)


def advance(work: Work, dice: random.Random, known: Known, n: int) -> None:
    """An advance set against bills, some of it undone, some given back."""
    party = known[0][0]
    record = receive_advance(
        work, party=party, dated_on=_day(dice, n), amount_paise=50_000_00, rate_bp=1_800, purpose="services",
        mode="neft", today=TODAY,
    )  # fmt: skip
    for item in open_items(work.read, party=party, side=DUE)[:2]:
        paise = min(item.open_paise, 5_000_00)
        on = max(item.dated_on, work.paper(record).dated_on)
        made = allocate(work, credit=record, party=party, lines=[AllocationLine(item.paper, paise)], on=on)
        if dice.random() < 0.5:
            release(work, made, on=on + dt.timedelta(days=3), reason="Another order")
    if dice.random() < 0.5:
        refund_advance(
            work, voucher=record, dated_on=max(_day(dice, n), work.paper(record).dated_on), amount_paise=1_000_00,
            reason="Reduced", mode="neft", today=TODAY,
        )  # fmt: skip


def statement(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """A bank's statement of some of the money there is, of charges, and of money nobody knows."""
    account = dice.choice(accounts(work.read))
    rows = [
        row for row in receipts_page(work.read, limit=200).rows if row.mode == "neft" and row.amount_paise
    ]
    stated = [
        StatedLine(row.dated_on, row.amount_paise, f"NEFT {row.reference}", row.reference) for row in rows[:4]
    ]
    stated.append(StatedLine(_day(dice, n), -590_00, "CHRG/SMS", value_on=TODAY, balance_paise=10_000_00))
    stated += [StatedLine(_day(dice, n), 77_00, "CASH DEP", place=2)] * 2
    import_lines(work, account.id, sorted(stated, key=lambda line: line.dated_on), source=f"stmt-{n}.csv")


def match(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """Lines are told to be receipts, or set aside; some of that is undone."""
    rows = receipts_page(work.read, limit=200).rows
    found = 0
    for line in lines_open(work.read):
        alike = [row.id for row in rows if row.amount_paise == line.paise and row.mode != "cash"]
        try:
            if line.paise < 0:
                made = set_aside(
                    work, line.id, reason="bank_charge", today=TODAY, note=dice.choice(("", "SMS"))
                )
            elif alike:
                made = match_lines(work, [line.id], alike[:1], today=TODAY, reason="Reference", confidence=90)
            else:
                continue
        except RuleBroken:
            continue
        found += 1
        if dice.random() < 0.3:
            undo(work, made, today=TODAY, reason="Not this one")
    if not found:
        nothing()


def match_bounce(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """A receipt that bounced and its reversal took each other back: no line of the bank saw them."""
    row = a_receipt(work, dice, ("cheque",))
    on = max(work.paper(row.id).counts_on, _day(dice, n))
    back = reverse_receipt(work, row.id, on=on, reason="Handed back", today=TODAY)
    match_lines(work, [], [row.id, back], today=TODAY, reason="Never paid in")


def seen(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """What the department shows: a credit, later with another status; claimed, certified; some of it undone."""
    on = _day(dice, n)
    quarter = (on.month - 4) % 12 // 3 + 1
    line = Seen(
        "168", TAN, "LOTUS FOODS", "1024", 2026, quarter, on, 10_000_00, 200_00, 200_00, "U", source="168.txt"
    )
    final = structs.replace(line, status="F", booked_on=TODAY, seen_on=TODAY)
    keep_seen(work, [line, final, structs.replace(final, nth=2, deducted_paise=100_00)])
    if dice.random() < 0.6:
        shown = FormSeen(2026, TODAY, (line_id(final),), f"168-{n}.txt")
        work.record(FORM_SEEN, form_id(shown), shown)
    [made] = claim(work, [seen_id(final)], year=2026, today=TODAY)
    if dice.random() < 0.4:
        undo_tds(work, made, today=TODAY)
    note_certificate(
        work, form="131", number=f"C{n}", tan=TAN, code="1024", year=2026, quarter=quarter, deducted_paise=200_00,
        issued_on=TODAY, party=_known[0][0] if dice.random() < 0.5 else None,
    )  # fmt: skip


def linked(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    taken = links(work.read)
    free = [record for record, _body in credits_seen(work) if record not in taken] or nothing()
    rows = [
        row for row in receipts_page(work.read, limit=200).rows if row.id not in taken and row.deducted_paise
    ]
    standing = [row for row in rows if stands(work, row.id)] or nothing()
    made = link(work, seen=free[:2], receipts=[standing[0].id], today=TODAY, note="By letter")
    if dice.random() < 0.3:
        undo_tds(work, made, today=TODAY, reason="Other quarter")


def accepted(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """A delivery is noted, and noted again the same day; the last counts."""
    bill, paper = issued_invoice(work, dice)
    on = paper.dated_on
    note_acceptance(work, bill, delivered_on=on, objected_on=on + dt.timedelta(days=2), today=TODAY)
    note_acceptance(
        work, bill, delivered_on=on + dt.timedelta(days=3), today=TODAY, note="Seen on the challan"
    )


def charge(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    """Interest is charged on what is late; the note may be paid, given up or cancelled."""
    bill, _paper = issued_invoice(work, dice)
    made = book_interest(work, bill, upto=dice.choice((TODAY, TODAY - dt.timedelta(days=9))), today=TODAY)
    paper: Document = work.paper(made)
    roll = dice.random()
    if roll < 0.3:
        cancel_document(work, made, on=TODAY, reason="Let off")
    elif roll < 0.5:
        waive_interest(work, made, today=TODAY, paise=paper.totals.invoice_value_paise // 2 or None)
    else:
        record_receipt(
            work, party=paper.buyer.party, dated_on=TODAY, amount_paise=paper.totals.invoice_value_paise, mode="upi",
            allocate=[AllocationLine(made, paper.totals.invoice_value_paise)], today=TODAY,
        )  # fmt: skip


def tax(work: Work, dice: random.Random, _known: Known, n: int) -> None:
    waiting = interest_awaiting_tax(work.read, TODAY) or nothing()
    tax_interest(work, dice.choice(waiting).note, today=TODAY)


def _close_and_reopen(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    close_books(work, through=dt.date(2026, 4, 30), today=TODAY, first_on=FIRST)
    close_books(work, through=CLOSED, today=TODAY, first_on=FIRST)
    reopen_books(work, reason="A bill was forgotten", today=TODAY)
    reopen_books(work, reason="That too", today=TODAY)


def _close(work: Work, dice: random.Random, _known: Known, _n: int) -> None:
    close_books(work, through=dt.date(2026, 4, 30), today=TODAY, first_on=FIRST, note="April")
    close_books(work, through=CLOSED, today=TODAY, first_on=FIRST)


BEFORE: tuple[Deed, ...] = (invoice, receipt, receipt, receipt, note, statement)
DEEDS: tuple[Deed, ...] = (
    export_invoice, short_receipt, short_receipt, receipt, receipt, receipt, receipt, bounce, take_back, give_back,
    give_back, take_payback_back, unpay_payback, undo_settled, undo_settled, give_up, give_up, give_up, deposit,
    deposit, clear, clear, advance, match, match, match_bounce, seen, linked, linked, accepted, accepted, charge,
    charge, charge, tax,
)  # fmt: skip
