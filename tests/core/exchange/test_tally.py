"""A book for Tally: what is named has its ledger, every voucher adds up, and bills carry the sign of their line."""

import xml.etree.ElementTree as Xml
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from core.advances.commands import receive_advance, refund_advance
from core.exchange import tally
from core.exchange.tally_book import tally_file
from core.ledger.queries import open_items, trial_balance
from core.parties.queries import party_by_code
from tests.core.books import TODAY, a_book
from tests.core.exchange import busy_gst, busy_money
from tests.core.exchange.samples import INVOICE, LOTUS, NOTE, RECEIPT, a_file, on, take

NAMED = "ALLLEDGERENTRIES.LIST"


def amount(part: Xml.Element) -> Decimal:
    return Decimal(part.findtext("AMOUNT", "x"))


def parsed(data: bytes) -> Xml.Element:
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    return Xml.fromstring(data)


def check(root: Xml.Element) -> None:
    messages = list(root.iter("TALLYMESSAGE"))
    kinds = [message[0].tag for message in messages]
    assert kinds == sorted(kinds, key=["LEDGER", "VOUCHER"].index)
    ledgers = {ledger.get("NAME"): ledger.findtext("PARENT") for ledger in root.iter("LEDGER")}
    for voucher in root.iter("VOUCHER"):
        lines = voucher.findall(NAMED)
        assert sum(map(amount, lines)) == 0
        for line in lines:
            assert line.findtext("LEDGERNAME") in ledgers
            assert (amount(line) < 0) == (line.findtext("ISDEEMEDPOSITIVE") == "Yes")
            bills = line.findall("BILLALLOCATIONS.LIST")
            assert not bills or sum(map(amount, bills)) == amount(line)
            assert all(amount(bill) * amount(line) > 0 for bill in bills)
            assert bool(bills) == (ledgers[line.findtext("LEDGERNAME")] == "Sundry Debtors")


def test_the_sample_with_its_bills(tmp_path: Path) -> None:
    part = {**RECEIPT, "allocations": [{"document": "NI/26-27/0042", "amount": "4000"}]}
    gone = {**INVOICE, "number": "NI/9"}
    twin = {**LOTUS, "code": "TWIN", "name": "lotus foods"}
    thief = {"code": "T", "name": "Sales \x01& Co", "kind": "unregistered", "address": {"state_code": "29"}}
    opening = [{"number": "OLD-1", "date": "2026-02-03", "party": "T", "amount": "10"}]
    file = a_file(
        documents=[INVOICE, NOTE, gone],
        receipts=[part],
        parties=[LOTUS, twin, thief],
        opening=opening,
        cancelled=[{"type": "INV", "number": "NI/9", "date": "2026-05-04", "reason": "x"}],
    )
    with a_book(tmp_path) as book:
        take(book, file)
        root = parsed(book.read(tally_file))
    check(root)
    assert root.findtext(".//REPORTNAME") == "All Masters"
    assert {ledger.get("NAME") for ledger in root.iter("LEDGER")} >= {
        "Lotus Foods (LOTUS)",
        "Sales & Co",
        "Example Bank",
    }
    by_number = {voucher.findtext("VOUCHERNUMBER"): voucher for voucher in root.iter("VOUCHER")}
    assert set(by_number) == {"NI/26-27/0042", "NI/CN/0007", "NI/RC/0009", "OLD-1"}
    kinds = {number: voucher.get("VCHTYPE") for number, voucher in by_number.items()}
    assert kinds == {
        "NI/26-27/0042": "Sales", "NI/CN/0007": "Credit Note", "NI/RC/0009": "Receipt", "OLD-1": "Journal",
    }  # fmt: skip
    bills = [(bill.findtext("BILLTYPE"), bill.findtext("NAME"), bill.findtext("AMOUNT"))
             for bill in by_number["NI/RC/0009"].iter("BILLALLOCATIONS.LIST")]  # fmt: skip
    assert bills == [("Agst Ref", "NI/26-27/0042", "4000.00"), ("On Account", None, "2087.00")]


def test_an_advance_is_paid_back_against_its_own_number(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        take(book, a_file())
        lotus = book.read(lambda read: party_by_code(read, "LOTUS"))
        assert lotus is not None
        voucher = book.write(
            "Advance",
            lambda work: receive_advance(
                work,
                party=lotus,
                dated_on=on("2026-05-04"),
                amount_paise=118_000,
                rate_bp=1800,
                purpose="services",
                mode="neft",
                today=TODAY,
            ),
        )
        book.write(
            "Refund",
            lambda work: refund_advance(
                work,
                voucher=voucher,
                dated_on=on("2026-05-09"),
                amount_paise=18_000,
                reason="less",
                mode="neft",
                today=TODAY,
            ),
        )
        root = parsed(book.read(tally_file))
    check(root)
    bills = [(bill.findtext("BILLTYPE"), bill.findtext("NAME"), bill.findtext("AMOUNT"))
             for bill in root.iter("BILLALLOCATIONS.LIST")]  # fmt: skip
    assert bills == [("Advance", "AV/26-27/0001", "1180.00"), ("Agst Ref", "AV/26-27/0001", "-180.00")]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 14, 15])
