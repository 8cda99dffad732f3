"""What invoices offer everywhere: F8, a new sale."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """New sale, from any screen."""
    return [
        Action(
            "invoices.new",
            _("New sale"),
            lambda: desk.navigator.go("invoices", page="new"),
            ("F8",),
            icon="plus",
            words=_("invoice bill"),
        )
    ]
