"""A return as an Excel workbook: a sheet a section, with the papers behind each sum; figures as figures, days as days.

The columns follow those of GSTN's returns offline tool (its workbook, V3.2.4), with the tax beside them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from core import sheets
from core.advances.rules import Move
from core.facts import Facts
from core.fiscal import return_period
from core.gst.section import export_type, invoice_type
from core.returns import gstr1
from core.returns.finding import Finding
from core.returns.gstr1_hsn import hsn_rows
from core.returns.gstr1_parts import Head, Part, parts_of
from core.returns.gstr1_summaries import advances, b2cs, nil
from core.returns.gstr3b import gstr3b
from core.returns.model import Month
from core.returns.portal import Json
from core.returns.table13 import NATURES, runs
from core.sheets import Sheet, days, figures, money, numbers, quantities, rates, words
from core.words import translate as _

Getter = Callable[[Part, Head], Any]
BY_PAPER = ("b2b", "b2ba", "b2cl", "b2cla", "exp", "expa", "cdnr", "cdnra", "cdnur", "cdnura", "b2cs", "nil")
ADVANCES = ("at", "txpd")
_TAXES = ("taxable", "igst", "cgst", "sgst", "cess")


def write_workbook(
    month: Month,
    target: Path | BinaryIO,
    facts: Facts,
    *,
    whole: Month | None = None,
    findings: Sequence[Finding] = (),
) -> None:
    """Write the workbook of a return to a file.

    `whole` is what the GSTR-3B of the period takes (`month` itself where it is not given); `findings` are those of
    the pre-flight, on a sheet of their own.
    """
    sheets.write(target, workbook_sheets(month, facts, whole=whole, findings=findings))


def workbook_sheets(
    month: Month, facts: Facts, *, whole: Month | None = None, findings: Sequence[Finding] = ()
) -> list[Sheet]:
    """The sheets of a return's workbook; sections that hold nothing have none."""
    parts = parts_of(month, facts)
    found = [_summary(month, facts)]
    for section in BY_PAPER:
        told = [
            part for part in parts if part.section == section and not part.is_former and not part.is_furnished
        ]
        if told:
            found += _of_section(section, told, parts)
    for section in ADVANCES:
        moves = gstr1.moves_in(month, section)
        if moves:
            found += [_advances(section, moves), _moves(section, moves)]
    if month.amendments:
        found.append(_amendments(month))
    found += [_hsn(name, rows, facts) for name, rows in hsn_rows(parts, month.period, facts).items() if rows]
    if month.numbers:
        found.append(_docs(month))
    found.append(_gstr3b(whole or month, facts))
    if findings:
        found.append(_findings(findings))
    return found


def _summary(month: Month, facts: Facts) -> Sheet:
    """Every section with its sums."""
    columns = (
        words("gstin", _("GSTIN"), 18), words("period", _("Period"), 10), words("section", _("Section"), 12),
        words("table", _("Table"), 16), words("title", _("Title"), 40), numbers("count", _("Papers")), *_tax_columns(),
    )  # fmt: skip
    rows = [
        (month.gstin, return_period(month.period), one.section, one.table, one.title, one.count, one.taxable_paise,
         one.igst_paise, one.cgst_paise, one.sgst_paise, one.cess_paise)
        for one in gstr1.sections(month, facts)
    ]  # fmt: skip
    return Sheet("summary", columns, rows, is_summed=False)


def _of_section(section: str, told: Sequence[Part], parts: Sequence[Part]) -> list[Sheet]:
    """A section that names papers has one sheet; one that only sums has its sums, then the papers behind them."""
    if section == "b2cs":
        return [_consumers(parts), _by_paper(section, told, f"{section} papers")]
    if section == "nil":
        return [_untaxed(parts), _by_paper(section, told, f"{section} papers")]
    return [_by_paper(section, told, section)]


def _consumers(parts: Sequence[Part]) -> Sheet:
    """Table 7, as the file has it."""
    columns = (
        words("type", _("Type"), 6), words("supply", _("Supply"), 8), words("place", _("Place of supply"), 8),
        words("applicable", _("Applicable %"), 9), rates("rate", _("Rate")), *_tax_columns(),
    )  # fmt: skip
    rows = [
        (row["typ"], row["sply_ty"], row["pos"], "65" if "diff_percent" in row else "", figures(row["rt"]),
         *_taxes_of(row, "txval"))
        for row in b2cs(parts)
    ]  # fmt: skip
    return Sheet("b2cs", columns, rows)


def _untaxed(parts: Sequence[Part]) -> Sheet:
    """Table 8, as the file has it."""
    names = ("nil_amt", "expt_amt", "ngsup_amt")
    titles = (_("Nil-rated"), _("Exempt"), _("Non-GST"))
    amounts = (money(name, title) for name, title in zip(names, titles, strict=True))
    rows = [(row["sply_ty"], *(figures(row[name]) for name in names)) for row in nil(parts)]
    return Sheet("nil", (words("supply", _("Supply"), 12), *amounts), rows)


