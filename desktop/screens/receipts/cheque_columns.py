"""How cheques read in their list, and how they stand in a word. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from core.receipts.cheque_list import (
    BOUNCED,
    CLEARED,
    DEPOSITED,
    IN_HAND,
    POST_DATED,
    ChequeRow,
    cheque_rows,
    cheques_page,
)
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import Ask, Column, Listing, Nothing, PageLike, Reader, Scope, Tone
from desktop.screens.receipts.slips import Chosen


def cheque_listing(today: Callable[[], dt.date], chosen: Chosen) -> Listing[ChequeRow]:
    """Cheques by how they stand, by their dates; those chosen bear a tick."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[ChequeRow]:
        return cheques_page(
            reader, on=today(), status=ask.scope or IN_HAND, key=after, limit=limit, search=ask.text,
            sort=ask.sort or "cheque_on", descending=ask.descending,
        )  # fmt: skip

    def reread(reader: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[ChequeRow]:
        return [row for row in cheque_rows(reader, ids, on=today()) if row.status == (ask.scope or IN_HAND)]

    return Listing(
        name="cheques",
        columns=_columns(chosen),
        fetch=fetch,
        reread=reread,
        row_id=lambda row: row.receipt,
        shows=frozenset({"receipts"}),
        scopes=(
            Scope(IN_HAND, _("In hand")),
            Scope(POST_DATED, _("Post-dated")),
            Scope(DEPOSITED, _("Deposited")),
            Scope(CLEARED, _("Cleared")),
            Scope(BOUNCED, _("Bounced")),
        ),
        sort="cheque_on",
        nothing=Nothing(
            _("No cheques here"),
            _("A receipt by cheque stands here until it is deposited; choose several with Space, and Ctrl+D pays "
              "them in by one slip."),
            icon="bank",
        ),
    )  # fmt: skip


def _columns(chosen: Chosen) -> tuple[Column[ChequeRow], ...]:
    return (
        Column("chosen", _("Chosen"), lambda row: "✓" if row.receipt in chosen.paise else "", width=7),
        Column("cheque_on", _("Cheque date"), lambda row: date_text(row.cheque_on), width=11, sortable=True),
        Column("cheque", _("Cheque"), lambda row: row.cheque_number or "–", width=18, detail=lambda row: row.bank),
        Column("name", _("Drawer"), lambda row: row.name, width=16, stretch=True, sortable=True),
        Column("state", _("Status"), cheque_state, width=12, pill=True, tone=cheque_tone),
        Column("since", _("Since"), since_text, width=11),
        Column("amount", _("Amount"), lambda row: amount_text(row.amount_paise), "right", 13, sortable=True,
               paise=lambda row: row.amount_paise),
    )  # fmt: skip


def cheque_state(row: ChequeRow) -> str:
    """How a cheque stands, in a word."""
    named = {
        IN_HAND: _("In hand"), POST_DATED: _("Post-dated"), DEPOSITED: _("Deposited"), CLEARED: _("Cleared"),
        BOUNCED: _("Bounced"),
    }  # fmt: skip
    return named.get(row.status, _("Taken back"))


def cheque_tone(row: ChequeRow) -> Tone:
    """The tone that supports it."""
    tones: dict[str, Tone] = {
        IN_HAND: "accent",
        POST_DATED: "warning",
        DEPOSITED: "accent",
        CLEARED: "success",
    }
    return tones.get(row.status, "danger")


def since_text(row: ChequeRow) -> str:
    """The day since which it stands so, as far as it is known."""
    return date_text(row.cleared_on or row.deposited_on or row.received_on)