def test_every_paper_of_a_busy_book_adds_up(tmp_path: Path, seed: int) -> None:
    with a_book(tmp_path) as book:
        busy_gst.fill(book, seed)
        check(parsed(book.read(tally_file)))


def _told(root: Xml.Element) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """What every ledger and every bill comes to, debits positive; banks together, parties together."""
    groups = {ledger.get("NAME", ""): ledger.findtext("PARENT") or "" for ledger in root.iter("LEDGER")}
    ledgers: dict[str, Decimal] = {}
    bills: dict[str, Decimal] = {}
    for line in root.iter(NAMED):
        name = line.findtext("LEDGERNAME") or ""
        key = groups[name] if groups[name] in (tally.BANK_GROUP, tally.DEBTORS_GROUP) else name
        ledgers[key] = ledgers.get(key, Decimal()) - amount(line)
        for bill in line.findall("BILLALLOCATIONS.LIST"):
            named = bill.findtext("NAME")
            if named is not None:
                bills[named] = bills.get(named, Decimal()) - amount(bill)
    return {name: paise for name, paise in ledgers.items() if paise}, bills


def _in_the_book(read: Connection) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for account, paise in trial_balance(read).items():
        name = {"bank": tally.BANK_GROUP, "debtors": tally.DEBTORS_GROUP}.get(account) or tally.LEDGERS[
            account
        ][0]
        found[name] = found.get(name, Decimal()) + Decimal(paise) / 100
    return {name: paise for name, paise in found.items() if paise}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 8])
def test_money_of_every_kind_comes_to_the_same_balances_and_bills(tmp_path: Path, seed: int) -> None:
    with a_book(tmp_path) as book:
        busy_money.fill(book, seed)
        root = parsed(book.read(tally_file))
        check(root)
        ledgers, bills = _told(root)
        returns = ledgers.pop(tally.RETURNS, Decimal())
        ledgers["Sales"] = ledgers["Sales"] + returns
        assert ledgers == book.read(_in_the_book)
        for item in book.read(lambda read: open_items(read, side="due")):
            if item.type in ("INV", "DBN"):
                assert bills[item.number] == Decimal(item.open_paise) / 100, item.number


def test_a_bounced_cheque_opens_its_bill_again_by_a_payment(tmp_path: Path) -> None:
    cheque = {"number": "004711", "date": "2026-06-20", "bank": "Canara Bank", "branch": "Fort"}
    paid = {**RECEIPT, "mode": "cheque", "cheque": cheque, "deductions": [], "amount": "6087.00"}
    bounced = {
        "number": "X/1", "date": "2026-06-25", "paper": {"number": "NI/RC/0009", "date": "2026-06-05"},
        "cause": "bounced", "reason": "Funds insufficient", "charges": "295.00",
    }  # fmt: skip
    with a_book(tmp_path) as book:
        take(book, a_file(documents=[INVOICE], receipts=[paid], reversals=[bounced]))
        root = parsed(book.read(tally_file))
    check(root)
    by_number = {voucher.findtext("VOUCHERNUMBER"): voucher for voucher in root.iter("VOUCHER")}
    receipt, payment = by_number["NI/RC/0009"], by_number["X/1"]
    assert (receipt.get("VCHTYPE"), receipt.findtext("DATE")) == ("Receipt", "20260620")
    assert (payment.get("VCHTYPE"), payment.findtext("DATE")) == ("Payment", "20260625")
    [bank] = receipt.iter("BANKALLOCATIONS.LIST")
    assert {part.tag: part.text for part in bank} == {
        "DATE": "20260620", "INSTRUMENTDATE": "20260620", "TRANSACTIONTYPE": "Cheque/DD", "BANKNAME": "Canara Bank",
        "BANKBRANCHNAME": "Fort", "PAYMENTFAVOURING": "Lotus Foods", "INSTRUMENTNUMBER": "004711",
        "PAYMENTMODE": "Transacted", "BANKPARTYNAME": "Lotus Foods", "AMOUNT": "-6087.00",
    }  # fmt: skip
    [bill] = payment.iter("BILLALLOCATIONS.LIST")
    told = [bill.findtext(name) for name in ("BILLTYPE", "NAME", "AMOUNT")]
    assert told == ["Agst Ref", "NI/26-27/0042", "-6087.00"]
    lines = [(line.findtext("LEDGERNAME"), line.findtext("AMOUNT")) for line in payment.iter(NAMED)]
    assert lines[1:] == [("Example Bank", "6087.00"), ("Bank Charges", "-295.00"), ("Example Bank", "295.00")]
