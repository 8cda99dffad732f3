"""Deposits of revoked devices, settled from the window: asked of the service beside the GUI, as an owner."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.ports import Failed, Runner

if TYPE_CHECKING:
    from core.book import Book
    from sync.client.owner import Owner


class BookDeposits:
    """The deposits that an open book's owner may settle."""

    def __init__(self, book: "Book", runner: Runner, passphrase: str) -> None:
        self._book = book
        self._runner = runner
        self._passphrase = passphrase

    def settle(
        self, item: str, choice: str, reason: str, code: str, done: Callable[[], None], failed: Failed
    ) -> None:
        """Release or discard the deposit of an item of the Inbox; cut off, it is chosen again and goes on."""

        def task() -> None:
            from core.inbox.commands import mark_read
            from core.inbox.deposited import deposit_of
            from core.words import translate as _
            from sync.client import deposits
            from sync.client.owner import as_owner

            deposit = deposit_of(item)

            def deed(owner: "Owner") -> None:
                if choice == "release":
                    deposits.release(owner, deposit, code=code)
                else:
                    deposits.discard(owner, deposit, reason, code=code)

            as_owner(self._book, deed, passphrase=self._passphrase or None)
            at_us = self._book.clock.now_us()  # the service tells of it at the next round
            self._book.write(_("Inbox"), lambda work: mark_read(work, item, at_us=at_us))

        self._runner.network(task, lambda _none: done(), failed)
