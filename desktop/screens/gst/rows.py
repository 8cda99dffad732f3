"""The rows the GST screen shows, and how they are made of what the returns say. Free of Qt."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from core.advances.rules import Move
from core.gst.party_kind import PartyKind
from core.returns.finding import Finding
from core.returns.gaps import Gap
from core.returns.gstr1 import SectionTotal
from core.returns.gstr1_parts import Part
from core.returns.gstr3b import is_zero_rated, taxable, zero_rated
from core.returns.model import Month
from core.returns.periods import label
from core.returns.queries import Filable
from core.words import date_text
from core.words import translate as _
from desktop.ports import Place, Tone
from desktop.screens.gst.places import cure_of

NAMES = {"GSTR1": "GSTR-1", "IFF": "IFF", "GSTR3B": "GSTR-3B"}
_TAXES = ("igst_paise", "cgst_paise", "sgst_paise", "cess_paise")


@dataclass(frozen=True, slots=True)
class Sums:
    """What rows come to, in paise; notes lessen."""

    taxable_paise: int = 0
    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0

    @property
    def tax_paise(self) -> int:
        """All heads of tax, cess among them."""
        return self.igst_paise + self.cgst_paise + self.sgst_paise + self.cess_paise


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section of GSTR-1."""

    id: bytes
    code: str
    table: str
    title: str
    count: int
    sums: Sums

    @property
    def words(self) -> str:
        """What the filter looks in."""
        return f"{self.code} {self.table} {self.title}"


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A row of GSTR-3B."""

    id: bytes
    box: str
    title: str
    sums: Sums
    holds: Callable[[Part], bool]
    moves: bool = False
    """Whether advances count in it."""

    @property
    def words(self) -> str:
        """What the filter looks in."""
        return f"{self.box} {self.title}"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One thing that stands in the way, or is worth a look."""

    id: bytes
    weight: str
    tone: Tone
    about: str
    message: str
    remedy: str
    rule: str
    place: Place
    code: str = ""
    papers: frozenset[bytes] = frozenset()
    """The documents it speaks of at once."""

    @property
    def words(self) -> str:
        """What the filter looks in."""
        return f"{self.about} {self.message} {self.rule}"


@dataclass(frozen=True, slots=True)
class GapRow:
    """A number that no issued paper bears."""

    id: bytes
    gap: Gap
    series: str
    number: str
    state: str
    tone: Tone
    reason: str
    place: Place | None

    @property
    def asks_why(self) -> bool:
        """Whether somebody may say why it is missing."""
        return self.gap.why in ("unexplained", "explained", "other_device")

    @property
    def words(self) -> str:
        """What the filter looks in."""
        return f"{self.series} {self.number} {self.reason}"


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A return that is to be filed, or was."""

    id: bytes
    period: str
    title: str
    form: str
    due: str
    filed: str
    arn: str
    state: str
    tone: Tone

    @property
    def words(self) -> str:
        """What the filter looks in."""
        return f"{self.title} {self.form} {self.state} {self.arn}"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper behind a figure, with its part of it."""

    id: bytes
    number: str
    party: str
    gstin: str
    place: str
    dated_on: dt.date
    sums: Sums
    opens: Place | None

    @property
    def words(self) -> str:
        """What the filter looks in."""
        return f"{self.number} {self.party} {self.gstin}"


def state_of(row: Filable) -> tuple[str, Tone]:
    """How a return stands, in a word and its tone."""
    words: dict[str, tuple[str, Tone]] = {
        "filed": (_("Filed"), "success"),
        "overdue": (_("Overdue"), "danger"),
        "due": (_("Due"), "warning"),
        "running": (_("Running"), "muted"),
    }
    return words[row.state]


def section_row(total: SectionTotal) -> SectionRow:
    sums = Sums(
        total.taxable_paise, total.igst_paise, total.cgst_paise, total.sgst_paise, total.cess_paise
    )  # fmt: skip
    return SectionRow(total.section.encode(), total.section, total.table, total.title, total.count, sums)


def total_of(totals: Iterable[SectionTotal]) -> Sums:
    """The whole: what repeats other sections counts once."""
    counted = [(one, one.weight) for one in totals]
    return Sums(
        *(
            sum(getattr(one, f"{name}_paise") * weight for one, weight in counted)
            for name in ("taxable", "igst", "cgst", "sgst", "cess")
        )
    )


def total_of_papers(rows: Iterable[PaperRow]) -> Sums:
    """What papers come to together."""
    found = [row.sums for row in rows]
    return Sums(*(sum(getattr(sums, name) for sums in found) for name in ("taxable_paise", *_TAXES)))


def box_rows(parts: Sequence[Part], month: Month) -> list[BoxRow]:
    def taxed(part: Part) -> bool:
        return part.section not in ("nil", "none") and not is_zero_rated(part)

    def zero(part: Part) -> bool:
        return part.section not in ("nil", "none") and is_zero_rated(part)

    def untaxed(part: Part) -> bool:
        return bool(part.nil_paise or part.exempt_paise)

    def outside(part: Part) -> bool:
        return bool(part.non_gst_paise)

    def operators(part: Part) -> bool:
        return part.section == "none"

    heads = (taxable(parts, month), zero_rated(parts))
    first, second = (
        Sums(h.taxable_paise, h.igst_paise, h.cgst_paise, h.sgst_paise, h.cess_paise) for h in heads
    )
    nil = sum(part.sign * (part.nil_paise + part.exempt_paise) for part in parts)
    non_gst = sum(part.sign * part.non_gst_paise for part in parts)
    eco = sum(part.sign * part.taxable_paise for part in parts if operators(part))
    return [
        BoxRow(
            b"a", "3.1(a)", _("Outward taxable supplies, other than zero-rated and nil"), first, taxed, True
        ),
        BoxRow(b"b", "3.1(b)", _("Outward taxable supplies, zero-rated"), second, zero),
        BoxRow(b"c", "3.1(c)", _("Other outward supplies, nil-rated and exempt"), Sums(nil), untaxed),
        BoxRow(b"e", "3.1(e)", _("Outward supplies outside GST"), Sums(non_gst), outside),
        BoxRow(b"eco", "3.1.1(ii)", _("Supplies whose tax the operator pays"), Sums(eco), operators),
        *_places(parts),
    ]


