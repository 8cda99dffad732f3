"""Reminders, statements and receipts say what their records hold, each in its own manner."""

import re

import msgspec
import pytest

from core.paper import draw_confirmation, draw_receipt, draw_reminder, draw_statement
from core.paper.account import balance_text, statement_sheet
from core.paper.letter import letter_date, reminder_sheet
from core.words import amount_in_words, amount_text, date_text, money_text
from tests.core.paper import letters
from tests.core.paper.reading import drawn, page_texts


def letter_text(tone: str, count: int = 4) -> str:
    return " ".join(page_texts(drawn(lambda target: draw_reminder(letters.reminder(tone, count), target))))


@pytest.mark.parametrize(
    ("tone", "title", "phrase"),
    [
        ("gentle", "Payment reminder", "friendly note"),
        ("firm", "Second reminder", "We wrote to you before"),
        ("final", "Final notice", "within seven days of this letter"),
    ],
)
def test_each_tone_has_its_words_and_the_same_figures(tone: str, title: str, phrase: str) -> None:
    reminder, text = letters.reminder(tone), letter_text(tone)
    assert title in text
    assert phrase in text
    assert "21 November 2026" in text
    assert "Dear Ms Deshpande," in text
    assert "Yours faithfully," in text
    for bill in reminder.lines:
        row = (
            f"{bill.number} {date_text(bill.dated_on)} {date_text(bill.due_on)} {bill.days_late} "
            f"{amount_text(bill.amount_paise)} {amount_text(bill.open_paise)}"
        )
        assert row in text
    due_paise = reminder.total_paise - reminder.on_account_paise
    assert f"Please pay {money_text(due_paise)}" in text
    assert amount_in_words(due_paise, "en") in text
    assert "38211904417" in text


def test_no_tone_threatens_more_than_the_law_gives() -> None:
    for tone in ("gentle", "firm", "final"):
        text = letter_text(tone).lower()
        assert not any(word in text for word in ("legal action", "court", "defaulter", "immediately"))
        assert "please accept our thanks" in text


def test_money_on_account_is_taken_off() -> None:
    assert "Less held on account −5,000.00" in letter_text("firm")
    assert "Less held on account" not in letter_text("gentle")


def test_a_letter_to_nobody_in_particular_is_still_polite() -> None:
    reminder = letters.reminder("gentle")
    buyer = msgspec.structs.replace(reminder.buyer, contact="")
    nameless = msgspec.structs.replace(reminder, buyer=buyer)
    text = " ".join(page_texts(drawn(lambda target: draw_reminder(nameless, target))))
    assert "Dear Sir or Madam," in text


def test_a_letter_of_many_bills_repeats_its_head() -> None:
    texts = page_texts(drawn(lambda target: draw_reminder(letters.reminder("firm", 70), target)))
    assert len(texts) == 3
    assert all("Days late" in text for text in texts)
    assert "Please pay" in texts[-1]


def test_a_hindi_letter_speaks_hindi() -> None:
    reminder = msgspec.structs.replace(letters.reminder("final"), language="hi")
    assert reminder_sheet(reminder).name == "अंतिम सूचना KPW/R/26-27/33"
    assert letter_date(reminder.dated_on, "hi") == "21 नवंबर 2026"


def test_a_statement_shows_every_entry_with_its_balance() -> None:
    statement = letters.statement()
    texts = page_texts(drawn(lambda target: draw_statement(statement, target)))
    text = " ".join(texts)
    for entry in statement.entries:
        assert entry.number in text
        assert amount_text(entry.debit_paise or entry.credit_paise) in text
        assert balance_text(entry.balance_paise) in text
    assert "Period 01-04-2026 to 21-11-2026" in text
    assert "Opening balance 1,25,000.00 Dr" in text
    assert f"Balance due to us {money_text(statement.closing_paise)}" in text
    debit = sum(entry.debit_paise for entry in statement.entries)
    assert f"Closing balance {amount_text(debit)}" in text
    for page in texts[:-1]:
        assert "Carried forward" in page


def test_a_statement_shows_its_ages_and_their_sum() -> None:
    statement = letters.statement(6)
    text = " ".join(page_texts(drawn(lambda target: draw_statement(statement, target))))
    for label in ("Not due", "1–30 days", "31–60 days", "61–90 days", "91–180 days", "180+ days"):
        assert label in text
    for _label, paise in statement.buckets:
        assert not paise or amount_text(paise) in text
    assert amount_text(sum(paise for _label, paise in statement.buckets)) in text


def test_a_balance_in_the_partys_favour_asks_for_nothing() -> None:
    statement = msgspec.structs.replace(letters.statement(0), opening_paise=-500_00, closing_paise=-500_00)
    text = " ".join(page_texts(drawn(lambda target: draw_statement(statement, target))))
    assert "Balance in your favour ₹ 500.00" in text
    assert "500.00 Cr" in text
    assert "Scan" not in text


