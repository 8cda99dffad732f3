"""What the sample company's bank and the department say: a statement, cheques in hand and returned, Form 26AS and 168,
goods accepted late paid for. It comes after two years of trade, and leaves work for today."""

import csv
import datetime as dt
import io
import random
from collections import defaultdict
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.bank.accepting import accept_all, set_aside
from core.bank.commands import import_lines, save_account
from core.bank.model import BankAccount, Layout
from core.bank.proposals import proposals
from core.bank.queries import lines_open
from core.bank.reading import read_statement
from core.book import Book
from core.clock import FixedClock
from core.fiscal import financial_year, quarter
from core.ids import Id
from core.interest.commands import book_interest, note_acceptance
from core.ledger.queries import open_items
from core.ledger.rules import DUE
from core.parties.commands import party_in
from core.receipts.cheques import deposit_cheques
from core.receipts.commands import record_receipt
from core.receipts.model import Cheque
from core.receipts.reversing import bounce_receipt
from core.store.work import Work
from core.tds.commands import keep_seen, note_certificate
from core.tds.model import Seen

DAYS_LEFT = 9
"""The last days of the statement are not in the book yet."""
OPENING = 24_60_000_00
STATEMENT = "bank-statement.csv"
_MONEY = (
    "SELECT id, number, name, counts_on, amount_paise, mode, reference, cheque_number FROM receipts "
    "WHERE mode NOT IN ('cash', 'adjustment') AND counts_on <= ? ORDER BY counts_on, number"
)
_TAXED = (
    "SELECT p.id FROM parties p JOIN open_items o ON o.party = p.id WHERE o.side = 'due' AND o.open_paise > 0 "
    "AND o.type = 'INV' AND p.id IN (SELECT party FROM receipts WHERE deducted_paise > 0) GROUP BY p.id ORDER BY p.code"
)
_DEDUCTED = "SELECT id, party FROM receipts WHERE deducted_paise > 0 ORDER BY dated_on, number"
_OWING = (
    "SELECT party FROM open_items WHERE side = 'due' AND open_paise > 0 AND type = 'INV' AND due_on >= ? "
    "GROUP BY party ORDER BY sum(open_paise) DESC, party"
)


class Told(NamedTuple):
    """A line as the bank writes it; money out is negative."""

    on: dt.date
    text: str
    reference: str
    paise: int


