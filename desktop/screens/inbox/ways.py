"""What may be done about an item: each choice with its words, its key and what comes of it. Free of Qt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.inbox.model import Attention, Choice, InboxItem
from core.words import translate as _


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that may be done about an item: its name for the core, its words, its key, what comes of it."""

    choice: str
    text: str
    key: str
    does: str
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked before a choice is done: a reason (needed or not), and the second factor where one is set."""

    title: str
    text: str
    save: str
    needs_reason: bool = False
    asks_reason: bool = True
    asks_code: bool = False


def ways(item: InboxItem) -> Sequence[Way]:
    """What may be done about an item, each with its key."""
    return [_WAYS[choice](item) for choice in item.choices if choice in _WAYS]


def asked_before(choice: str, item: InboxItem) -> Asked | None:
    """What is asked before a choice is done; None where it is done at once."""
    if choice == Choice.CANCEL:
        return Asked(
            _("Cancel {about}").format(about=item.about),
            _("Its number stays used, and the paper stays in the book as cancelled."),
            _("Cancel the paper"), needs_reason=True,
        )  # fmt: skip
    if choice == Choice.VOID:
        return Asked(
            _("Void {about}").format(about=item.about),
            _("It never counts; its number stays used, and the paper stays in the book as void."),
            _("Void the paper"),
        )
    if choice == Choice.TAKE_BACK:
        return Asked(
            _("Take back the later receipt"),
            _("It stays in the book as taken back, and what it settled is open again."),
            _("Take it back"), needs_reason=True,
        )  # fmt: skip
    if choice == Choice.AGREE:
        return Asked(
            _("Let the records go"),
            _("The next round takes them away from this computer. Keep a backup first."),
            _("Let them go"), asks_reason=False,
        )  # fmt: skip
    if choice in (Choice.RELEASE, Choice.DISCARD):
        return _asked_of_deposit(choice, item)
    return None


def next_step(item: InboxItem) -> str:
    """What the key O leads to, as the next step of an item that is settled elsewhere."""
    named = {
        Attention.GAP: _("Explain the number"),
        Attention.LATE: _("Open the paper"),
        Attention.RELEASED: _("Open the receipt"),
        Attention.REFUSED: _("Open what it was about"),
        Attention.HELD: _("Look at the paper"),
        Attention.CONTESTED: _("Look at the paper"),
        Attention.LEANING: _("Look at the paper"),
    }
    if item.kind == Attention.DOUBLE:
        return _("Open the later receipt") if item.paper is not None else _("Open the first")
    return named.get(Attention(item.kind), "") if item.kind in set(Attention) else ""


def side_titles(item: InboxItem) -> tuple[str, str]:
    """What the two sides are called: ours first."""
    if item.kind == Attention.CONFLICT:
        return _("Written on this device"), _("Written on the other device")
    if item.kind == Attention.DOUBLE:
        return _("The first"), _("The second")
    if item.kind in (Attention.HELD, Attention.RELEASED):
        return _("As it was written"), _("From the other device")
    return _("From this device"), _("From the other device")


def _asked_of_deposit(choice: str, item: InboxItem) -> Asked:
    if choice == Choice.RELEASE:
        return Asked(
            _("Release {about}").format(about=item.about),
            _("Its papers come held and wait for your word one by one; everything else is judged now."),
            _("Release"), asks_reason=False, asks_code=True,
        )  # fmt: skip
    return Asked(
        _("Throw away {about}").format(about=item.about),
        _("Nobody can read it after that. The reason is kept."),
        _("Throw it away"), needs_reason=True, asks_code=True,
    )  # fmt: skip


def _keep(_item: InboxItem) -> Way:
    return Way(
        Choice.KEEP, _("Keep it as it stands"), "K", _("Nothing is changed; it is put aside on this device.")
    )


def _restore(_item: InboxItem) -> Way:
    return Way(
        Choice.RESTORE,
        _("Put the other value back"),
        "P",
        _("It is written again, and stands on every device."),
    )


def _try_again(item: InboxItem) -> Way:
    does = _("It is written once more; what still stands against it is told at once.")
    if item.of == "ledger.allocated":
        does = _("It settles what is open now, and no more than that.")
    elif item.kind == Attention.REFUSED and item.paper is None and item.winner is None:
        does = _("Your values are written again, over what stands now.")
    return Way(Choice.TRY_AGAIN, _("Try again"), "T", does)


def _cancel(_item: InboxItem) -> Way:
    does = _("When the customer has not used it: its number stays used, and it counts nowhere.")
    return Way(Choice.CANCEL, _("Cancel this paper"), "X", does, is_grave=True)


def _credit_note(_item: InboxItem) -> Way:
    does = _("When the customer has it, or has paid: a credit note over it is begun.")
    return Way(Choice.CREDIT_NOTE, _("Answer with a credit note"), "C", does)


def _dismiss(item: InboxItem) -> Way:
    if item.kind in _TO_READ:
        return Way(
            Choice.DISMISS, _("Read"), "D", _("There is nothing to do. It is put aside on this device.")
        )
    return Way(Choice.DISMISS, _("Put aside"), "D", _("Nothing is changed; it is put aside on this device."))


_TO_READ = (
    Attention.CLOCK, Attention.LATE, Attention.COPY, Attention.DIFFERS, Attention.LEFT, Attention.SHELVED,
    Attention.ENDED,
)  # fmt: skip
"""Kinds of which nothing is to be decided."""

_WAYS: Mapping[str, Callable[[InboxItem], Way]] = {
    Choice.KEEP: _keep,
    Choice.RESTORE: _restore,
    Choice.TRY_AGAIN: _try_again,
    Choice.CANCEL: _cancel,
    Choice.CREDIT_NOTE: _credit_note,
    Choice.DISMISS: _dismiss,
    Choice.ACCEPT: lambda _item: Way(
        Choice.ACCEPT, _("Accept"), "A", _("It counts from now on, as if it had never been held.")
    ),
    Choice.VOID: lambda _item: Way(
        Choice.VOID, _("Void"), "V", _("It never counts; its number stays used."), is_grave=True
    ),
    Choice.RELEASE: lambda _item: Way(
        Choice.RELEASE, _("Release what is in it"), "R", _("Papers wait for your word; all else is judged now.")
    ),
    Choice.DISCARD: lambda _item: Way(
        Choice.DISCARD, _("Throw it away"), "Z", _("Nobody can read it after that."), is_grave=True
    ),
    Choice.MERGE: lambda _item: Way(
        Choice.MERGE, _("Merge into the first"), "1", _("No paper is changed; lists and accounts show the first.")
    ),
    Choice.MERGE_OTHER: lambda _item: Way(
        Choice.MERGE_OTHER, _("Merge into the second"), "2",
        _("No paper is changed; lists and accounts show the second."),
    ),
    Choice.TAKE_BACK: lambda _item: Way(
        Choice.TAKE_BACK, _("Take the later one back"), "X",
        _("The money came once: what the later receipt settled is open again."), is_grave=True,
    ),
    Choice.BOTH_RIGHT: lambda _item: Way(
        Choice.BOTH_RIGHT, _("Both are right"), "B", _("They are two; it is put aside on this device.")
    ),
    Choice.AGREE: lambda _item: Way(
        Choice.AGREE, _("It is meant so"), "G", _("The next round takes the records away here."), is_grave=True
    ),
    Choice.PART: lambda _item: Way(
        Choice.PART, _("Part them again"), "U", _("Each stands for itself again, with its own papers.")
    ),
    Choice.REOPEN: lambda _item: Way(
        Choice.REOPEN, _("Bring it back"), "U", _("It stands among what needs attention again.")
    ),
}  # fmt: skip
