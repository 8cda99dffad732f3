"""Drives a window by the names a screen reader hears: run by the system's Python, which has the accessibility bindings.

Commands come as lines on standard input, JSON answers go out: wait NAME · press NAME · focus NAME · type NAME TEXT ·
names. A NAME that is not there after ten seconds is an error.
"""

import json
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

PATIENCE_SECONDS = 15


def main() -> None:
    """Answer each line."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"said": do(*asked)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def do(verb: str, name: str = "", text: str = "") -> object:
    """One command."""
    if verb == "names":
        return sorted({found.get_name() for found in everything() if found.get_name()})
    found = wait_for(name)
    if verb == "press":
        for at in range(found.get_n_actions()):
            if found.get_action_name(at).lower() in ("press", "click", "toggle"):
                return found.do_action(at)
        raise LookupError(f"{name} cannot be pressed")
    if verb == "focus":
        return found.grab_focus()
    if verb == "type":
        return found.set_text_contents(text)
    if verb == "text":
        return found.get_text(0, -1)
    return found.get_role_name()


def wait_for(name: str) -> Atspi.Accessible:
    """The shown thing of a name."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        for found in everything():
            if found.get_name() == name and found.get_state_set().contains(Atspi.StateType.SHOWING):
                return found
        time.sleep(0.2)
    raise LookupError(f"nothing shown is called {name}")


def everything() -> list[Atspi.Accessible]:
    """All that the program shows to a screen reader."""
    desktop = Atspi.get_desktop(0)
    found: list[Atspi.Accessible] = []
    for at in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(at)
        if program is not None and "bahi" in (program.get_name() or "").lower():
            walk(program, found)
    return found


def walk(node: Atspi.Accessible, found: list[Atspi.Accessible]) -> None:
    """Gather a thing and what it holds."""
    found.append(node)
    for at in range(min(node.get_child_count(), 300)):
        child = node.get_child_at_index(at)
        if child is not None:
            walk(child, found)


if __name__ == "__main__":
    main()
