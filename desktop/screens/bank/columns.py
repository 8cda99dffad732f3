"""How the lines of a bank read in the list, with what each is or is likely to be. Free of Qt."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from core.bank.claims import MONEY
from core.bank.proposal import Proposal
from core.bank.queries import LineRow, line_rows, lines_page
from core.bank.recording import ASIDE_REASONS
from core.bank.rules import ASIDE, MATCHED, OPEN
from core.ids import Id
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import Ask, Choice, Column, Listing, Nothing, Page, PageLike, Reader, Scope, Tone

HEARD = frozenset({kind.partition(".")[0] for kind in MONEY} | {"ledger", "parties", "invoicing"})
"""Kinds of record that change what lines may be."""


class BankRow(NamedTuple):
    """A line, and the likeliest of what it may be while it is open."""

    line: LineRow
    likely: Proposal | None


def line_listing(
    account: Callable[[], Id | None],
    likely: Callable[[Id], Proposal | None],
    is_chosen: Callable[[Id], bool] = lambda _line: False,
) -> Listing[BankRow]:
    """The lines of the account looked at, the newest first; those chosen bear a tick."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[BankRow]:
        chosen = account()
        if chosen is None:
            return Page(())
        scope = ask.scope or OPEN
        page = lines_page(reader, account=chosen, scope=scope, key=after, limit=limit, search=ask.text)
        return Page([shown(row) for row in page.rows], page.next_key)

    def reread(reader: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[BankRow]:
        scope = ask.scope or OPEN
        rows = line_rows(reader, list(ids))
        return [shown(row) for row in rows if row.account == account() and scope in ("all", row.state)]

    def shown(row: LineRow) -> BankRow:
        return BankRow(row, likely(row.id) if row.state == OPEN else None)

    return Listing(
        name="bank.lines",
        columns=_columns(is_chosen),
        fetch=fetch,
        reread=reread,
        row_id=lambda row: row.line.id,
        shows=frozenset({"bank"}),
        scopes=(Scope(OPEN, _("To do")), Scope(MATCHED, _("Matched")), Scope(ASIDE, _("Set aside")),
                Scope("all", _("All"))),
        nothing=Nothing(
            _("Nothing to match"),
            _("Import a statement: CSV, Excel, OFX or MT940 of any bank. What is settled stands beside."),
            _("Import a statement"),
            "bank",
        ),
    )  # fmt: skip


def _columns(is_chosen: Callable[[Id], bool]) -> tuple[Column[BankRow], ...]:
    return (
        Column("chosen", "", lambda row: "✓" if is_chosen(row.line.id) else "", width=2),
        Column("date", _("Date"), lambda row: date_text(row.line.dated_on), width=11),
        Column("text", _("The bank's words"), lambda row: row.line.description or row.line.reference, width=31),
        Column("is", _("Is"), is_text, width=19, tone=_is_tone, stretch=True),
        Column("sure", _("How sure"), sure_text, width=10, pill=True, tone=sure_tone),
        Column("amount", _("Amount"), lambda row: amount_text(row.line.paise), "right", 11,
               tone=lambda row: "danger" if row.line.paise < 0 else "", paise=lambda row: row.line.paise),
    )  # fmt: skip


def _is_tone(row: BankRow) -> Tone:
    return "muted" if row.line.state == ASIDE or (row.line.state == OPEN and row.likely is None) else ""


def is_text(row: BankRow) -> str:
    """What a line is, or is likely to be."""
    line = row.line
    if line.state == MATCHED:
        if not line.name:
            return _("The bank's own entry")
        if line.papers == 1:
            return f"{line.name} · {line.number}"
        told = _("{name} · {number} and {count} more")
        return told.format(name=line.name, number=line.number, count=line.papers - 1)
    if line.state == ASIDE:
        return _("No customer's money")
    return _("nothing found") if row.likely is None else likely_text(row.likely)


def likely_text(proposal: Proposal) -> str:
    """What is proposed, in a few words."""
    if proposal.aside:
        return _("Set aside: {reason}").format(reason=aside_name(proposal.aside))
    if proposal.new is not None:
        return _("New receipt · {name}").format(name=proposal.new.name)
    if proposal.bounce is not None:
        return _("Bounce · {name}").format(name=proposal.bounce.receipt.name)
    if proposal.payback is not None:
        return _("Given back · {name}").format(name=proposal.payback.name)
    names = list(dict.fromkeys(money.name for money in proposal.papers))
    if not names:
        return _("The bank's own entry")
    if len(proposal.papers) == 1:
        return f"{names[0]} · {proposal.papers[0].number}"
    name = names[0] if len(names) == 1 else _("{count} parties").format(count=len(names))
    return _("{name} · {count} papers").format(name=name, count=len(proposal.papers))


def way_text(proposal: Proposal) -> str:
    """What sets a proposal apart from the others for a line."""
    if proposal.new is None:
        return proposal.reason
    why = proposal.new.explanation
    return why.sentence if why is not None else _("It stays on account.")


def sure_text(row: BankRow) -> str:
    """How sure a proposal is, or how the line stands."""
    if row.line.state != OPEN:
        return _("Matched") if row.line.state == MATCHED else _("Set aside")
    if row.likely is None:
        return _("Open")
    return _("Certain") if row.likely.certain else f"{row.likely.confidence} %"


def sure_tone(row: BankRow) -> Tone:
    """The tone that supports it."""
    if row.line.state != OPEN:
        return "success" if row.line.state == MATCHED else "muted"
    return "muted" if row.likely is None else proposal_tone(row.likely)


def proposal_tone(proposal: Proposal) -> Tone:
    """Green for what is certain, blue for what is likely, amber for a guess."""
    if proposal.certain:
        return "success"
    return "accent" if proposal.confidence >= 70 else "warning"


def aside_choices() -> list[Choice]:
    """Why a line is no customer's money."""
    return [Choice(reason, aside_name(reason)) for reason in ASIDE_REASONS]


def aside_name(reason: str) -> str:
    """A reason as people say it."""
    named = {
        "own_transfer": _("Own transfer"), "bank_charge": _("Bank charge"),
        "bank_interest": _("Interest from the bank"),
        "private": _("Private"), "vendor": _("Payment to a vendor"), "loan": _("Loan"), "tax": _("Tax or dues"),
        "other": _("Other"),
    }  # fmt: skip
    return named.get(reason, reason)
