"""The fail-safe: what would remove a fifth of a book's records stops, and asks a person first.

A service that was mixed up with another, or a mistake on either side, must not empty a book unseen.
"""

from core.errors import RuleBroken
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

AGREED, HALTED = "agreed_to_loss", "halted"
"""Facts of the book: that a person has agreed to the loss; and what would be lost: records, of how many, since when,
and whether past a fork of the order."""

FIFTH = 5
FEW = 20
"""Books with fewer records than this are not worth the question."""


class WipeOut(RuleBroken):
    """So much of a book would go that a person should look first; `past_fork`, what a restored service lacks."""

    def __init__(self, lost: int, held: int, *, past_fork: bool = False) -> None:
        if past_fork:
            message = _(
                "The service was restored and lacks {lost} of this book's {held} records. Nothing was changed."
            )
            remedy = _(
                "Sync the other devices: one may bring them. Agree in the Inbox only when none of them has them."
            )
        else:
            message = _(
                "The service would take away {lost} of this book's {held} records. Nothing was changed."
            )
            remedy = _("Ask whoever runs the service. If it is meant so, agree to it in the Inbox.")
        super().__init__([Problem("WIPE_OUT", message.format(lost=lost, held=held), remedy=remedy)])
        self.lost, self.held, self.past_fork = lost, held, past_fork


def agree(work: Work) -> None:
    """A person has agreed: the next load may take away a fifth of the records and more."""
    work.note(**{AGREED: True, HALTED: None})


def refuse_wipe_out(lost: int, held: int, *, past_fork: bool = False) -> None:
    """Raise `WipeOut` when so many of the records held would go that a person should look first; past a fork, any."""
    if lost and (past_fork or (held >= FEW and lost * FIFTH >= held)):
        raise WipeOut(lost, held, past_fork=past_fork)