def _places(parts: Sequence[Part]) -> Iterable[BoxRow]:
    """Table 3.2: what of 3.1(a) went to other States, to buyers who take no credit, by place of supply."""
    titles = {
        PartyKind.UNREGISTERED: _("To unregistered persons in {state}"),
        PartyKind.COMPOSITION: _("To composition taxpayers in {state}"),
        PartyKind.UIN: _("To holders of a UIN in {state}"),
    }
    for kind, title in titles.items():
        kinds = (kind, PartyKind.OVERSEAS) if kind is PartyKind.UNREGISTERED else (kind,)

        def goes(part: Part, place: str = "", kinds: Sequence[str] = kinds) -> bool:
            document = part.document
            is_taxed = part.section not in ("nil", "none") and not is_zero_rated(part)
            is_there = place in ("", document.place_of_supply)
            return is_taxed and is_there and document.supply == "INTER" and document.buyer.kind in kinds

        places = {part.document.place_of_supply: part.document.place_name for part in parts if goes(part)}
        for code, name in sorted(places.items()):
            holds = partial(goes, place=code)
            sums = _sums_of(part for part in parts if holds(part))
            text = title.format(state=name or code)
            yield BoxRow(f"{kind} {code}".encode(), "3.2", text, sums, holds)


def _sums_of(parts: Iterable[Part]) -> Sums:
    found = [0, 0, 0, 0, 0]
    for part in parts:
        found[0] += part.sign * part.taxable_paise
        for at, name in enumerate(_TAXES, 1):
            found[at] += part.sign * sum(getattr(head, name) for head in part.heads)
    return Sums(*found)


def paper_rows(parts: Iterable[Part]) -> Sequence[PaperRow]:
    rows = []
    for n, part in enumerate(parts):
        document = part.document
        sums = _sums_of([part])
        record = part.reported.id
        rows.append(
            PaperRow(
                id=n.to_bytes(4, "big"),
                number=document.number,
                party=document.buyer.name,
                gstin=document.buyer.gstin,
                place=document.place_of_supply,
                dated_on=document.dated_on,
                sums=sums,
                opens=None if record is None else Place("invoices", record),
            )
        )
    return rows


def move_row(move: Move, sign: int) -> PaperRow:
    words = {
        "received": _("Advance received"),
        "adjusted": _("Advance set off"),
        "refunded": _("Advance given back"),
    }
    sums = Sums(
        *(
            sign * getattr(move, f"{name}_paise")
            for name in ("taxable", "igst", "cgst", "sgst", "cess")
        )
    )  # fmt: skip
    key = f"{move.number} {move.what} {move.moved_on} {sums.taxable_paise}".encode()
    place = None if move.voucher is None else Place("receipts", move.voucher)
    return PaperRow(key, move.number, words[move.what], "", move.place_of_supply, move.moved_on, sums, place)


def check_row(n: int, one: Finding, period: str, filing: str) -> CheckRow:
    line = _("line {number}").format(number=one.line) if one.line else ""
    return CheckRow(
        id=n.to_bytes(4, "big"),
        weight=_("In the way") if one.blocks else _("Look"),
        tone="danger" if one.blocks else "warning",
        about=" · ".join(part for part in (one.number, line) if part),
        message=one.message,
        remedy=one.remedy,
        rule=one.rule,
        place=cure_of(one, period, filing),
        code=one.code,
        papers=frozenset(one.papers),
    )


def gap_row(one: Gap) -> GapRow:
    words: dict[str, tuple[str, Tone]] = {
        "cancelled": (_("Cancelled"), "muted"),
        "held": (_("Held"), "warning"),
        "void": (_("Voided"), "muted"),
        "unused": (_("Never issued"), "muted"),
        "other_device": (_("Another device"), "warning"),
        "explained": (_("Explained"), "muted"),
        "unexplained": (_("Missing"), "danger"),
    }
    state, tone = words[one.why]
    number = one.number
    if one.last:
        number = _("{first} to {last} ({count})").format(first=one.number, last=one.last, count=one.count)
    is_document = one.paper is not None and one.why in ("cancelled", "held", "void")
    screen = "receipts" if one.type in ("RCV", "RFV") else "invoices"
    place = Place(screen, one.paper) if is_document else None
    key = f"{one.type} {one.number}".encode()
    return GapRow(key, one, one.series, number, state, tone, one.words, place)


def period_row(row: Filable, filing: str) -> PeriodRow:
    state, tone = state_of(row)
    filed = date_text(row.filed_on) if row.filed_on is not None else ""
    return PeriodRow(
        f"{row.form} {row.period}".encode(), row.period, label(row.period, filing), NAMES[row.form],
        date_text(row.due_on), filed, row.arn, state, tone,
    )  # fmt: skip