def _advances(section: str, moves: Sequence[tuple[Move, int]]) -> Sheet:
    """Table 11A or 11B, as the file has it."""
    columns = (
        words("supply", _("Supply"), 8), words("place", _("Place of supply"), 8), rates("rate", _("Rate")),
        *_tax_columns(),
    )  # fmt: skip
    rows = [
        (row["sply_ty"], row["pos"], figures(item["rt"]), *_taxes_of(item, "ad_amt"))
        for row in advances(moves)
        for item in row["itms"]
    ]
    return Sheet(section, columns, rows)


def _taxes_of(row: Json, value: str) -> Iterator[int]:
    return (figures(row.get(name, 0)) for name in (value, "iamt", "camt", "samt", "csamt"))


def _by_paper(section: str, parts: Iterable[Part], name: str) -> Sheet:
    """The papers of a section, a row a rate."""
    columns, getters = zip(*_paper_columns(section), strict=True)
    rows = []
    for part in parts:
        heads = part.heads or (Head(0),)
        rows += [tuple(getter(part, head) for getter in getters) for head in heads]
    return Sheet(name, columns, rows)


def _paper_columns(section: str) -> list[tuple[sheets.Column, Getter]]:
    found: list[tuple[sheets.Column, Getter]] = [
        (words("gstin", _("GSTIN of recipient"), 18), lambda part, _head: part.document.buyer.gstin),
        (words("name", _("Recipient"), 30), lambda part, _head: part.document.buyer.name),
        (words("type", _("Type"), 6), lambda part, _head: part.document.type),
        (words("number", _("Number"), 18), lambda part, _head: part.document.number),
        (days("date", _("Date")), lambda part, _head: part.document.dated_on),
    ]
    if section.endswith("a") or section in ("cdnr", "cdnur"):
        found += [
            (words("original", _("Original number"), 18), lambda part, _head: _earlier(part, "number")),
            (days("original_on", _("Original date")), lambda part, _head: _earlier(part, "dated_on")),
        ]
    found += [
        (
            money("value", _("Value")),
            lambda part, _head: part.sign * part.document.totals.invoice_value_paise,
        ),
        (words("place", _("Place of supply"), 22), _place),
        (
            words("reverse", _("Reverse charge"), 9),
            lambda part, _head: "Y" if part.document.reverse_charge else "N",
        ),
        (words("portal_type", _("Portal's type"), 9), _portal_type),
        (rates("applicable", _("Applicable %")), lambda part, _head: part.document.applicable_percent_bp),
        (words("operator", _("E-commerce GSTIN"), 18), _operator),
    ]
    if section.startswith("exp"):
        found += _shipping_columns()
    if section == "nil":
        return found + _nil_columns()
    return [*found, (rates("rate", _("Rate")), lambda _part, head: head.rate_bp), *_head_columns()]


def _earlier(part: Part, what: str) -> Any:
    """The paper that this one corrects, else the one it answers."""
    named = part.document.amends or part.document.original
    return getattr(named, what) if named is not None else None


def _place(part: Part, _head: Head) -> str:
    document = part.document
    return "-".join(word for word in (document.place_of_supply, document.place_name) if word)


def _portal_type(part: Part, _head: Head) -> str:
    """The portal's inv_typ or exp_typ."""
    return invoice_type(part.sold, part.section) or export_type(part.sold) or ""


def _operator(part: Part, _head: Head) -> str:
    return part.document.ecommerce.gstin if part.document.ecommerce is not None else ""


def _shipping_columns() -> list[tuple[sheets.Column, Getter]]:
    def bill(what: str) -> Getter:
        return lambda part, _head: getattr(part.document.shipping_bill, what, None)

    return [
        (words("port", _("Port code"), 10), bill("port")),
        (words("bill", _("Shipping bill"), 12), bill("number")),
        (days("bill_on", _("Shipping bill date")), bill("dated_on")),
    ]


def _nil_columns() -> list[tuple[sheets.Column, Getter]]:
    return [
        (money("nil", _("Nil-rated")), lambda part, _head: part.sign * part.nil_paise),
        (money("exempt", _("Exempt")), lambda part, _head: part.sign * part.exempt_paise),
        (money("non_gst", _("Non-GST")), lambda part, _head: part.sign * part.non_gst_paise),
    ]


def _head_columns() -> list[tuple[sheets.Column, Getter]]:
    def figure(name: str) -> Getter:
        return lambda part, head: part.sign * getattr(head, f"{name}_paise")

    return list(zip(_tax_columns(), map(figure, _TAXES), strict=True))


