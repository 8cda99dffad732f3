"""How the life of TDS reads in lists: deductors by quarter, credits, certificates, one deductor's trail. Free of Qt."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from core.tds.life import EXPECTED, NOT_DUE, TdsRow
from core.tds.matching import Outcome
from core.tds.queries import CertificateRow
from core.words import amount_text, date_text
from core.words import translate as _
from desktop.ports import Ask, Column, Listing, Nothing, Page, PageLike, Reader, Scope, Tone
from desktop.screens.tds.rows import ComingRow, CreditRow, TrailRow

HEARD = frozenset({"tds", "receipts", "invoicing", "ledger", "parties", "company"})
"""Kinds of record that change what is told."""

NONE = "–"
Told = Callable[[Reader], Sequence[Any]]


def state_text(state: str) -> str:
    """A state in words."""
    names = {
        Outcome.MATCHED: _("Matched"),
        Outcome.NOT_FINAL: _("Not final"),
        Outcome.OTHER_QUARTER: _("Other quarter"),
        Outcome.WRONG_SECTION: _("Wrong section"),
        Outcome.SHORT: _("Less in form"),
        Outcome.EXCESS: _("More in form"),
        Outcome.MISSING: _("Missing"),
        Outcome.UNKNOWN: _("Unknown TAN"),
        Outcome.REVERSED: _("Taken back"),
        EXPECTED: _("Expected"),
        NOT_DUE: _("Not due yet"),
    }
    return names.get(state, state)


def state_tone(state: str) -> Tone:
    """The tone that supports the words."""
    tones: dict[str, Tone] = {
        Outcome.MATCHED: "success",
        Outcome.NOT_FINAL: "warning",
        Outcome.OTHER_QUARTER: "warning",
        Outcome.WRONG_SECTION: "warning",
        Outcome.SHORT: "danger",
        Outcome.MISSING: "danger",
        Outcome.UNKNOWN: "accent",
        Outcome.EXCESS: "accent",
    }
    return tones.get(state, "muted")


def life_listing(told: Told, *, gst: bool = False) -> Listing[TdsRow]:
    """Deductors by quarter; the scopes narrow to what is to be put right, or to a quarter."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[TdsRow]:
        rows = [row for row in told(reader) if _answers(row, ask)]
        return Page(_sorted(rows, ask, _LIFE_ORDERS))

    quarters = [Scope(f"q{n}", _("Q{number}").format(number=n)) for n in (1, 2, 3, 4)]
    nothing = Nothing(
        _("No GST was kept back this year"),
        _("Government buyers keep back 2 % above 2.5 lakh. Import the portal's list of TDS credits to compare."),
        _("Import a form"),
        "tds",
    ) if gst else Nothing(
        _("No TDS this year"),
        _("Give parties their TAN and TDS code, record what they keep back, and import Form 26AS or 168."),
        _("Import a form"),
        "tds",
    )  # fmt: skip
    return Listing(
        name="tds.gst" if gst else "tds.life",
        columns=_life_columns(gst=gst),
        fetch=fetch,
        reread=lambda reader, ask, ids: [row for row in fetch(reader, ask, None, 0).rows if row.id in set(ids)],
        row_id=lambda row: row.id,
        shows=frozenset(),
        depends=HEARD,
        scopes=(Scope("all", _("Year")), Scope("wrong", _("To put right")), *quarters),
        nothing=nothing,
    )  # fmt: skip


def credit_listing(told: Told) -> Listing[CreditRow]:
    """The lines of the forms, as the department shows them."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[CreditRow]:
        rows = [row for row in told(reader) if _credit_answers(row, ask)]
        return Page(_sorted(rows, ask, _CREDIT_ORDERS))

    return Listing(
        name="tds.seen",
        columns=_credit_columns(),
        fetch=fetch,
        reread=lambda reader, ask, ids: [row for row in fetch(reader, ask, None, 0).rows if row.id in set(ids)],
        row_id=lambda row: row.id,
        shows=frozenset(),
        depends=HEARD,
        scopes=(
            Scope("all", _("All")), Scope("open", _("Without a receipt")), Scope("unclaimed", _("Not claimed")),
            Scope("old", _("Corrected")),
        ),
        nothing=Nothing(
            _("No form was read for this year"),
            _("Import Form 26AS or 168 as the portal gives it: the text, or Excel."),
            _("Import a form"),
            "import",
        ),
    )  # fmt: skip


def certificate_listing(told: Told) -> Listing[CertificateRow]:
    """The certificates held."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[CertificateRow]:
        typed = ask.text.casefold()
        return Page([row for row in told(reader) if typed in f"{row.number} {row.tan} {row.code}".casefold()])

    return Listing(
        name="tds.certificates",
        columns=(
            Column("form", _("Form"), lambda row: row.form, width=8),
            Column("number", _("Number"), lambda row: row.number, width=16, stretch=True,
                   detail=lambda row: row.note),
            Column("tan", _("TAN"), lambda row: row.tan, width=14),
            Column("code", _("Code"), lambda row: row.code, width=9),
            Column("quarter", _("Quarter"), lambda row: _("Q{number}").format(number=row.quarter), width=8),
            Column("amount", _("Amount"), lambda row: amount_text(row.deducted_paise), "right", 13),
            Column("issued", _("Issued"), lambda row: date_text(row.issued_on) if row.issued_on else NONE, width=11),
        ),
        fetch=fetch,
        reread=lambda reader, ask, ids: [row for row in fetch(reader, ask, None, 0).rows if row.id in set(ids)],
        row_id=lambda row: row.id,
        shows=frozenset(),
        depends=frozenset({"tds"}),
        nothing=Nothing(
            _("No certificate is held for this year"),
            _("Note each Form 16A or 131 as it comes in, so that its amount stands beside the form's."),
            _("Note a certificate"),
            "contracts",
        ),
    )  # fmt: skip


