"""The keys of money, hand-written: what they come to in a book, and what is refused of them, by name and place."""

import copy
import datetime as dt
import random
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.bank.queries import accounts, lines_page
from core.closing.queries import closed_through
from core.errors import RuleBroken
from core.exchange import bank_model, money_model
from core.exchange.exporting import export_book
from core.exchange.importing import import_files
from core.exchange.model import BahiFile
from core.exchange.parts import Part
from core.exchange.preview import preview
from core.exchange.report import TriedOut
from core.ledger.queries import open_items, trial_balance
from core.parties.model import InterestTerms, Party
from core.parties.queries import party, party_by_code
from core.problems import Problem
from core.receipts.cheque_list import cheques
from tests.core.books import a_book
from tests.core.exchange.money_file import (
    ACCOUNT,
    CERTIFICATE,
    CHARGE,
    CHEQUE,
    LINE,
    MONEY,
    PAYBACK,
    R2,
    REVERSAL,
    SEEN,
    TERMS,
    a_money_file,
)
from tests.core.exchange.samples import Json, source, take
from tests.core.exchange.test_hostile import VALUES, paths


def test_what_a_file_of_money_comes_to(tmp_path: Path) -> None:
    with a_book(tmp_path) as book:
        report = take(book, a_money_file())
        assert report.known == {}
        lotus: Party = book.read(lambda read: party(read, party_by_code(read, "LOTUS") or b"")) or Party()
        assert (lotus.group, lotus.salesperson, lotus.branch) == ("Food", "Asha", "Chennai")
        assert (lotus.interest, lotus.payer_names) == (InterestTerms(1_850, "monthly", 7), ("LOTUSFOODS",))
        assert lotus.agreed_in_writing
        items = {item.number: item.open_paise for item in book.read(open_items)}
        assert items == {"NI/26-27/0043": 6_087_00, "R/2": 24_00}
        [bounced] = book.read(lambda read: cheques(read, on=dt.date(2026, 8, 1), status="bounced"))
        assert (bounced.cheque_number, bounced.deposited_on) == ("004711", dt.date(2026, 6, 21))
        balances = book.read(trial_balance)
        assert (balances["bank"], balances["bank_charges"]) == (7_000_00 - 1_000_00 - 295_00, 295_00)
        assert (balances["tds_receivable"], balances["debtors"]) == (104_00, 6_087_00 - 24_00)
        [account] = book.read(accounts)
        lines = {
            line.paise: line.state for line in book.read(lambda r: lines_page(r, account=account.id).rows)
        }
        assert lines == {7_000_00: "matched", -11_80: "aside"}
        assert book.read(closed_through) == dt.date(2026, 5, 31)
        assert book.verify().ok
        assert take(book, a_money_file()).is_empty


def test_a_later_file_tells_what_became_of_what_the_book_has(tmp_path: Path) -> None:
    """The same write-off undone since, the same close opened again since, are no others."""
    later = copy.deepcopy(a_money_file())
    later["write_offs"][0] |= {"until": "2026-08-01", "undone_reason": "Paid"}
    later["closes"][1] |= {"reopened": {"on": "2026-09-01", "reason": "Again"}}
    with a_book(tmp_path) as book:
        take(book, a_money_file())
        before = book.read(trial_balance)
        assert take(book, later).is_empty
        assert book.read(trial_balance) == before


def test_a_known_account_is_brought_to_what_the_file_says_and_keeps_its_layout(tmp_path: Path) -> None:
    told = {key: value for key, value in ACCOUNT.items() if key != "layout"}
    with a_book(tmp_path) as book:
        take(book, a_money_file())
        report = take(book, a_money_file(bank_accounts=[{**told, "name": "Main"}]))
        assert report.changed == {"bank_accounts": 1}
        [account] = book.read(export_book).bank_accounts
        assert (account.name, account.layout is not None and account.layout.sign) == ("Main", "Dr/Cr")


def test_a_preview_knows_what_was_undone_given_up_and_taken_back() -> None:
    found = preview(source(a_money_file()), lambda _document, _paise: "")
    assert found["problems"] == []
    assert [each["open"] for each in found["documents"]] == ["0.00", "6087.00"]


def test_every_key_of_money_is_described() -> None:
    text = Path("docs/interchange.md").read_text("utf-8")
    for module in (money_model, bank_model):
        for name, shape in vars(module).items():
            if isinstance(shape, type) and issubclass(shape, Part) and shape.__module__ == module.__name__:
                for field in msgspec.structs.fields(shape):
                    assert re.search(rf"\b{field.encode_name}\b", text), (name, field.encode_name)
    for key in BahiFile.__struct_fields__:
        assert f"`{key}`" in text or f'"{key}"' in text, key


def _without(record: Json, *keys: str) -> Json:
    return {key: value for key, value in record.items() if key not in keys}


