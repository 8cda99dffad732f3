"""The facts that this user took, gone by from the window's start on."""

from collections.abc import Callable

from desktop.folders import facts_folder


def take_up_facts(failed: Callable[[Exception], None]) -> None:
    """Go by the packs and lists this user applied; what cannot be taken is told, and the release's facts stand."""
    folder = facts_folder()
    if folder.is_dir():
        from core.errors import RuleBroken
        from core.facts.folder import take_up

        if problems := take_up(folder):
            failed(RuleBroken(problems))
