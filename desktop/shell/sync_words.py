"""How sync stands, in words: for the chip in the top bar and the panel below it. Free of Qt."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import RoundTold, SyncReport, SyncState


def sync_text(state: SyncState) -> str:
    """A SyncState in a few words."""
    if state.kind == "syncing":
        return _progress(state)
    words = {
        "local": _("On this computer"),
        "offline": _("Offline since {time}").format(time=state.since) if state.since else _("Offline"),
        "waiting": _("{count} waiting").format(count=state.waiting),
        "synced": _("Synced {time}").format(time=state.since),
        "attention": _("{count} to look at").format(count=state.attention),
    }
    text = words[state.kind]
    if state.kind == "offline" and state.waiting:
        text = f"{text} · {words['waiting']}"
    return text


def sync_sentence(state: SyncState) -> str:
    """The same for the head of the panel, in a sentence."""
    return {
        "local": _("This book is on this computer alone."),
        "offline": _("Work goes on here, and is sent as soon as there is a way."),
        "waiting": _("Changes wait to be sent."),
        "syncing": _("A round is under way."),
        "synced": _("Everything is sent, and everything new is here."),
        "attention": _("Something needs to be looked at."),
    }[state.kind]


def round_text(told: RoundTold, *, why: str = "") -> str:
    """What a round did: "sent 3, received 10"; or why it ended early, where that is not said above as `why`."""
    note = "" if told.note == why else told.note
    if told.is_failed:
        return note or _("It ended early.")
    done = _("sent {sent}, received {received}").format(sent=told.sent, received=told.received)
    return f"{done}. {note}" if note else done


def waiting_text(report: SyncReport) -> str:
    """What waits, by kind: "Party 3, Receipt 1"; empty where nothing does."""
    by_kind = ", ".join(f"{text} {count}" for text, count in report.waiting)
    return by_kind or (str(report.state.waiting) if report.state.waiting else "")


def facts_of(report: SyncReport) -> Sequence[tuple[str, str]]:
    """What stands below: what waits, the service, the device and whose it is."""
    told = [
        (_("Waiting"), waiting_text(report) or _("nothing")),
        (_("Service"), report.server),
        (_("Device"), report.device),
        (_("User"), report.user),
    ]
    return [(name, text) for name, text in told if text]


def _progress(state: SyncState) -> str:
    if state.head:
        return _("Receiving {done} of {count}").format(done=state.received, count=state.head)
    if state.sent and state.waiting:
        return _("Sending {done} of {count}").format(done=state.sent, count=state.waiting)
    return _("Syncing…")
