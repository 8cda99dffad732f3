"""What collections offer everywhere: the ladder for all who are due."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """Run the ladder from anywhere; it shows what would be sent first."""

    def run() -> None:
        desk.navigator.go("collections", page="ladder")

    return (
        Action("collections.ladder", _("Remind all who are due"), run, ("Ctrl+Shift+R",), icon="mail",
               words=_("ladder dunning reminders")),
    )  # fmt: skip
