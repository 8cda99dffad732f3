"""What is done about money that came in, on the devices of a simulated world: undone, given up, closed."""

import datetime as dt
from typing import Any

from core.closing.commands import close_books, reopen_books
from core.ledger.commands import release, write_off
from core.ledger.queries import open_item
from core.ledger.rules import WRITE_OFF_REASONS
from core.store.work import Work
from tests.simulation.person import Person

_CLAIMS = "SELECT s.record FROM standing s WHERE s.kind IN ('ledger.allocated', 'ledger.written_off') AND s.state = 1"


class Cashier(Person):
    """Settlements undone, small amounts given up, months closed and opened again."""

    def undo_settlement(self) -> None:
        claim = self.any(_CLAIMS)
        if claim is not None:
            on = self.today
            self.device.write("Undo", lambda work: release(work, claim, on=on, reason="wrong bill"))

    def give_up_rest(self) -> None:
        paper = self.any("SELECT paper FROM open_items WHERE open_paise > 0")
        if paper is None:
            return
        reason, on, whole = self.chance.choice(WRITE_OFF_REASONS), self.today, self.chance.random() < 0.5

        def command(work: Work) -> Any:
            item = open_item(work.read, paper)
            assert item is not None
            paise = item.open_paise if whole else min(item.open_paise, 90)
            return write_off(work, paper=paper, paise=paise, reason=reason, on=on)

        self.device.write("Write off", command)

    def close_month(self) -> None:
        today = self.today
        through = today.replace(day=1) - dt.timedelta(days=1)
        if self.chance.random() < 0.4:
            through = through.replace(day=1) - dt.timedelta(days=1)
        first_on = dt.date(through.year, 1, 1)
        self.device.write(
            "Close", lambda work: close_books(work, through=through, today=today, first_on=first_on)
        )

    def open_again(self) -> None:
        today = self.today
        self.device.write("Open", lambda work: reopen_books(work, reason="forgotten bill", today=today))
