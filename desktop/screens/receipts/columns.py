"""How money that came in and went back reads in a list, and what modes and deductions are called. Free of Qt."""

from collections.abc import Sequence
from typing import Any

from core.advances.rules import MODES as ADVANCE_MODES
from core.advances.rules import RECEIPT_VOUCHER, REFUND_VOUCHER
from core.changes.standing import State
from core.receipts.model import DEDUCTION_KINDS, MODES
from core.receipts.rules import ADJUSTMENT
from core.statements.money import PAYBACK, MoneyRow, money_page, money_rows
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import Ask, Choice, Column, Listing, Nothing, PageLike, Reader, Scope, Tone

WENT_BACK = (REFUND_VOUCHER, PAYBACK)
"""Papers of money that went back."""


def receipt_listing() -> Listing[MoneyRow]:
    """All money that came in, and advances given back, newest first."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[MoneyRow]:
        return money_page(
            reader, key=after, limit=limit, only=ask.scope or "all", search=ask.text, sort=ask.sort or "date",
            descending=ask.descending,
        )  # fmt: skip

    def reread(reader: Reader, ask: Ask, ids: Sequence[bytes]) -> Sequence[MoneyRow]:
        rows = money_rows(reader, list(ids))
        return [row for row in rows if _is_asked(row, ask.scope)]

    return Listing(
        name="receipts",
        columns=_columns(),
        fetch=fetch,
        reread=reread,
        row_id=lambda row: row.id,
        shows=frozenset({"receipts", "advances"}),
        depends=frozenset({"ledger"}),
        scopes=(
            Scope("all", _("All")),
            Scope("on_account", _("On account")),
            Scope("advances", _("Advances")),
        ),
        sort="date",
        descending=True,
        nothing=Nothing(
            _("No receipts here"),
            _(
                "Press F6 anywhere when money comes in. It settles the oldest bills unless you say otherwise. "
                "Alt+F6 takes an advance with its receipt voucher."
            ),
            _("New receipt"),
            "receipts",
        ),
    )


def _columns() -> tuple[Column[MoneyRow], ...]:
    return (
        Column("date", _("Date"), lambda row: date_text(row.dated_on), width=11, sortable=True),
        Column("number", _("Number"), lambda row: row.number, width=16, sortable=True, detail=kind_text),
        Column("name", _("Party"), lambda row: row.name, width=20, stretch=True, sortable=True),
        Column("mode", _("Mode"), lambda row: mode_name(row.mode), width=20, detail=lambda row: row.reference),
        Column("state", _("Status"), state_text, width=11, pill=True, tone=state_tone),
        Column("deducted", _("Kept back"), lambda row: amount_text(row.deducted_paise) if row.deducted_paise else "–",
               "right", 10, tone=lambda row: "" if row.deducted_paise else "muted", gives_way=1),
        Column("amount", _("Amount"), lambda row: amount_text(moved_paise(row)), "right", 12, sortable=True),
    )  # fmt: skip


def _is_asked(row: MoneyRow, scope: str) -> bool:
    if scope == "on_account":
        return row.open_paise > 0 and row.type not in WENT_BACK
    return scope != "advances" or row.type in (RECEIPT_VOUCHER, REFUND_VOUCHER)


def kind_text(row: MoneyRow) -> str:
    """What a paper is, where it is no plain receipt."""
    named = {RECEIPT_VOUCHER: _("advance"), REFUND_VOUCHER: _("refund"), PAYBACK: _("paid back")}
    return named.get(row.type, "")


def moved_paise(row: MoneyRow) -> int:
    """What came in; below nought what went back."""
    return -row.amount_paise if row.type in WENT_BACK else row.amount_paise


def state_text(row: MoneyRow) -> str:
    """How a paper stands, in a word or two."""
    if row.state is State.HELD:
        return _("Held")
    if row.state is State.CONTESTED:
        return _("Contested")
    if row.state is State.CANCELLED:
        return _("Taken back")
    if row.type in WENT_BACK:
        return _("Not settled") if row.open_paise else _("Given back")
    if not row.open_paise:
        return _("Used")
    is_part = row.open_paise < row.amount_paise + row.deducted_paise
    return _("Part used") if is_part else _("On account")


def state_tone(row: MoneyRow) -> Tone:
    """The tone that supports it."""
    if row.state is State.CANCELLED:
        return "danger"
    if row.state in (State.HELD, State.CONTESTED) or (row.type in WENT_BACK and row.open_paise):
        return "warning"
    return "accent" if row.open_paise else "success"


def mode_choices() -> list[Choice]:
    """The ways money comes, the usual ones first."""
    return _modes(MODES)


def advance_mode_choices() -> list[Choice]:
    """The ways an advance comes and goes back, the usual ones first."""
    return _modes(ADVANCE_MODES)


def money_back_choices() -> list[Choice]:
    """The ways money goes back."""
    return _modes([mode for mode in MODES if mode != ADJUSTMENT])


def _modes(known: Sequence[str]) -> list[Choice]:
    usual = ("neft", "upi", "cheque", "rtgs", "imps", "cash")
    rest = [mode for mode in known if mode not in usual]
    return [Choice(mode, mode_name(mode)) for mode in (*usual, *rest)]


def mode_name(mode: str) -> str:
    """A way of paying as people call it."""
    named = {
        "cash": _("Cash"), "cheque": _("Cheque"), "neft": "NEFT", "rtgs": "RTGS", "imps": "IMPS", "upi": "UPI",
        "card": _("Card"), "adjustment": _("Adjustment"), "other": _("Other"),
    }  # fmt: skip
    return named.get(mode, mode)


def deduction_choices() -> list[Choice]:
    """What a payer may keep back besides TDS."""
    return [Choice(kind, deduction_name(kind)) for kind in DEDUCTION_KINDS if kind != "tds"]


def deduction_name(kind: str) -> str:
    """A deduction as people call it."""
    named = {
        "tds": _("TDS"), "gst_tds": _("GST TDS"), "retention": _("Retention"), "bank_charge": _("Bank charges"),
        "round_off": _("Round-off"), "exchange": _("Exchange difference"), "other": _("Other"),
    }  # fmt: skip
    return named.get(kind, kind)
