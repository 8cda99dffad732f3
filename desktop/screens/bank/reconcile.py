"""The bank reconciliation as a list: from the book's balance to the statement's, line by line. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from core.bank.reconciling import Reconciliation, reconciliation
from core.ids import Id
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import Ask, Column, Listing, Nothing, Page, PageLike, Reader, Tone
from desktop.screens.bank.columns import HEARD, aside_name


class Step(NamedTuple):
    """One line of the reconciliation. `kind` is total, part (of the sum before it) or wrong (a difference)."""

    id: bytes
    kind: str
    what: str
    date: str = ""
    number: str = ""
    paise: int | None = None


def reconciliation_listing(account: Callable[[], Id | None], on: Callable[[], dt.date]) -> Listing[Step]:
    """The reconciliation of an account on a day."""

    def fetch(reader: Reader, ask: Ask, _after: Any, _limit: int) -> PageLike[Step]:
        chosen, typed = account(), ask.text.casefold()
        if chosen is None:
            return Page(())
        shown = steps(reconciliation(reader, chosen, on()))
        return Page(
            [step for step in shown if typed in f"{step.what} {step.number} {_money(step)}".casefold()]
        )

    return Listing(
        name="bank.reconciliation",
        columns=(
            Column("what", "", lambda step: step.what, width=30, stretch=True, tone=_tone),
            Column("date", _("Date"), lambda step: step.date, width=11),
            Column("number", _("Number"), lambda step: step.number, width=22),
            Column("part", _("Amount"), lambda step: _figure(step, is_part=True), "right", 14),
            Column("total", _("Total"), lambda step: _figure(step, is_part=False), "right", 15, tone=_tone),
        ),
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda step: step.id,
        shows=frozenset(),
        depends=HEARD | {"bank"},
        nothing=Nothing(_("No account yet"), _("Add a bank account first."), icon="bank"),
    )


def steps(found: Reconciliation) -> Iterator[Step]:
    """From the book's balance to the statement's."""
    yield Step(b"book", "total", _("Balance as per the book"), date_text(found.on), "", found.book_paise)
    came = [money for money in found.uncleared if money.paise > 0]
    went = [money for money in found.uncleared if money.paise < 0]
    groups = (
        (b"came", _("Less: received, not yet credited by the bank"), came, -1),
        (b"went", _("Add: paid out, not yet debited by the bank"), went, -1),
    )
    for key, title, money, sign in groups:
        if money:
            yield Step(key, "total", title, "", "", sign * sum(each.paise for each in money))
        for each in money:
            yield Step(
                each.paper,
                "part",
                _indented(each.name),
                date_text(each.dated_on),
                each.number,
                sign * each.paise,
            )
    if found.lines:
        title = _("Lines of the bank not yet in the book")
        yield Step(b"lines", "total", title, "", "", found.lines_paise)
    for line in found.lines:
        told = _indented(line.description or line.reference)
        yield Step(line.id, "part", told, date_text(line.dated_on), line.reference, line.paise)
    if found.aside:
        yield Step(b"aside", "total", _("Set aside: no customer's money"), "", "", found.aside_paise)
    for aside in found.aside:
        told = _("{reason}, {count} lines").format(reason=aside_name(aside.reason), count=aside.times)
        yield Step(b"aside" + aside.reason.encode(), "part", _indented(told), "", "", aside.paise)
    yield from _ends(found)


def _ends(found: Reconciliation) -> Iterator[Step]:
    title = _("Balance the statement should show")
    yield Step(b"reckoned", "total", title, date_text(found.on), "", found.reckoned_paise)
    if found.statement_paise is None or found.stated_on is None:
        yield Step(b"stated", "total", _("No statement was imported for these days"))
        return
    stated_on = date_text(found.stated_on)
    yield Step(b"stated", "total", _("Balance as per the statement"), stated_on, "", found.statement_paise)
    if found.difference_paise:
        told = _("Difference: a statement is missing, or the opening balance is another")
        yield Step(b"difference", "wrong", told, "", "", found.difference_paise)
    else:
        yield Step(b"difference", "right", _("Difference: none, it adds up"), "", "", 0)


def _figure(step: Step, *, is_part: bool) -> str:
    return _money(step) if is_part == (step.kind == "part") else ""


def _money(step: Step) -> str:
    return "" if step.paise is None else amount_text(step.paise)


def _indented(text: str) -> str:
    return f"    {text}"


def _tone(step: Step) -> Tone:
    tones: dict[str, Tone] = {"part": "muted", "wrong": "danger", "right": "success"}
    return tones.get(step.kind, "")
