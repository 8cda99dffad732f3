"""The Runner of tests and of whoever has no window: everything runs at once, on the calling thread."""

from collections.abc import Callable
from typing import TypeVar

from core.errors import BahiError
from desktop.bridge.runner import BookLike
from desktop.ports import Epoch, Failed, Reader, Work

T = TypeVar("T")


class RunNow:
    """Answers before it returns. A BahiError goes to `failed` if given; anything else is raised."""

    def __init__(self, book: BookLike) -> None:
        self._book = book

    def read(
        self,
        question: Callable[[Reader], T],
        then: Callable[[T], None],
        failed: Failed | None = None,
        *,
        epoch: Epoch | None = None,
    ) -> None:
        """Ask the book now."""
        _settle(lambda: self._book.read(question), then, failed)

    def write(
        self,
        label: str,
        command: Callable[[Work], T],
        then: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run the command now."""
        _settle(lambda: self._book.write(label, command), then, failed)

    def network(
        self,
        task: Callable[[], T],
        then: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        epoch: Epoch | None = None,
    ) -> None:
        """Run the task now."""
        _settle(task, then, failed)


def _settle(work: Callable[[], T], then: Callable[[T], None] | None, failed: Failed | None) -> None:
    try:
        answer = work()
    except BahiError as error:
        if failed is None:
            raise
        failed(error)
        return
    if then is not None:
        then(answer)