class SampleMoney:
    """The money side of the sample, on its open book."""

    def __init__(self, book: Book, clock: FixedClock, today: dt.date, seed: int) -> None:
        self._book = book
        self._clock = clock
        self._today = today
        self._dice = random.Random(seed)

    def build(self) -> bytes:
        """Enter all of it; answers the bank's statement of all days, the last ones with money nobody entered."""
        returned = self._cheques()
        self._book.write("Goods accepted", self._acceptances)
        self._book.write("Form 26AS", self._forms)
        lines = self._statement(returned)
        self._book.write("Bank", lambda work: self._matched(work, lines))
        return _as_csv(lines)

    # --- cheques

    def _cheques(self) -> Id:
        """Two post-dated cheques in hand, two at the bank, and one that came back."""
        today = self._today
        owing = [row[0] for row in self._asked(_OWING, today.isoformat())]
        given = (
            (owing[0], 6, 12),
            (owing[1], 4, 25),
            (owing[2], 3, -3),
            (owing[3], 3, -2),
            (owing[4], 8, -8),
        )
        made: list[Id] = []

        def deeds(work: Work) -> Id:
            for n, (party, ago, dated_in) in enumerate(given):
                bills = open_items(work.read, party=party, side=DUE)
                cheque = Cheque(
                    f"{402_118 + 37 * n:06d}", today + dt.timedelta(dated_in), _BANKS[n % len(_BANKS)]
                )
                made.append(
                    record_receipt(
                        work, party=party, dated_on=today - dt.timedelta(ago), amount_paise=bills[0].open_paise,
                        mode="cheque", cheque=cheque, today=today,
                    )
                )  # fmt: skip
            deposit_cheques(work, made[2:4], on=today - dt.timedelta(1), slip="0117")
            deposit_cheques(work, made[4:], on=today - dt.timedelta(7), slip="0116")
            return bounce_receipt(
                work,
                made[4],
                on=today - dt.timedelta(4),
                reason="Funds insufficient",
                charges_paise=590_00,
                today=today,
            )

        self._book.write("Cheques", deeds)
        return made[4]

    # --- the law of late payment, and the department

    def _acceptances(self, work: Work) -> None:
        """Three old bills: when their goods were taken, and interest charged on the oldest."""
        late = [item for item in open_items(work.read, side=DUE) if item.type == "INV"][:3]
        for item in late:
            note_acceptance(work, item.paper, delivered_on=item.dated_on + dt.timedelta(3), today=self._today)
        book_interest(work, late[0].paper, upto=self._today - dt.timedelta(1), today=self._today)

    def _forms(self, work: Work) -> None:
        """What the forms show of the tax kept back: most of it, some less, some not at all."""
        seen: list[Seen] = []
        for record, party in work.read.exec_driver_sql(_DEDUCTED).fetchall():
            receipt, payer = work.paper(record), party_in(work, party)
            kept = next((each for each in receipt.deductions if each.kind == "tds"), None)
            on = receipt.dated_on
            if kept is None or payer is None or not payer.tan or on > self._today - dt.timedelta(75):
                continue
            fate = self._dice.random()
            if fate < 0.06:
                continue
            shown = kept.paise if fate > 0.1 else kept.paise * 9 // 1000 * 100
            seen.append(
                Seen(
                    form="168" if kept.code.isdigit() else "26AS", tan=payer.tan, deductor=payer.name.upper(),
                    code=kept.code, year=financial_year(on), quarter=quarter(on), paid_on=on,
                    paid_paise=receipt.credit_paise, deducted_paise=shown, deposited_paise=shown,
                    status="F" if fate < 0.95 else "U", booked_on=on + dt.timedelta(40), source="sample",
                )
            )  # fmt: skip
        keep_seen(work, seen)
        self._certificates(work, seen)

    def _certificates(self, work: Work, seen: list[Seen]) -> None:
        sums: dict[tuple[str, str, int, int], int] = defaultdict(int)
        for line in seen:
            sums[line.tan, line.code, line.year, line.quarter] += line.deducted_paise
        for n, ((tan, code, year, of_year), paise) in enumerate(sorted(sums.items())):
            if n % 3 and year < financial_year(self._today):
                form = "131" if code.isdigit() else "16A"
                number = f"{chr(65 + n % 26)}{1_000_000 + 7_919 * n}"
                note_certificate(
                    work, form=form, number=number, tan=tan, code=code, year=year, quarter=of_year,
                    deducted_paise=paise,
                )  # fmt: skip

    # --- the bank

    def _statement(self, returned: Id) -> list[Told]:
        """Every receipt as the bank tells it, what was paid out, the cheque returned, and money still to enter."""
        told: list[Told] = []
        left = self._today - dt.timedelta(DAYS_LEFT)
        for record, _number, name, counts_on, paise, mode, reference, cheque in self._asked(
            _MONEY, self._today.isoformat()
        ):
            on = dt.date.fromisoformat(counts_on) + dt.timedelta(1 if mode == "cheque" else 0)
            if on <= self._today:
                told.append(Told(on, *_narration(name, mode, reference, cheque), paise))
            if record == returned:
                back = self._today - dt.timedelta(4)
                told.append(Told(back, f"CHQ RETURN {cheque} FUNDS INSUFFICIENT", cheque, -paise))
                told.append(Told(back, "CHQ RETURN CHARGES INCL GST", "", -590_00))
        told += self._paid_out(told)
        told += self._not_entered(left)
        return sorted(told, key=lambda line: (line.on, line.text))

    def _paid_out(self, told: list[Told]) -> list[Told]:
        """Four fifths of each month's money goes out again."""
        months: dict[dt.date, int] = defaultdict(int)
        for line in told:
            months[line.on.replace(day=1)] += line.paise
        found = []
        for month, paise in sorted(months.items()):
            for day, text, share in ((2, "SALARY BULK UPLOAD", 24), (11, "RTGS VENDOR PAYMENT PUMPTEK", 38),
                                     (20, "GST PAYMENT CPIN", 14)):  # fmt: skip
                on = month.replace(day=day)
                if on <= self._today:
                    found.append(Told(on, f"{text} {on:%b%y}".upper(), "", -(paise * share // 10_000) * 100))
        return found

    def _not_entered(self, since: dt.date) -> list[Told]:
        """Money of the last days that nobody has entered: bills less TDS, two at once, one without a hint."""
        found = []
        owing = [row[0] for row in self._asked(_TAXED)][:6]
        for n, party in enumerate(owing):
            bills = [
                item for item in self._book.read(lambda read, party=party: open_items(read, party=party, side=DUE))
                if item.type == "INV" and item.open_paise == item.amount_paise
            ]  # fmt: skip
            if not bills:
                continue
            taken = bills[: 2 if n == 2 else 1]
            taxable = sum(self._taxable(item.paper) for item in taken)
            paise = sum(item.open_paise for item in taken) - round(taxable * 2 / 100 / 100) * 100
            name = self._name(party)
            reference = f"HDFCR5{self._today:%Y%m%d}{81_203_344 + n * 977}"
            hint = f" {taken[0].number}" if n % 2 else ""
            text = f"NEFT CR-HDFC0000240-{name.upper()[:20]}{hint}-{reference}"
            found.append(Told(since + dt.timedelta(1 + n), text, reference, paise))
        found.append(
            Told(
                since + dt.timedelta(5),
                "UPI/CR/632918842210/RAMESH/OKAXIS/PAYMENT",
                "632918842210",
                25_000_00,
            )
        )
        return found

    def _matched(self, work: Work, lines: list[Told]) -> None:
        """The statement up to a few days ago is in the book and matched; what was paid out is set aside."""
        layout = Layout(preset="sbi")
        account = save_account(
            work,
            BankAccount("SBI current account", "State Bank of India", "38211904417", "SBIN0004021", layout,
                        min(line.on for line in lines), OPENING),
        )  # fmt: skip
        stated = read_statement(_as_csv(lines), STATEMENT, layout)
        import_lines(work, account, stated.lines, source=STATEMENT)
        left = self._today - dt.timedelta(DAYS_LEFT)
        old = {row.id for row in lines_open(work.read, account) if row.dated_on <= left}
        found = proposals(work.read, account, self._today)
        accept_all(work, [each for each in found if old.issuperset(each.lines)], today=self._today)
        for row in lines_open(work.read, account):
            if row.paise < 0 and row.id in old and "CHQ" not in row.description:
                set_aside(
                    work, row.id, reason="tax" if "GST" in row.description else "vendor", today=self._today
                )

    # --- asking

    def _asked(self, sql: str, *given: object) -> list[tuple[object, ...]]:
        def question(read: Connection) -> list[tuple[object, ...]]:
            return [tuple(row) for row in read.exec_driver_sql(sql, given)]

        return self._book.read(question)

    def _name(self, party: object) -> str:
        return str(self._asked("SELECT name FROM parties WHERE id = ?", party)[0][0])

    def _taxable(self, document: Id) -> int:
        sql = "SELECT coalesce(sum(taxable_paise), 0) FROM document_lines WHERE document = ?"
        return int(str(self._asked(sql, document)[0][0]))


_BANKS = ("Canara Bank", "HDFC Bank", "Bank of Baroda", "Federal Bank")


def _narration(name: str, mode: str, reference: str, cheque: str) -> tuple[str, str]:
    """How the bank words money in, and its own reference."""
    cut = name.upper()[:20]
    if mode == "cheque":
        return f"CLG CR CHQ NO {cheque} {cut}", cheque
    if mode == "upi":
        return f"UPI/CR/{reference}/{cut}/PAYMENT", reference
    return f"{mode.upper()} CR-{reference}-{cut}", reference


def _as_csv(lines: list[Told]) -> bytes:
    """The statement as the bank's own CSV, with its running balance."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Account Number", "38211904417"])
    writer.writerow(
        ["Txn Date", "Value Date", "Description", "Ref No./Cheque No.", "Debit", "Credit", "Balance"]
    )
    balance = OPENING
    for line in lines:
        balance += line.paise
        day = f"{line.on:%d %b %Y}"
        debit, credit = (_rupees(-line.paise), "") if line.paise < 0 else ("", _rupees(line.paise))
        writer.writerow([day, day, line.text, line.reference, debit, credit, _rupees(balance)])
    return out.getvalue().encode()


def _rupees(paise: int) -> str:
    return f"{paise // 100}.{paise % 100:02d}" if paise >= 0 else f"-{_rupees(-paise)}"
