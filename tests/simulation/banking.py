"""What is done with the bank's statement on the devices of a simulated world.

The bank is one, and so is its file: it grows as money moves, and each device takes in the part it likes, again and
again.
"""

import datetime as dt
from typing import Any

import msgspec

from core.bank.accepting import (
    Accepted,
    accept,
    accept_all,
    match_lines,
    record_line,
    set_aside,
    take_back,
    undo,
)
from core.bank.commands import import_lines, save_account
from core.bank.model import BankAccount, Match
from core.bank.money import money_unmatched
from core.bank.proposals import proposals
from core.bank.queries import account, lines_open
from core.bank.reading.statement import StatedLine
from core.ids import Id
from core.store.work import Work
from tests.simulation.person import Person

ASIDE = ("bank_charge", "private", "loan")
_LINES = "SELECT id FROM bank_lines WHERE claim IS NULL"
_CLAIMED = "SELECT DISTINCT claim FROM bank_lines WHERE claim IS NOT NULL"


class Banker(Person):
    """Accounts, the statement taken in, lines matched, set aside, undone."""

    def new_account(self) -> None:
        number = self.chance.choice(("000111222333", "000111222333", "999888777666"))
        body = BankAccount(name=f"Current {number[-3:]}", bank="Example Bank", number=number)
        self.device.write("Account", lambda work: save_account(work, body))

    def edit_account(self) -> None:
        record = self.any("SELECT id FROM bank_accounts")
        if record is None:
            return
        field = self.chance.choice(("bank", "ifsc", "opening_paise"))
        value: Any = {"ifsc": "EXAM0000001", "opening_paise": self.chance.randrange(9_000_00)}.get(
            field, f"Bank {self.chance.randrange(4)}"
        )

        def command(work: Work) -> None:
            known = account(work.read, record)
            assert known is not None
            save_account(work, msgspec.structs.replace(known, **{field: value}), record)

        self.device.write("Account", command)

    def take_statement(self) -> None:
        """The bank has told of some more money; a part of its file is taken in, which may overlap what is here."""
        self._tell()
        statement, record = self.device.world.statement, self.any("SELECT id FROM bank_accounts")
        if record is None or not statement:
            return
        first = max(0, self.chance.randrange(len(statement)) - 8)
        part = statement[first : first + self.chance.choice((6, 12, 40))]
        self.device.write("Statement", lambda work: import_lines(work, record, part, source="file.csv"))

    def accept(self) -> None:
        """What is proposed for an open line, or all that is certain."""
        line = self._open_line()
        if line is None:
            return
        today, each = self.today, self.chance.random() < 0.7

        def command(work: Work) -> Any:
            found = proposals(work.read, line[1], today)
            if not each or not found:
                return accept_all(work, found, today=today)
            chosen = next((one for one in found if line[0] in one.lines), found[0])
            return accept(
                work, chosen, today=today, date_confirmed=True, reference_confirmed=True,
                teach=len(found) % 2 == 0,
            )  # fmt: skip

        self.device.write("Accept", command)

    def match_by_hand(self) -> None:
        """A line and money of the same amount, whatever else says that they are not the same."""
        pairs = self.device.book.read(
            lambda read: sorted(
                (row.id, money.paper)
                for row in lines_open(read)
                for money in money_unmatched(read)
                if row.paise == money.paise
            )
        )
        if pairs:
            (line, paper), today = self.chance.choice(pairs), self.today
            self.device.write("Match", lambda work: match_lines(work, [line], [paper], today=today))

    def tell_by_hand(self) -> None:
        line, payer, today = self._open_line(), self.any("SELECT id FROM parties"), self.today
        if line is not None and payer is not None:
            self.device.write(
                "Line",
                lambda work: record_line(
                    work, line[0], party=payer, mode="neft", today=today, date_confirmed=True
                ),
            )

    def set_aside(self) -> None:
        line, reason, today = self._open_line(), self.chance.choice(ASIDE), self.today
        if line is not None:
            self.device.write("Aside", lambda work: set_aside(work, line[0], reason=reason, today=today))

    def undo_match(self) -> None:
        claim, today, whole = self.any(_CLAIMED), self.today, self.chance.random() < 0.3
        if claim is None:
            return

        def command(work: Work) -> Any:
            body = work.paper(claim)
            if whole and isinstance(body, Match) and len(body.papers) == 1 and body.papers[0].paise > 0:
                return take_back(work, [Accepted(claim, body.papers[0].paper)], today=today)
            return undo(work, claim, today=today, reason="wrong")

        self.device.write("Undo", command)

    def _open_line(self) -> tuple[Id, Id] | None:
        line = self.any(_LINES)
        rows = self.device.book.read(lines_open) if line is not None else []
        return next(((row.id, row.account) for row in rows if row.id == line), None)

    def _tell(self) -> None:
        """The bank's file grows by money that this book knows, and now and then by money that no book does."""
        statement = self.device.world.statement
        known = self.device.book.read(
            lambda read: sorted(money_unmatched(read), key=lambda money: money.paper)
        )
        for money in self.chance.sample(known, min(len(known), 3)):
            mode = money.mode.upper()
            told = f"{mode} {money.reference or money.cheque} {money.name} {len(statement)}"
            day = max(money.dated_on, self.today - dt.timedelta(days=2))
            for paise in money.parts or (money.paise,):
                statement.append(StatedLine(day, paise, told, money.reference, place=len(statement)))
        if self.chance.random() < 0.5:
            paise = self.chance.choice((-59_00, 500_00, 1_180_00, self.chance.randrange(1, 9_000_00)))
            who = self.chance.choice(("Party P1", "Party P4", "SMS charges", "Interest paid", "SELF"))
            told = f"NEFT N{len(statement):09d} {who}"
            statement.append(StatedLine(self.today, paise, told, place=len(statement)))
