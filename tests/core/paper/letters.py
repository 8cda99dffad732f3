"""Reminders, a statement and a receipt of a made-up company."""

import datetime as dt

import msgspec

from core.dunning.model import Reminder, ReminderLine
from core.ids import imported_id
from core.paper import Settled
from core.receipts.model import Deduction, Receipt
from core.statements.model import BUCKETS, ChequeHeld, Confirmation, Entry, OpenBill, Statement
from tests.core.paper.house import AFAR, DAY, SELLER


def reminder(tone: str, count: int = 4) -> Reminder:
    """A reminder at one of the three tones."""
    steps = {"gentle": (1, "Payment reminder"), "firm": (2, "Second reminder"), "final": (3, "Final notice")}
    step, title = steps[tone]
    lines = []
    for n in range(count):
        due = DAY - dt.timedelta(days=5 + 17 * n)
        lines.append(
            ReminderLine(
                document=imported_id("bill", str(n)),
                number=f"KPW/26-27/{147 - n:04d}",
                dated_on=due - dt.timedelta(days=30),
                due_on=due,
                amount_paise=48_250_00 + n * 11_111_11,
                open_paise=40_000_00 + n * 7_777_07,
                days_late=(DAY - due).days,
                step=step,
            )
        )
    return Reminder(
        number=f"KPW/R/26-27/{30 + step}",
        series="R",
        dated_on=DAY,
        seller=SELLER,
        buyer=AFAR,
        step=step,
        tone=tone,
        title=title,
        lines=tuple(lines),
        total_paise=sum(line.open_paise for line in lines),
        on_account_paise=5_000_00 if tone == "firm" else 0,
    )


def statement(count: int = 60) -> Statement:
    """A year of an account."""
    opening_paise = balance = 1_25_000_00
    entries = []
    for n in range(count):
        bill = n % 3 != 2
        paise = 23_456_78 + n * 1_003_11 if bill else 41_000_00 + n * 1_700_05
        debit, credit = (paise, 0) if bill else (0, paise)
        balance += debit - credit
        entries.append(
            Entry(
                dated_on=dt.date(2026, 4, 1) + dt.timedelta(days=n * 3),
                type="INV" if bill else "RCT",
                number=f"KPW/26-27/{n + 20:04d}" if bill else f"RC/{n:03d}",
                text="" if bill else f"NEFT, SBIN{n:06d}, TDS ₹ 1,024.00",
                debit_paise=debit,
                credit_paise=credit,
                balance_paise=balance,
            )
        )
    share = balance // 8
    parts = (share * 3, share * 2, share, share, 0, balance - share * 7)
    return Statement(
        seller=SELLER,
        buyer=AFAR,
        from_on=dt.date(2026, 4, 1),
        to_on=DAY,
        opening_paise=opening_paise,
        entries=tuple(entries),
        closing_paise=balance,
        buckets=tuple(zip(BUCKETS, parts, strict=True)),
    )


def receipt() -> tuple[Receipt, list[Settled]]:
    """Money with TDS kept back, set against two bills and partly on account."""
    given = Receipt(
        number="KPW/RC/26-27/55",
        series="RC",
        dated_on=DAY,
        seller=SELLER,
        buyer=AFAR,
        amount_paise=1_18_976_00,
        mode="neft",
        reference="SBIN526324118204",
        deductions=(
            Deduction(kind="tds", paise=1_024_00, code="194C"),
            Deduction(kind="bank_charge", paise=59_00),
        ),
        note="With thanks for prompt payment.",
    )
    settled = [
        Settled("KPW/26-27/0101", dt.date(2026, 9, 4), 74_500_00, 74_500_00),
        Settled("KPW/26-27/0118", dt.date(2026, 10, 1), 62_250_50, 41_559_00),
    ]
    return given, settled


def statement_with_cheques() -> Statement:
    """A short account of a party whose post-dated cheques are in hand and whose advance has settled nothing yet."""
    held = tuple(
        ChequeHeld(
            f"RC/{n:03d}", f"00{n}417", DAY + dt.timedelta(days=30 * n), "State Bank of India", 25_000_00 * n
        )
        for n in range(1, 4)
    )
    return msgspec.structs.replace(statement(8), aged_on=DAY, on_account_paise=12_500_50, cheques=held)


def confirmation(count: int = 5) -> Confirmation:
    """The balance of 31 March as auditors want it confirmed, by its open bills and a credit."""
    on = dt.date(2026, 3, 31)
    bills = [
        OpenBill("INV", f"KPW/25-26/{n + 40:04d}", on - dt.timedelta(days=60 - n), on + dt.timedelta(days=n - 30),
                 48_250_00 + n * 1_111_11, 40_000_00 + n * 777_07)
        for n in range(count)
    ]  # fmt: skip
    bills.append(OpenBill("RCT", "RC/099", on, on, -10_000_00, -4_000_00))
    total = sum(bill.open_paise for bill in bills)
    return Confirmation(SELLER, AFAR, on, dt.date(2026, 4, 10), total + 5_00, tuple(bills), 5_00)
