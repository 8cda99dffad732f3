"""The fail-safe: what would remove a fifth of a book's records stops, and asks a person first.

A service that was mixed up with another, or a mistake on either side, must not empty a book unseen.
"""

from core.errors import RuleBroken
from core.problems import Problem
from core.words import translate as _

FIFTH = 5
FEW = 20
"""Books with fewer records than this are not worth the question."""


def refuse_wipe_out(lost: int, held: int) -> None:
    """Raise `RuleBroken` (WIPE_OUT) when so many of the records held would go that a person should look first."""
    if held >= FEW and lost * FIFTH >= held:
        raise RuleBroken(
            [
                Problem(
                    code="WIPE_OUT",
                    message=_(
                        "The service would take away {lost} of this book's {held} records. Nothing was changed."
                    ).format(lost=lost, held=held),
                    remedy=_("Ask whoever runs the service. If it is meant so, sync again and agree to it."),
                )
            ]
        )
