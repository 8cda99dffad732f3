"""Subcommands about work in the field: scope, check-out, check-in, check-outs."""

from collections.abc import Iterable
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
from desktop.command_line.people import Device, as_owner, device_named, instant, refused_by_service

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from core.book import Book
    from core.ids import Id
    from sync.client.checkouts import OutRow, Taken

Parties = Annotated[
    list[str] | None, typer.Option("--party", metavar="PARTY", help="A party's code or name; again for more.")
]
Bills = Annotated[
    list[str] | None, typer.Option("--bill", metavar="NUMBER", help="A bill's number; again for more.")
]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("scope", help="Which parties a device in the field carries (owners).")(scope)
    program.command("check-out", help="Take bills along: nobody else settles them meanwhile.")(check_out)
    program.command("check-in", help="Give bills back that this device has taken along.")(check_in)
    program.command("check-outs", help="Who has which bills with him.")(check_outs)


def scope(
    book: BookPath,
    device: Device,
    party: Parties = None,
    group: Annotated[
        list[str] | None, typer.Option("--group", metavar="GROUP", help="All parties of a group.")
    ] = None,
    salesperson: Annotated[
        list[str] | None, typer.Option("--salesperson", metavar="NAME", help="All parties of a salesperson.")
    ] = None,
    nothing: Annotated[bool, typer.Option("--none", help="None any more.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Though it takes more than half of its parties from the device.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Name the parties that a device carries, and no others; without any, show them."""
    if nothing and (party or group or salesperson):
        raise typer.BadParameter("--none, or parties; not both")
    with answering(as_json):
        from core.words import translate as _
        from sync.client import scopes

        with as_owner(book, passphrase_file) as owner:
            named = device_named(owner, device)
            if nothing or party or group or salesperson:
                wanted = owner.book.read(
                    lambda read: _wanted(read, party or (), group or (), salesperson or ())
                )
                rows = scopes.set_scope(owner.session, named.device, wanted, is_agreed=yes)
            else:
                rows = scopes.who_carries(owner.session)
            mine = next((row for row in rows if row.device == named.device), None)
            names = owner.book.read(lambda read: _names(read, mine.parties if mine else ()))
        answer = {"device": named.code, "parties": names, "is_there": mine.is_there if mine else True}
        if mine is None:
            tell(answer, as_json, lambda: [_("It is not in the field, and carries every party.")])
            return
        state = [] if mine.is_there else [_("It will carry these from its next sync on.")]
        tell(answer, as_json, lambda: [*names, *state])


def check_out(
    book: BookPath,
    party: Parties = None,
    bill: Bills = None,
    hours: Annotated[int, typer.Option("--hours", min=1, max=72, help="For how long.")] = 12,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Take all that is open of a party's bills along, or of single bills."""
    if not party and not bill:
        raise typer.BadParameter("--party or --bill")
    with answering(as_json):
        from core.words import translate as _
        from sync.client import checkouts
        from sync.client.courier import way_of

        with opened(book, passphrase_file, to_write=True) as found, refused_by_service():
            bills = found.read(lambda read: _bills(read, party or (), bill or ()))
            with way_of(found, passphrase=passphrase(passphrase_file)) as session:
                taken = checkouts.check_out(found, session, bills, hours=hours)
            answer = _told(found, taken)
        note = [_("Not to be had: {bills}.").format(bills=", ".join(answer["refused"]))]
        tell(answer, as_json, lambda: [*_lines(answer), *(note if answer["refused"] else [])])


def check_in(
    book: BookPath, bill: Bills = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Give bills back; all that this device has, unless some are named."""
    with answering(as_json):
        from sync.client import checkouts
        from sync.client.courier import way_of

        with opened(book, passphrase_file, to_write=True) as found, refused_by_service():
            bills = found.read(lambda read: _bills(read, (), bill or ()))
            with way_of(found, passphrase=passphrase(passphrase_file)) as session:
                answer = _told(found, checkouts.check_in(found, session, bills))
        tell(answer, as_json, lambda: _lines(answer))


def check_outs(book: BookPath, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """List what is out."""
    with answering(as_json):
        from sync.client import checkouts
        from sync.client.courier import way_of

        with (
            opened(book, passphrase_file, to_write=True) as found,
            refused_by_service(),
            way_of(found, passphrase=passphrase(passphrase_file)) as session,
        ):
            answer = _told(found, checkouts.look(found, session))
        tell(answer, as_json, lambda: _lines(answer))


def _wanted(
    read: "Connection", named: Iterable[str], groups: Iterable[str], salespeople: Iterable[str]
) -> set["Id"]:
    """The parties that were meant. Raises `RuleBroken` for one that is not there, or a word that no party has."""
    from core.errors import RuleBroken
    from core.exchange.finding import find_party
    from core.parties.queries import parties_called
    from core.problems import Problem
    from core.words import translate as _

    found = {find_party(read, one) for one in named}
    for field, words in (("group", groups), ("salesperson", salespeople)):
        for word in words:
            called = parties_called(read, field, word)
            if not called:
                message = _("No party has the group or salesperson {name}.").format(name=word)
                raise RuleBroken([Problem("UNKNOWN_PARTY", message, field)])
            found |= called
    return found


def _names(read: "Connection", parties: Iterable["Id"]) -> list[str]:
    from core.parties.queries import party

    found = [party(read, each) for each in parties]
    return sorted(each.name for each in found if each is not None)


def _bills(read: "Connection", parties: Iterable[str], numbers: Iterable[str]) -> list["Id"]:
    from core.exchange.finding import find_paper, find_party
    from core.ledger.queries import open_items
    from core.ledger.rules import DUE

    found = [find_paper(read, number).id for number in numbers]
    for one in parties:
        found += [item.paper for item in open_items(read, party=find_party(read, one), side=DUE)]
    return list(dict.fromkeys(found))


def _told(book: "Book", taken: "Taken") -> dict[str, Any]:
    rows, me = taken.rows, book.facts()["device"]
    numbers = book.read(lambda read: _numbers(read, [*(row.bill for row in rows), *taken.refused]))
    return {
        "taken": [_row(row, numbers, me) for row in rows],
        "refused": [numbers[bill] for bill in taken.refused],
    }


def _row(row: "OutRow", numbers: dict["Id", str], me: "Id") -> dict[str, Any]:
    return {
        "bill": numbers[row.bill], "user": row.user, "is_this": row.device == me, "paise": row.paise,
        "until": instant(row.until_us),
    }  # fmt: skip


def _numbers(read: "Connection", bills: Iterable["Id"]) -> dict["Id", str]:
    """Each bill's number; its id where this book does not have it."""
    from core.ids import id_text
    from core.ledger.queries import open_item

    items = {bill: open_item(read, bill) for bill in bills}
    return {bill: item.number if item is not None else id_text(bill) for bill, item in items.items()}


def _lines(answer: dict[str, Any]) -> list[str]:
    from core.words import money_text

    rows = [(row["bill"], money_text(row["paise"]), row["user"], row["until"]) for row in answer["taken"]]
    return columns(rows, right=(1,))
