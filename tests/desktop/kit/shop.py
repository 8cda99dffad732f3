"""What the kit's tests need: rows to list, a runner whose answers wait until let through, a hub to call."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from core.words import amount_text
from desktop.bridge import RunNow
from desktop.ports import Ask, Column, Listing, Nothing, Page, Scope


@dataclass(frozen=True)
class Bill:
    """A row."""

    id: bytes
    number: int
    party: str
    amount_paise: int
    is_open: bool = True


class FakeBook:
    """Questions get the shop itself."""

    def __init__(self, shop: Any = None) -> None:
        self.shop = shop

    def read(self, question: Callable[[Any], Any]) -> Any:
        return question(self.shop)

    def write(self, label: str, command: Callable[[Any], Any]) -> Any:
        return command(self.shop)


class LaterRunner:
    """Works at once but delivers only when told: `deliver` lets answers through, oldest first."""

    def __init__(self, book: FakeBook) -> None:
        self._book = book
        self.waiting: list[Callable[[], None]] = []

    def read(self, question, then, failed=None, *, epoch=None) -> None:
        turn = epoch.now if epoch is not None else 0
        try:
            answer, error = self._book.read(question), None
        except Exception as caught:
            answer, error = None, caught

        def deliver() -> None:
            if epoch is not None and epoch.now != turn:
                return
            if error is None:
                then(answer)
            else:
                failed(error)

        self.waiting.append(deliver)

    def write(self, label, command, then=None, failed=None) -> None:
        raise NotImplementedError

    def network(self, task, then=None, failed=None, *, epoch=None) -> None:
        self.read(lambda _reader: task(), then or (lambda _answer: None), failed, epoch=epoch)

    def deliver(self, count: int = 1_000) -> None:
        for _answer in range(count):
            if not self.waiting:
                return
            self.waiting.pop(0)()


class FakeHub:
    """Tells its subscribers."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Any], None]] = []

    def subscribe(self, heard: Callable[[Any], None]) -> Callable[[], None]:
        self.listeners.append(heard)
        return lambda: self.listeners.remove(heard)

    def touch(self, **records: set[bytes]) -> None:
        told = SimpleNamespace(
            label="", records={name: frozenset(ids) for name, ids in records.items()}, origin="local"
        )
        for heard in list(self.listeners):
            heard(told)


class Shop:
    """A thousand bills, as a query would give them."""

    def __init__(self, count: int = 1_000) -> None:
        self.bills = [
            Bill(number.to_bytes(4, "big"), number, f"Party {number % 7}", number * 100)
            for number in range(count)
        ]
        self.fetches: list[tuple[Ask, Any, int]] = []
        self.rereads: list[tuple[bytes, ...]] = []
        self.error: Exception | None = None

    def answer(self, ask: Ask) -> list[Bill]:
        found = [
            bill
            for bill in self.bills
            if ask.text.casefold() in bill.party.casefold() and (ask.scope != "open" or bill.is_open)
        ]
        key = {"amount": lambda bill: bill.amount_paise}.get(ask.sort, lambda bill: bill.number)
        return sorted(found, key=key, reverse=ask.descending)

    def change(self, bill_id: bytes, **values: Any) -> None:
        self.bills = [replace(bill, **values) if bill.id == bill_id else bill for bill in self.bills]

    def listing(self, **changes: Any) -> Listing[Bill]:
        return replace(
            Listing(
                name="bills",
                columns=[
                    Column("number", "Number", lambda bill: str(bill.number), width=8, sortable=True),
                    Column("party", "Party", lambda bill: bill.party, stretch=True),
                    Column(
                        "amount",
                        "Amount",
                        lambda bill: amount_text(bill.amount_paise),
                        align="right",
                        sortable=True,
                    ),
                    Column("state", "State", lambda bill: "Open" if bill.is_open else "Paid", pill=True),
                ],
                fetch=_fetch,
                reread=_reread,
                row_id=lambda bill: bill.id,
                shows=frozenset({"bills"}),
                depends=frozenset({"parties"}),
                sort="number",
                nothing=Nothing("No bills yet", "They stand here once issued.", "New bill"),
            ),
            **changes,
        )

    def now(self) -> RunNow:
        return RunNow(FakeBook(self))

    def later(self) -> LaterRunner:
        return LaterRunner(FakeBook(self))


SCOPES = (Scope("open", "Open"), Scope("all", "All"))


def _fetch(shop: Shop, ask: Ask, after: int | None, limit: int) -> Page[Bill]:
    shop.fetches.append((ask, after, limit))
    if shop.error is not None:
        raise shop.error
    found = shop.answer(ask)
    start = 0 if after is None else after
    end = start + limit
    return Page(found[start:end], end if end < len(found) else None)


def _reread(shop: Shop, ask: Ask, ids: tuple[bytes, ...]) -> list[Bill]:
    shop.rereads.append(tuple(ids))
    return [bill for bill in shop.answer(ask) if bill.id in ids]
