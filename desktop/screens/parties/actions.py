"""What parties offer everywhere: a new one."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """Enter a new party from anywhere."""

    def enter() -> None:
        desk.navigator.go("parties", page="new")

    return (Action("parties.enter", _("New party"), enter, icon="parties", words=_("customer")),)