BY_NAME: dict[str, tuple[Json, str, str]] = {
    "an unknown key in a party's terms": (
        {"parties": [{**TERMS, "interest": {"rate": "18", "compound": True}}]},
        "UNKNOWN_KEY", "parties[0].interest.compound",
    ),
    "a rate of interest that is no figure": (
        {"parties": [{**TERMS, "interest": {"rate": "18e1"}}]}, "FIGURE", "parties[0].interest.rate",
    ),
    "interest that rests otherwise": (
        {"parties": [{**TERMS, "interest": {"rests": "yearly"}}]}, "SHAPE", "parties[0].interest.rests",
    ),
    "two accounts of one code": ({"bank_accounts": [ACCOUNT, ACCOUNT]}, "DUPLICATE", "bank_accounts[1].code"),
    "an IFSC of no bank": ({"bank_accounts": [{**ACCOUNT, "ifsc": "EXAM1"}]}, "IFSC", "bank_accounts[0].ifsc"),
    "a receipt into no account": (
        {"receipts": [{**CHEQUE, "bank_account": "XX"}, MONEY]}, "UNKNOWN_ACCOUNT", "receipts[0].bank_account",
    ),
    "a cheque on a transfer": ({"receipts": [{**CHEQUE, "mode": "neft"}, MONEY]}, "CHOICE", "receipts[0].mode"),
    "a cheque without a date": (
        {"receipts": [{**CHEQUE, "cheque": {"number": "1"}}, MONEY]}, "REQUIRED", "receipts[0].cheque.date",
    ),
    "foreign money in rupees": (
        {"receipts": [CHEQUE, {**MONEY, "foreign": {"currency": "INR", "amount": "70", "rate": "100"}}]},
        "CURRENCY", "receipts[1].foreign.currency",
    ),
    "what was undone of more than the bill": (
        {"receipts": [CHEQUE, {**MONEY, "allocations": [
            {"document": "NI/26-27/0043", "amount": "6500", "until": "2026-07-02"}]}]},
        "OPEN_AMOUNT", "receipts[1].allocations[0].amount",
    ),
    "more allocated than was open after what was given up": (
        {"receipts": [CHEQUE, {**MONEY, "allocations": [{"document": "NI/26-27/0042", "amount": "6088"}]}]},
        "OPEN_AMOUNT", "receipts[1].allocations[0].amount",
    ),
    "a payback out of no credit": (
        {"paybacks": [{**PAYBACK, "credit": {"number": "R/9", "date": "2026-06-28"}}]},
        "NO_DOCUMENT", "paybacks[0].credit",
    ),
    "a payback to another party": ({"paybacks": [{**PAYBACK, "party": "WALKIN"}]}, "PARTY", "paybacks[0].credit"),
    "a payback of more than is left": (
        {"paybacks": [_without({**PAYBACK, "amount": "9000"}, "paid")]}, "OPEN_AMOUNT", "paybacks[0].paid[0].amount",
    ),
    "a payback that is no money": ({"paybacks": [{**PAYBACK, "mode": "adjustment"}]}, "CHOICE", "paybacks[0].mode"),
    "a reversal of nothing": (
        {"reversals": [{**REVERSAL, "paper": {"number": "R/9", "date": "2026-06-05"}}]},
        "NO_DOCUMENT", "reversals[0].paper",
    ),
    "a reversal twice": ({"reversals": [REVERSAL, REVERSAL]}, "DUPLICATE", "reversals[1].number"),
    "two reversals of one cheque": (
        {"reversals": [REVERSAL, {**REVERSAL, "number": "X/2"}]}, "NOT_STANDING", "reversals[1].paper",
    ),
    "charges below nought": ({"reversals": [{**REVERSAL, "charges": "-1"}]}, "RANGE", "reversals[0].amount"),
    "a deposit before the cheque's day": (
        {"deposits": [{"date": "2026-06-10", "receipts": [{"number": "R/1", "date": "2026-06-05"}]}]},
        "DATE", "deposits[0].receipts[0]",
    ),
    "a deposit of nothing": (
        {"deposits": [{"date": "2026-06-10", "receipts": []}]},
        "REQUIRED", "deposits[0].receipts",
    ),
    "a clearing of no receipt": (
        {"clearings": [{"number": "R/9", "date": "2026-06-05", "on": "2026-06-06"}]},
        "NO_DOCUMENT", "clearings[0].number",
    ),
    "more given up than is open": (
        {"write_offs": [{**R2, "type": "RCT", "on": "2026-07-01", "amount": "9999", "reason": "settlement"}]},
        "OPEN_AMOUNT", "write_offs[0].amount",
    ),
    "given up for no reason": (
        {"write_offs": [{**R2, "type": "RCT", "on": "2026-07-01", "amount": "1", "reason": "mood"}]},
        "SHAPE", "write_offs[0].reason",
    ),
    "a line of no account": ({"bank_lines": [{**LINE, "account": "XX"}]}, "UNKNOWN_ACCOUNT", "bank_lines[0].account"),
    "a line of no match": ({"matches": []}, "UNKNOWN_MATCH", "bank_lines[0].match"),
    "a line both matched and set aside": (
        {"bank_lines": [{**LINE, "set_aside": CHARGE["set_aside"]}]}, "CHOICE", "bank_lines[0].set_aside",
    ),
    "a match that does not add up": ({"bank_lines": [{**LINE, "amount": "6999.00"}]}, "SUM", "matches[0].papers"),
    "a match of another amount than the paper's": (
        {"matches": [{"match": 1, "on": "2026-07-01", "papers": [{**R2, "amount": "6999.00"}]}]},
        "SUM", "matches[0].papers[0].amount",
    ),
    "a match number twice": (
        {"matches": [{"match": 1, "on": "2026-07-01", "papers": [{**R2, "amount": "7000.00"}]},
                     {"match": 1, "on": "2026-07-01", "papers": []}]},
        "DUPLICATE", "matches[1].match",
    ),
    "a line before all time": ({"bank_lines": [{**CHARGE, "date": "0001-01-01"}]}, "RANGE", "bank_lines[0].date"),
    "a TAN that is none": ({"tds_seen": [{**SEEN, "tan": "CHEL0123"}]}, "TAN", "tds_seen[0].tan"),
    "a fifth quarter": ({"tds_seen": [{**SEEN, "quarter": 5}]}, "SHAPE", "tds_seen[0].quarter"),
    "a payment outside its year": ({"tds_seen": [{**SEEN, "year": 2025}]}, "RANGE", "tds_seen[0].paid_on"),
    "a credit of no form": ({"tds_forms": []}, "UNKNOWN_FORM", "tds_seen[0].forms"),
    "a credit of no link": ({"tds_links": []}, "UNKNOWN_LINK", "tds_seen[0].link"),
    "a link to no receipt": (
        {"tds_links": [{"link": 1, "on": "2026-08-01", "receipts": [{"number": "R/9", "date": "2026-06-28"}]}]},
        "NO_DOCUMENT", "tds_links[0].receipts[0]",
    ),
    "a certificate of nobody": (
        {"tds_certificates": [{**CERTIFICATE, "party": "X"}]}, "UNKNOWN_PARTY", "tds_certificates[0].party",
    ),
    "a certificate of nothing": (
        {"tds_certificates": [{**CERTIFICATE, "deducted": "0"}]}, "RANGE", "tds_certificates[0].deducted",
    ),
    "a delivery of no bill": (
        {"acceptances": [{"number": "NI/9", "date": "2026-05-04", "delivered_on": "2026-05-05"}]},
        "NO_DOCUMENT", "acceptances[0].number",
    ),
    "interest on no note": (
        {"interest": [{"number": "NI/26-27/0042", "date": "2026-05-04", "note": {"number": "D/9", "date": "2026-08-01"},
                       "from": "2026-06-04", "upto": "2026-08-01", "amount": "10"}]},
        "NO_DOCUMENT", "interest[0].note",
    ),
    "a close within a month": (
        {"closes": [{"through": "2026-05-30", "on": "2026-08-02"}]},
        "PERIOD", "closes[0].through",
    ),
    "a close that is none": (
        {"closes": [{"through": "2026-05-31", "on": "2026-08-02"}, {"through": "2026-04-30", "on": "2026-08-02"}]},
        "CLOSED", "closes[1].through",
    ),
    "a close from the beginning of time": (
        {"closes": [{"through": "2026-05-31", "on": "2026-08-02", "first": "0001-01"}]}, "RANGE", "closes[0].first",
    ),
    "a month that is none": (
        {"closes": [{"through": "2026-05-31", "on": "2026-08-02", "first": "2026-13"}]}, "SHAPE", "closes[0].first",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "code", "field"), BY_NAME.values(), ids=BY_NAME)
