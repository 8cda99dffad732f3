"""What contracts offer everywhere: a new contract, from the palette."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """New contract, from any screen."""
    return [
        Action(
            "contracts.new",
            _("New contract"),
            lambda: desk.navigator.go("contracts", page="new"),
            icon="contracts",
            words=_("milestones stages project"),
        )
    ]
