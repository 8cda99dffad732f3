"""Statements, ageings and the trial balance as Excel workbooks, in the words of the papers."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from core.sheets import Column, Sheet, days, money, numbers, words, write
from core.statements.model import AgeingRow, Confirmation, GroupRow, MonthFigures, Statement, TrialBalance
from core.statements.naming import age_name, age_names, entry_name
from core.words import Say
from core.words import translate as _
from core.words.language import catalogue

Target = Path | BinaryIO


def write_statement(statement: Statement, target: Target) -> None:
    """A party's account: its entries between opening and closing balance, then the ages and the cheques in hand."""
    write(target, list(_statement_sheets(statement)))


def statement_file(statement: Statement) -> bytes:
    """The workbook of a statement, for a file of a run."""
    return _bytes(_statement_sheets(statement))


def confirmation_file(letter: Confirmation) -> bytes:
    """The papers that make up a confirmed balance, for a file of a run."""
    return _bytes([_bill_sheet(letter)])


def write_ageing(rows: Sequence[AgeingRow], target: Target) -> None:
    """What each party owes, by age."""
    columns = [words("party", _("Party"), 32), words("code", _("Code"), 12), *_age_columns()]
    lines = [(row.name, row.code, *row.buckets, row.total_paise, row.on_account_paise) for row in rows]
    write(target, [Sheet(_("Ageing"), columns, lines)])


def write_groups(rows: Sequence[GroupRow], title: str, target: Target) -> None:
    """What is owed by group, salesperson or branch; `title` heads the names."""
    columns = [words("name", title, 32), numbers("parties", _("Parties")), *_age_columns()]
    lines = [
        (row.name or _("none"), row.parties, *row.buckets, row.total_paise, row.on_account_paise)
        for row in rows
    ]
    write(target, [Sheet(_("Ageing"), columns, lines)])


def write_trial_balance(found: TrialBalance, target: Target) -> None:
    """Every account with its debit or credit balance; both come to the same."""
    columns = [words("account", _("Account"), 32), money("debit", _("Debit")), money("credit", _("Credit"))]
    lines = [(row.name, row.debit_paise or None, row.credit_paise or None) for row in found.rows]
    write(target, [Sheet(_("Trial balance"), columns, lines)])


def write_figures(months: Sequence[MonthFigures], target: Target) -> None:
    """Sales, receipts and the behaviour of payers by month."""
    columns = [
        words("month", _("Month"), 10),
        money("sales", _("Sales")),
        money("received", _("Received")),
        money("open", _("Open at the end")),
        money("overdue", _("Overdue at the end")),
        *(
            Column(name, title, "rate", 12)
            for name, title in (
                ("dso", _("DSO, count-back")),
                ("simple_dso", _("DSO, simple")),
                ("best_dso", _("Best possible DSO")),
                ("cei", _("Collection effectiveness, %")),
                ("late", _("Days late, by rupees")),
                ("late_plain", _("Days late, plain")),
                ("taken", _("Days to pay, by rupees")),
                ("taken_plain", _("Days to pay, plain")),
            )
        ),
    ]
    lines = [
        (
            month.month, month.sales_paise, month.received_paise, month.open_paise, month.overdue_paise, month.dso,
            month.simple_dso, month.best_dso, month.cei, month.late, month.late_plain, month.taken,
            month.taken_plain,
        )
        for month in months
    ]  # fmt: skip
    write(target, [Sheet(_("By month"), columns, lines, is_summed=False)])


def _statement_sheets(statement: Statement) -> Iterator[Sheet]:
    _ = catalogue(statement.language).gettext
    columns = [
        days("date", _("Date")), words("type", _("Particulars"), 22), words("number", _("Number"), 18),
        words("text", _("Note"), 36), money("debit", _("Debit")), money("credit", _("Credit")),
        money("value", _("Balance")),
    ]  # fmt: skip
    lines: list[tuple[Any, ...]] = [
        (statement.from_on, _("Opening balance"), "", "", None, None, statement.opening_paise),
        *(
            (
                entry.dated_on, entry_name(entry.type, _), entry.number, entry.text, entry.debit_paise or None,
                entry.credit_paise or None, entry.balance_paise,
            )
            for entry in statement.entries
        ),
        (statement.to_on, _("Closing balance"), "", "", *_moved(statement), statement.closing_paise),
    ]  # fmt: skip
    yield Sheet(_("Statement"), columns, lines, is_summed=False)
    yield _age_sheet(statement, _)
    if statement.cheques:
        yield _cheque_sheet(statement, _)


def _age_sheet(statement: Statement, _: Say) -> Sheet:
    columns = [words("age", _("Days past due"), 18), money("amount", _("Amount"))]
    lines: list[tuple[Any, ...]] = [(age_name(label, _), paise) for label, paise in statement.buckets]
    if statement.on_account_paise:
        lines.append((_("Less held on account"), -statement.on_account_paise))
    return Sheet(_("Ages"), columns, lines)


def _cheque_sheet(statement: Statement, _: Say) -> Sheet:
    columns = [
        days("date", _("Cheque date")), words("cheque", _("Cheque"), 14), words("bank", _("Bank"), 22),
        words("receipt", _("Receipt"), 18), money("amount", _("Amount")),
    ]  # fmt: skip
    lines = [
        (held.cheque_on, held.cheque, held.bank, held.receipt, held.amount_paise)
        for held in statement.cheques
    ]
    return Sheet(_("Post-dated cheques"), columns, lines)


def _bill_sheet(letter: Confirmation) -> Sheet:
    _ = catalogue(letter.language).gettext
    columns = [
        days("date", _("Date")), words("type", _("Particulars"), 22), words("number", _("Number"), 18),
        days("due", _("Due date")), money("amount", _("Amount")), money("open", _("Open")),
    ]  # fmt: skip
    lines = [
        (bill.dated_on, entry_name(bill.type, _), bill.number, bill.due_on, bill.amount_paise, bill.open_paise)
        for bill in letter.bills
    ]  # fmt: skip
    return Sheet(_("Balance"), columns, lines)


def _age_columns() -> list[Column]:
    ages = [money(f"age_{at}", name) for at, name in enumerate(age_names())]
    return [*ages, money("total", _("Total")), money("on_account", _("On account"))]


def _moved(statement: Statement) -> tuple[int, int]:
    entries = statement.entries
    return sum(entry.debit_paise for entry in entries), sum(entry.credit_paise for entry in entries)


def _bytes(sheets: Iterable[Sheet]) -> bytes:
    made = BytesIO()
    write(made, list(sheets))
    return made.getvalue()
