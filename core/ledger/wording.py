"""What the ledger's reasons are called."""

from core.ledger.rules import BAD_DEBT, ROUNDING, SETTLEMENT
from core.words import translate as _


def write_off_words() -> dict[str, tuple[str, str]]:
    """Why an amount is given up, with what that means, by the reason's code."""
    return {
        ROUNDING: (_("Rounding"), _("a difference of paise")),
        SETTLEMENT: (_("Settlement"), _("agreed with the party")),
        BAD_DEBT: (_("Bad debt"), _("will not be paid")),
    }
