"""All that is certain, accepted portion by portion: each portion is a Work, and stopping keeps whole ones."""

from collections.abc import Callable, Sequence
from functools import partial

from core.bank.accepting import Accepted, accept_all
from core.bank.proposal import Proposal
from core.words import translate as _
from desktop.ports import Desk

PORTION = 200
"""So many proposals are one Work: it takes a fraction of a second, and other writes come between."""


class Taking:
    """One run over the certain proposals. `told` hears how many of how many are looked at; `over` ends it once."""

    def __init__(
        self,
        desk: Desk,
        proposals: Sequence[Proposal],
        told: Callable[[int, int], None],
        over: Callable[["Taking", Exception | None], None],
    ) -> None:
        self._desk = desk
        self._waiting = [each for each in proposals if each.certain]
        self._told = told
        self._over = over
        self.total = len(self._waiting)
        self.taken: list[Proposal] = []
        self.done: list[Accepted] = []
        self.is_stopped = False

    @property
    def can_be_undone(self) -> bool:
        """Whether all of it was one Work, so that one Work can take it back."""
        return self.total <= PORTION

    def go_on(self) -> None:
        """Accept the next portion, or end."""
        at = len(self.taken)
        portion = self._waiting[at : at + PORTION]
        if self.is_stopped or not portion:
            self._over(self, None)
            return
        self._told(at, self.total)
        command = partial(accept_all, proposals=portion, today=self._desk.calendar.today())
        self._desk.runner.write(
            _("Accept all certain matches"), command, partial(self._took, portion), self._failed
        )

    def stop(self) -> None:
        """Begin no further portion."""
        self.is_stopped = True

    def _took(self, portion: Sequence[Proposal], done: Sequence[Accepted]) -> None:
        self.taken += portion
        self.done += done
        self.go_on()

    def _failed(self, error: Exception) -> None:
        self._over(self, error)
