"""The fail-safe: what would remove a fifth of a book's records stops, and asks a person first.

A service that was mixed up with another, or a mistake on either side, must not empty a book unseen.
"""

from core.errors import RuleBroken
from core.problems import Problem
from core.store.work import Work
from core.words import translate as _

AGREED, HALTED = "agreed_to_loss", "halted"
"""Facts of the book: that a person has agreed to the loss; and what would be lost: records, of how many, since when."""

FIFTH = 5
FEW = 20
"""Books with fewer records than this are not worth the question."""


class WipeOut(RuleBroken):
    """So much of a book would go that a person should look first."""

    def __init__(self, lost: int, held: int) -> None:
        message = _(
            "The service would take away {lost} of this book's {held} records. Nothing was changed."
        ).format(lost=lost, held=held)
        remedy = _("Ask whoever runs the service. If it is meant so, agree to it in the Inbox.")
        super().__init__([Problem("WIPE_OUT", message, remedy=remedy)])
        self.lost = lost
        self.held = held


def agree(work: Work) -> None:
    """A person has agreed: the next load may take away a fifth of the records and more."""
    work.note(**{AGREED: True, HALTED: None})


def refuse_wipe_out(lost: int, held: int, *, any_at_all: bool = False) -> None:
    """Raise `WipeOut` when so many of the records held would go that a person should look first, or `any_at_all`."""
    if lost and (any_at_all or (held >= FEW and lost * FIFTH >= held)):
        raise WipeOut(lost, held)
