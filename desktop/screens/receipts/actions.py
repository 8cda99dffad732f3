"""What receipts offer everywhere: F6, Alt+F6 for an advance, and the cheques in hand."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """Record a receipt or an advance from anywhere."""

    def record() -> None:
        desk.navigator.go("receipts", page="new")

    def advance() -> None:
        desk.navigator.go("receipts", page="advance")

    def cheques() -> None:
        desk.navigator.go("receipts", page="cheques")

    return (
        Action(
            "receipts.new", _("Record a receipt"), record, ("F6",), icon="receipts", words=_("payment money")
        ),
        Action(
            "receipts.advance",
            _("Take an advance"),
            advance,
            ("Alt+F6",),
            icon="receipts",
            words=_("receipt voucher services money before the invoice"),
        ),
        Action(
            "receipts.cheques",
            _("Cheques in hand"),
            cheques,
            ("Ctrl+Shift+H",),
            icon="bank",
            words=_("deposit pay-in slip post-dated bounced"),
        ),
    )