def trail_listing(told: Told) -> Listing[TrailRow]:
    """One deductor: what was billed, what it kept back, and what the form shows of it."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[TrailRow]:
        return Page([row for row in told(reader) if _trail_answers(row, ask)])

    return Listing(
        name="tds.trail",
        columns=_trail_columns(),
        fetch=fetch,
        reread=lambda reader, ask, ids: [
            row for row in fetch(reader, ask, None, 0).rows if row.id in set(ids)
        ],
        row_id=lambda row: row.id,
        shows=frozenset(),
        depends=HEARD,
        scopes=(
            Scope("money", _("Kept back")),
            Scope("wrong", _("To put right")),
            Scope("bills", _("Expected")),
        ),
        nothing=Nothing(
            _("Nothing here"), _("Nothing was kept back, and the form shows nothing."), icon="tds"
        ),
    )


def for_export(listing: Listing[Any]) -> Listing[Any]:
    """The same list with each quiet second text in a column of its own: a file has room for it."""
    titles = {"name": _("TAN"), "quarter": _("Code"), "number": _("Remark"), "state": _("Link")}
    columns: list[Column[Any]] = []
    for column in listing.columns:
        columns.append(column)
        if column.detail is not None:
            columns.append(Column(f"{column.name}.detail", titles.get(column.name, ""), column.detail))
    return replace(listing, columns=columns)


def coming_listing(told: Callable[[], Sequence[ComingRow]]) -> Listing[ComingRow]:
    """What a form would bring."""

    def fetch(reader: Reader, ask: Ask, after: Any, limit: int) -> PageLike[ComingRow]:
        typed = ask.text.casefold()
        rows = [row for row in told() if ask.scope in ("", "all", row.what)]
        return Page([row for row in rows if typed in f"{row.deductor} {row.tan} {row.text}".casefold()])

    return Listing(
        name="tds.coming",
        columns=(
            Column("what", _("What"), lambda row: row.title, width=11, pill=True, tone=lambda row: row.tone),
            Column("line", _("Line"), lambda row: row.line, "right", 5),
            Column("deductor", _("Deductor"), lambda row: row.text or row.deductor, width=20, stretch=True,
                   detail=lambda row: row.tan),
            Column("code", _("Code"), lambda row: row.code, width=9),
            Column("on", _("Date"), lambda row: row.on, width=11),
            Column("status", _("Booking"), lambda row: row.status, width=11),
            Column("tds", _("TDS"), lambda row: row.amount, "right", 12),
        ),
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda row: row.id,
        shows=frozenset(),
        scopes=(
            Scope("all", _("All")), Scope("problem", _("Problems")), Scope("new", _("New")),
            Scope("corrected", _("Corrected")), Scope("gone", _("No more there")), Scope("known", _("Known")),
        ),
        nothing=Nothing(_("Nothing of this kind"), icon="tds"),
    )  # fmt: skip


def _sorted(rows: list[Any], ask: Ask, orders: dict[str, Callable[[Any], Any]]) -> list[Any]:
    return sorted(rows, key=orders[ask.sort], reverse=ask.descending) if ask.sort in orders else rows


def _answers(row: TdsRow, ask: Ask) -> bool:
    if ask.scope == "wrong" and not row.is_asked:
        return False
    if ask.scope[:1] == "q" and f"q{row.quarter}" != ask.scope:
        return False
    return ask.text.casefold() in f"{row.name} {row.tan} {row.code} {state_text(row.state)}".casefold()


def _credit_answers(row: CreditRow, ask: Ask) -> bool:
    if ask.scope == "old" and row.is_current:
        return False
    if ask.scope == "open" and row.state not in (Outcome.EXCESS, Outcome.UNKNOWN):
        return False
    if ask.scope == "unclaimed" and (row.claimed_in is not None or not row.is_current):
        return False
    return ask.text.casefold() in f"{row.deductor} {row.tan} {row.code} {state_text(row.state)}".casefold()


def _trail_answers(row: TrailRow, ask: Ask) -> bool:
    if ask.scope == "bills":
        return row.is_bill
    if ask.scope == "wrong":
        return row.is_asked
    return not row.is_bill


_LIFE_ORDERS: dict[str, Callable[[Any], Any]] = {
    "name": lambda row: (row.name.casefold(), row.quarter),
    "quarter": lambda row: (row.quarter, row.name.casefold()),
    "deducted": lambda row: row.deducted_paise,
    "seen": lambda row: row.seen_paise,
    "difference": lambda row: row.difference_paise,
}
_CREDIT_ORDERS: dict[str, Callable[[Any], Any]] = {
    "on": lambda row: row.on,
    "name": lambda row: row.deductor.casefold(),
    "tds": lambda row: row.deducted_paise,
}


def _life_columns(*, gst: bool) -> tuple[Column[TdsRow], ...]:
    sums: tuple[Column[TdsRow], ...] = (
        _rupees("expected", _("Expected"), lambda row: row.expected_paise),
        _rupees("deducted", _("Deducted"), lambda row: row.deducted_paise, sortable=True),
        _rupees("seen", _("Form shows"), lambda row: row.seen_paise, sortable=True),
        _rupees("held", _("Certificate"), lambda row: row.certified_paise, gives_way=1),
        _rupees("claimed", _("Claimed"), lambda row: row.claimed_paise, gives_way=2),
        _rupees("difference", _("Difference"), lambda row: row.difference_paise, sortable=True),
    )
    return (
        Column("name", _("Buyer") if gst else _("Deductor"), lambda row: row.name, width=20, stretch=True,
               sortable=True, detail=lambda row: row.tan),
        Column("quarter", _("Quarter"), lambda row: _("Q{number}").format(number=row.quarter), width=9, sortable=True,
               detail=lambda row: "" if gst else row.code),
        *sums,
        Column("state", _("Status"), lambda row: state_text(row.state), width=14, pill=True,
               tone=lambda row: state_tone(row.state)),
    )  # fmt: skip


def _rupees(
    name: str, title: str, paise: Callable[[TdsRow], int], *, sortable: bool = False, gives_way: int = 0
) -> Column[TdsRow]:
    """A sum of whole rupees, as TDS is; one with paise shows them."""

    def text(row: TdsRow) -> str:
        amount = paise(row)
        return NONE if not amount else amount_text(amount).removesuffix(".00")

    return Column(name, title, text, "right", 9, sortable=sortable, paise=paise, gives_way=gives_way)


def _credit_columns() -> tuple[Column[CreditRow], ...]:
    return (
        Column("on", _("Date"), lambda row: date_text(row.on), width=11, sortable=True),
        Column("name", _("Deductor"), lambda row: row.deductor, width=16, stretch=True, sortable=True,
               detail=lambda row: row.tan),
        Column("code", _("Code"), lambda row: row.code, width=6),
        Column("paid", _("Amount paid"), lambda row: amount_text(row.paid_paise), "right", 11, gives_way=1),
        Column("tds", _("TDS"), lambda row: amount_text(row.deducted_paise), "right", 10, sortable=True),
        Column("status", _("Booking"), lambda row: row.status_text, width=15),
        Column("claimed", _("Claimed in"), lambda row: row.claimed_text or NONE, width=8, gives_way=2),
        Column("state", _("Status"), lambda row: state_text(row.state) if row.is_current else _("Corrected"),
               width=14, pill=True, tone=lambda row: state_tone(row.state) if row.is_current else "muted"),
    )  # fmt: skip


def _trail_columns() -> tuple[Column[TrailRow], ...]:
    return (
        Column("on", _("Date"), lambda row: row.on_text, width=11),
        Column("number", _("Paper"), lambda row: row.number or NONE, width=16, stretch=True,
               detail=lambda row: row.detail),
        Column("code", _("Code"), lambda row: row.code or NONE, width=7),
        Column("deducted", _("Deducted"), lambda row: row.deducted_text, "right", 11),
        Column("form_on", _("Form: date"), lambda row: row.form_text, width=11),
        Column("form_code", _("Form: code"), lambda row: row.form_code or NONE, width=9),
        Column("shown", _("Form shows"), lambda row: row.shown_text, "right", 11),
        Column("state", _("Status"), lambda row: state_text(row.state), width=14, pill=True,
               tone=lambda row: state_tone(row.state), detail=lambda row: _("by hand") if row.link else ""),
    )  # fmt: skip
