"""`bahi inbox`: what needs attention, and settling it by its id and one of its choices."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.frame import (
    AsJson,
    BookPath,
    PassphraseFile,
    answering,
    columns,
    opened,
    passphrase,
    tell,
)

if TYPE_CHECKING:
    from core.book import Book
    from core.inbox.commands import Verb

_OF_DEPOSITS = ("release", "discard")


def register(program: typer.Typer) -> None:
    """Put the subcommand into the program."""
    program.command("inbox", help="What needs attention.")(inbox)


def inbox(
    book: BookPath,
    item: Annotated[
        str | None, typer.Option("--settle", metavar="ITEM", help="Settle the item of this id.")
    ] = None,
    choice: Annotated[
        str | None, typer.Option("--choice", metavar="CHOICE", help="One of its choices.")
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; kept with what is done.")
    ] = "",
    code: Annotated[
        str,
        typer.Option("--code", metavar="DIGITS", help="The second factor, where one is set (deposits)."),
    ] = "",
    settled: Annotated[
        bool, typer.Option("--settled", help="Show what was settled, with who and when.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what needs attention or was settled, or settle one of it."""
    if (item is None) != (choice is None):
        raise typer.BadParameter("--settle and --choice go together")
    with answering(as_json):
        from core.exchange import answers
        from core.inbox.commands import settle
        from core.inbox.queries import items
        from core.inbox.settled import settled_items
        from core.words import translate as _

        with opened(book, passphrase_file, to_write=item is not None) as found:
            if item is not None and choice in _OF_DEPOSITS and item.startswith("deposit."):
                _settle_deposit(found, item, choice, reason, code, passphrase(passphrase_file))
            elif item is not None and choice is not None:
                command = partial(
                    settle, item=item, choice=choice, at_us=found.clock.now_us(), reason=reason,
                    verbs=_verbs(found, reason),
                )  # fmt: skip
                found.write(_("Inbox"), command)
            if settled:
                over = [(answers.inbox([each.item])[0], each) for each in found.read(settled_items)]
                answer = [{**shown, "how": each.how, "by": each.by} for shown, each in over]
            else:
                answer = answers.inbox(found.read(items))
        tell(answer, as_json, lambda: _lines(answer) or [_("Nothing needs attention.")])


def _verbs(book: "Book", reason: str) -> dict[str, "Verb"]:
    """What choices do in other rooms."""
    from core.clock import today
    from core.inbox.model import Choice, InboxItem
    from core.invoicing.commands import cancel_document
    from core.items.doubles import merge_double as merge_items
    from core.items.doubles import part_merged as part_item
    from core.parties.doubles import merge_double as merge_parties
    from core.parties.doubles import part_merged as part_party
    from core.receipts.doubles import take_back_double
    from core.words import translate as _

    on = today(book.clock)

    def cancel(work: Any, item: InboxItem) -> None:
        why = reason or _("Another paper was given for the same.")
        cancel_document(work, item.paper or b"", on=on, reason=why)

    def merge(work: Any, item: InboxItem, *, into_other: bool = False) -> None:
        join = merge_items if item.of.startswith("items.") else merge_parties
        join(work, item, into_other=into_other)

    def take_back(work: Any, item: InboxItem) -> None:
        take_back_double(work, item, on=on, reason=reason or _("Entered twice."), today=on)

    def part(work: Any, item: InboxItem) -> None:
        (part_item if item.of.startswith("items.") else part_party)(work, item)

    return {
        Choice.CANCEL.value: cancel,
        Choice.PART.value: part,
        Choice.MERGE.value: merge,
        Choice.MERGE_OTHER.value: partial(merge, into_other=True),
        Choice.TAKE_BACK.value: take_back,
    }


def _settle_deposit(
    book: "Book", item: str, choice: str | None, reason: str, code: str, given: str | None
) -> None:
    from core.inbox.commands import mark_read
    from core.inbox.deposited import deposit_of
    from core.words import translate as _
    from sync.client import deposits
    from sync.client.owner import as_owner

    deposit = deposit_of(item)
    if choice == "release":
        as_owner(book, lambda owner: deposits.release(owner, deposit, code=code), passphrase=given)
    else:
        as_owner(book, lambda owner: deposits.discard(owner, deposit, reason, code=code), passphrase=given)
    at_us = book.clock.now_us()  # the service tells of it at the next round
    book.write(_("Inbox"), lambda work: mark_read(work, item, at_us=at_us))


def _lines(answer: list[dict[str, Any]]) -> list[str]:
    lines = []
    for item in answer:
        lines += [f"{item['kind']}: {item['about']}", f"  {item['text']}"]
        sides = [(name, str(item[name])) for name in ("mine", "theirs") if item[name] is not None]
        lines += [f"  {line}" for line in columns(sides)]
        if item.get("how"):
            lines.append(f"  {item['how']} ({item['by']})" if item["by"] else f"  {item['how']}")
        lines.append(f"  {item['id']}: {', '.join(item['choices'])}")
    return lines
