"""What receipts offer everywhere: F6."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """Record a receipt from anywhere."""

    def record() -> None:
        desk.navigator.go("receipts", page="new")

    return (
        Action(
            "receipts.new", _("Record a receipt"), record, ("F6",), icon="receipts", words=_("payment money")
        ),
    )
