"""Bills taken along from the window: asked of the service beside the GUI, known here when it cannot be reached."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.clock import india_time
from desktop.ports import AlongRow, Failed, Reader, Runner

if TYPE_CHECKING:
    from core.book import Book
    from core.ids import Id
    from sync.client.checkouts import OutRow


class BookAlong:
    """The bills of an open book that devices have with them."""

    def __init__(self, book: "Book", runner: Runner, passphrase: str) -> None:
        self._book = book
        self._runner = runner
        self._passphrase = passphrase

    def is_offered(self) -> bool:
        """Whether there is a service to ask."""
        return bool(self._book.facts().get("shared"))

    def known(self, read: Reader, party: "Id") -> list[AlongRow]:
        """Who has how much of a party's bills with him, as the service said last."""
        return self.by_party(read).get(party, [])

    def by_party(self, read: Reader) -> dict["Id", list[AlongRow]]:
        """The same for every party of whose bills some are out."""
        from core.ledger.queries import sides
        from sync.client.checkouts import last_known

        out, me = last_known(read, self._book.clock.now_us()), self._book.facts()["device"]
        parties = sides(read, [row.bill for row in out]) if out else {}
        found: dict[tuple[Id, str, bool, int], list[OutRow]] = {}
        for row in out:
            if row.bill in parties:
                key = (parties[row.bill][0], row.user, row.device == me, row.until_us)
                found.setdefault(key, []).append(row)
        answer: dict[Id, list[AlongRow]] = {}
        for (party, user, is_mine, until_us), rows in sorted(found.items()):
            paise, bills = sum(row.paise for row in rows), frozenset(row.bill for row in rows)
            until = f"{india_time(until_us):%d-%m-%Y %H:%M}"
            answer.setdefault(party, []).append(AlongRow(user, is_mine, paise, until, bills))
        return answer

    def take(self, party: "Id", done: Callable[[int], None], failed: Failed) -> None:
        """Take all that is open of a party's bills along; answers how many were not to be had."""

        def task() -> int:
            from sync.client.checkouts import check_out
            from sync.client.courier import way_of

            bills = self._book.read(lambda read: _bills(read, party))
            with way_of(self._book, passphrase=self._passphrase or None) as session:
                return len(check_out(self._book, session, bills).refused)

        self._runner.network(task, done, failed)

    def give_back(self, party: "Id", done: Callable[[int], None], failed: Failed) -> None:
        """Give a party's bills back."""

        def task() -> int:
            from sync.client.checkouts import check_in
            from sync.client.courier import way_of

            bills = self._book.read(lambda read: _bills(read, party))
            with way_of(self._book, passphrase=self._passphrase or None) as session:
                check_in(self._book, session, bills)
            return 0

        self._runner.network(task, done, failed)


def _bills(read: Reader, party: "Id") -> list["Id"]:
    from core.ledger.queries import open_items
    from core.ledger.rules import DUE

    return [item.paper for item in open_items(read, party=party, side=DUE)]