def test_what_does_not_fit_is_refused_by_name(tmp_path: Path, given: Json, code: str, field: str) -> None:
    with a_book(tmp_path) as book, pytest.raises(RuleBroken) as caught:
        take(book, a_money_file(**given))
    problems = caught.value.problems
    assert (code, field) in {(problem.code, problem.field) for problem in problems}
    assert all(problem.file and problem.line for problem in problems)


def changed(dice: random.Random) -> Json:
    file = copy.deepcopy(a_money_file())
    money = [path for path in paths(file) if path[0] not in ("format", "company", "items", "documents")]
    for _turn in range(dice.randint(1, 2)):
        path = dice.choice(money)
        holder: Any = file
        try:
            for key in path[:-1]:
                holder = holder[key]
            if dice.random() < 0.8:
                holder[path[-1]] = copy.deepcopy(dice.choice(VALUES))
            else:
                del holder[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue
    return file


@pytest.mark.slow
def test_money_changed_at_random_is_taken_or_refused_with_its_place(tmp_path: Path) -> None:
    dice = random.Random(20_261_121)
    taken = refused = 0
    homeless: list[Problem] = []
    with a_book(tmp_path) as book:
        for _turn in range(300):
            try:
                read = source(changed(dice))
                preview(read, lambda _document, _paise: "", period="2026-05")
                book.write("Try", lambda work, read=read: import_files(work, [read], dry_run=True))
            except TriedOut:
                taken += 1
            except RuleBroken as found:
                refused += 1
                homeless += [problem for problem in found.problems if not problem.file or not problem.line]
    assert homeless == []
    assert taken > 15
    assert refused > 100