def _moves(section: str, moves: Iterable[tuple[Move, int]]) -> Sheet:
    """What moved of advances behind Table 11A or 11B."""
    columns = (
        words("number", _("Number"), 18), days("moved_on", _("Date")), days("received_on", _("Received on")),
        words("place", _("Place of supply"), 8), rates("rate", _("Rate")), *_tax_columns(),
    )  # fmt: skip
    rows = [
        (move.number, move.moved_on, move.received_on, move.place_of_supply, move.rate_bp,
         *(sign * getattr(move, f"{name}_paise") for name in _TAXES))
        for move, sign in moves
    ]  # fmt: skip
    return Sheet(f"{section} papers", columns, rows)


def _amendments(month: Month) -> Sheet:
    columns = (
        words("section", _("Section"), 8), words("period", _("Period"), 10), words("place", _("Place of supply"), 8),
        rates("applicable", _("Applicable %")), rates("rate", _("Rate")), money("taxable", _("Taxable value")),
        money("cess", _("Cess")),
    )  # fmt: skip
    rows = [
        (f"{row.section}a", return_period(row.period), row.place_of_supply, row.applicable_percent_bp, row.rate_bp,
         row.taxable_paise, row.cess_paise)
        for row in month.amendments
    ]  # fmt: skip
    return Sheet("amended rows", columns, rows, is_summed=False)


def _hsn(name: str, rows: Iterable[Any], facts: Facts) -> Sheet:
    columns = (
        words("hsn", _("HSN or SAC"), 12), words("description", _("Description"), 40), words("unit", _("UQC"), 7),
        quantities("quantity", _("Quantity")), rates("rate", _("Rate")), *_tax_columns(),
    )  # fmt: skip
    cells = []
    for row in rows:
        known = facts.hsn(row.code)
        described = known.description if known is not None else row.description
        taxes = (getattr(row.head, f"{tax}_paise") for tax in _TAXES)
        cells.append((row.code, described, row.unit, row.quantity_thousandths, row.head.rate_bp, *taxes))
    return Sheet("hsn" if name == "data" else name, columns, cells)


def _docs(month: Month) -> Sheet:
    columns = (
        words("nature", _("Nature of document"), 40), words("first", _("From"), 18), words("last", _("Up to"), 18),
        numbers("total", _("Total number")), numbers("cancelled", _("Cancelled")), numbers("net", _("Net issued")),
    )  # fmt: skip
    rows = [
        (NATURES[run.nature - 1], run.first, run.last, run.total, run.cancelled, run.net)
        for run in runs(month.numbers)
    ]
    return Sheet("docs", columns, rows)


def _gstr3b(whole: Month, facts: Facts) -> Sheet:
    """3.1 and 3.2, as the file has them."""
    columns = (
        words("table", _("Table"), 8), words("nature", _("Nature of supplies"), 50),
        words("place", _("Place of supply"), 8), *_tax_columns(),
    )  # fmt: skip
    value = gstr3b(whole, facts)
    rows: list[tuple[Any, ...]] = []
    for key, (table, title) in _boxes().items():
        box = value["sup_details"][key]
        taxes = (figures(box.get(name, 0)) for name in ("txval", "iamt", "camt", "samt", "csamt"))
        rows.append((table, title, "", *taxes))
    for key, title in _buyers().items():
        rows += [
            ("3.2", title, row["pos"], figures(row["txval"]), figures(row["iamt"]), 0, 0, 0)
            for row in value.get("inter_sup", {}).get(key, [])
        ]
    return Sheet("gstr3b", columns, rows, is_summed=False)


def _findings(findings: Iterable[Finding]) -> Sheet:
    columns = (
        words("severity", _("Weight"), 10), words("number", _("Paper"), 24), numbers("line", _("Line")),
        words("message", _("What is wrong"), 60), words("rule", _("Rule"), 40), words("remedy", _("Remedy"), 50),
    )  # fmt: skip
    weights = {"blocks": _("Blocks"), "warns": _("Warns")}
    rows = [
        (weights[one.severity], one.number, one.line, one.message, one.rule, one.remedy) for one in findings
    ]
    return Sheet("preflight", columns, rows, is_summed=False)


def _tax_columns() -> tuple[sheets.Column, ...]:
    titles = (_("Taxable value"), _("IGST"), _("CGST"), _("SGST"), _("Cess"))
    return tuple(money(name, title) for name, title in zip(_TAXES, titles, strict=True))


def _boxes() -> dict[str, tuple[str, str]]:
    return {
        "osup_det": ("3.1(a)", _("Outward taxable supplies")),
        "osup_zero": ("3.1(b)", _("Zero-rated supplies")),
        "osup_nil_exmp": ("3.1(c)", _("Nil-rated and exempt supplies")),
        "isup_rev": ("3.1(d)", _("Inward supplies under reverse charge")),
        "osup_nongst": ("3.1(e)", _("Supplies outside GST")),
    }


def _buyers() -> dict[str, str]:
    return {
        "unreg_details": _("Unregistered buyers in other States"),
        "comp_details": _("Composition dealers in other States"),
        "uin_details": _("Holders of a UIN in other States"),
    }