def test_a_statement_is_printed_in_the_language_asked_for() -> None:
    assert statement_sheet(letters.statement(3)).name == "Statement of Account SAHYADRI"
    assert not statement_sheet(letters.statement(3), language="hi").name.isascii()


def test_a_receipt_accounts_for_every_rupee() -> None:
    receipt, settled = letters.receipt()
    text = " ".join(page_texts(drawn(lambda target: draw_receipt(receipt, settled, target))))
    for words in (
        "Receipt no. KPW/RC/26-27/55",
        "Received by NEFT",
        "SBIN526324118204",
        "Received with thanks from",
        "Amount received ₹ 1,18,976.00",
        "Income tax deducted (TDS) 194C 1,024.00",
        "Bank charge 59.00",
        "Total credit 1,20,059.00",
        "Set against bills 1,16,059.00",
        "On account 4,000.00",
        "KPW/26-27/0118 01-10-2026 62,250.50 41,559.00",
        amount_in_words(receipt.amount_paise, "en"),
    ):
        assert words in text
    applied = sum(bill.settled_paise for bill in settled)
    assert receipt.credit_paise - applied == 4_000_00


def test_money_for_no_bill_yet_stands_on_account() -> None:
    receipt, _settled = letters.receipt()
    cash = msgspec.structs.replace(receipt, mode="cheque", deductions=())
    text = " ".join(page_texts(drawn(lambda target: draw_receipt(cash, [], target))))
    assert "On account 1,18,976.00" in text
    assert "Bills settled" not in text
    assert "Subject to realisation of the cheque." in text


def test_a_statement_names_every_kind_of_entry() -> None:
    statement = letters.statement(7)
    kinds = ("INV", "CRN", "DBN", "RCT", "RCV", "RFV", "odd")
    entries = tuple(
        msgspec.structs.replace(entry, type=kind)
        for entry, kind in zip(statement.entries, kinds, strict=True)
    )
    told = msgspec.structs.replace(statement, entries=entries)
    text = " ".join(page_texts(drawn(lambda target: draw_statement(told, target))))
    words = ("Invoice", "Credit Note", "Debit Note", "Receipt", "Receipt Voucher", "Refund Voucher", "odd")
    for entry, word in zip(entries, words, strict=True):
        assert re.search(
            rf"{date_text(entry.dated_on)} {word} ({re.escape(entry.text)} )?{re.escape(entry.number)} ", text
        )


def test_post_dated_cheques_and_money_on_account_stand_apart() -> None:
    statement = letters.statement_with_cheques()
    text = " ".join(page_texts(drawn(lambda target: draw_statement(statement, target))))
    for held in statement.cheques:
        assert f"{held.cheque} {held.bank} {held.receipt} {amount_text(held.amount_paise)}" in text
    assert f"Total {amount_text(sum(held.amount_paise for held in statement.cheques))}" in text
    assert f"Besides, {money_text(statement.on_account_paise)}" in text
    plain = " ".join(page_texts(drawn(lambda target: draw_statement(letters.statement(8), target))))
    assert "Post-dated" not in plain
    assert "Besides" not in plain


@pytest.mark.parametrize("count", [5, 34])
def test_a_confirmation_lists_what_makes_up_the_balance_and_ends_in_one_slip(count: int) -> None:
    letter = letters.confirmation(count)
    texts = page_texts(drawn(lambda target: draw_confirmation(letter, target)))
    text = " ".join(texts)
    for bill in letter.bills:
        amounts = f"{amount_text(bill.amount_paise)} {amount_text(bill.open_paise)}"
        assert f"{bill.number} {date_text(bill.due_on)} {amounts}" in text
    assert letter.balance_paise == sum(bill.open_paise for bill in letter.bills) + letter.rest_paise
    owed = money_text(letter.balance_paise)
    assert f"By our books you owed us {owed} on 31-03-2026" in text
    assert text.count("tear off here") == 1
    slip = texts[-1].partition("tear off here")[2]
    assert f"We confirm that we owed you {owed} on 31-03-2026." in slip
    assert "we differ by ____" in slip


@pytest.mark.parametrize(
    ("balance_paise", "asked", "answered"),
    [
        (-5_00, "By our books we owed you ₹ 5.00", "We confirm that you owed us ₹ 5.00"),
        (0, "By our books nothing was owed", "We confirm that nothing was owed"),
    ],
)
def test_a_confirmation_says_who_owes_whom(balance_paise: int, asked: str, answered: str) -> None:
    letter = msgspec.structs.replace(
        letters.confirmation(), balance_paise=balance_paise, bills=(), rest_paise=0
    )
    text = " ".join(page_texts(drawn(lambda target: draw_confirmation(letter, target))))
    assert asked in text
    assert answered in text
