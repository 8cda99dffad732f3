"""What the portal asks of a GSTR-1 across its fields, judged on anybody's file, row by row as far as it can be read.

Each rule names its source. A missing section is no fault. Sources: GSTN's returns offline tool V3.2.4, as described
in onyb/gst spec/gstr1.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from core.facts import Facts
from core.fiscal import financial_year, month_bounds
from core.gst.gstin import GstinType
from core.gst.gstin import check as check_gstin
from core.problems import Problem
from core.returns.gstr1_hsn import NOT_COUNTED, SERVICES, TWO_LISTS_FROM
from core.returns.portal_reading import objects, paise_of, read_day, read_period, text
from core.words import translate as _

GST_BEGAN = dt.date(2017, 7, 1)
HSN_LENGTH_MIN = 4
HSN_LENGTH_FROM = dt.date(2021, 4, 1)
"""Before, a small turnover asked for two digits (Notification 78/2020 - Central Tax)."""
FIGURES = frozenset(
    (
        *("txval", "iamt", "camt", "samt", "csamt", "val", "ad_amt", "nil_amt", "expt_amt", "ngsup_amt"),
        *("suppval", "igst", "cgst", "sgst", "cess", "qty"),
    )
)
"""The keys whose figures take two decimals."""

_INVOICES = {
    "b2b": "ctin",
    "b2ba": "ctin",
    "b2cl": "pos",
    "b2cla": "pos",
    "exp": "exp_typ",
    "expa": "exp_typ",
}
_NOTES = {"cdnr": "ctin", "cdnra": "ctin"}
_LOOSE_NOTES = ("cdnur", "cdnura")
_TAXES = ("iamt", "camt", "samt", "csamt")

Found = Iterator[Problem]


class Paper(msgspec.Struct, frozen=True):
    """An invoice or note of a file, as far as it can be read. `under` is the value its group stands under."""

    section: str
    path: str
    under: str
    told: Mapping[str, Any]

    @property
    def is_note(self) -> bool:
        """Whether it is a credit or debit note."""
        return self.section.startswith("cdn")

    @property
    def is_amendment(self) -> bool:
        """Whether it corrects a paper of an earlier period."""
        return self.section.endswith("a")

    @property
    def number(self) -> str:
        """Its number, small letters made capitals."""
        return text(self.told.get("nt_num" if self.is_note else "inum")).upper()

    @property
    def date_text(self) -> str:
        """Its date as written."""
        return text(self.told.get("nt_dt" if self.is_note else "idt"))

    @property
    def dated_on(self) -> dt.date | None:
        """Its date, where it is one."""
        return read_day(self.date_text)

    @property
    def place(self) -> str:
        """Its place of supply."""
        return self.under if self.section.startswith("b2cl") else text(self.told.get("pos"))

    def told_items(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Its items with their paths."""
        found: list[tuple[str, Mapping[str, Any]]] = []
        for n, item in enumerate(objects(self.told.get("itms"))):
            inner = item.get("itm_det")
            if isinstance(inner, dict):
                found.append((f"{self.path}.itms[{n}].itm_det", inner))
            else:
                found.append((f"{self.path}.itms[{n}]", item))
        return found


def problems_across(value: Mapping[str, Any]) -> Found:
    """Everything that is wrong between the fields of a GSTR-1."""
    supplier = text(value.get("gstin"))[:2]
    period = read_period(value.get("fp"))
    papers = list(papers_of(value))
    yield from _decimals(value)
    yield from _turnover(value)
    yield from _dates(papers, period)
    yield from _numbers(papers)
    for paper in papers:
        yield from _of_paper(paper, supplier)
        yield from _large(paper, period)
    yield from _summaries(value, supplier)
    yield from _hsn(value, period)
    yield from _doc_issue(value)
    yield from _operators(value)


def papers_of(value: Mapping[str, Any]) -> Iterator[Paper]:
    """Every invoice and note of the file."""
    for section, key in (_INVOICES | _NOTES).items():
        inner = "nt" if section in _NOTES else "inv"
        for n, group in enumerate(objects(value.get(section))):
            for m, told in enumerate(objects(group.get(inner))):
                yield Paper(section, f"{section}[{n}].{inner}[{m}]", text(group.get(key)), told)
    for section in _LOOSE_NOTES:
        for n, told in enumerate(objects(value.get(section))):
            yield Paper(section, f"{section}[{n}]", "", told)


def _decimals(value: Mapping[str, Any]) -> Found:
    """Figures have two decimals at most (spec/gstr1/b2b.json: txval, val)."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, list):
            waiting += [(f"{path}[{n}]", inner) for n, inner in enumerate(one)]
        elif isinstance(one, dict):
            waiting += [(f"{path}.{key}" if path else key, inner) for key, inner in one.items()]
        elif isinstance(one, int | float) and path.rpartition(".")[2] in FIGURES and paise_of(one) is None:
            shown = str(one)[:40]
            yield Problem("DECIMALS", _("{figure} has more than two decimals").format(figure=shown), path)


def _turnover(value: Mapping[str, Any]) -> Found:
    """Turnover of last year and of this one are told together or not at all (spec/gstr1/upload-envelope.json)."""
    if ("gt" in value) != ("cur_gt" in value):
        missing = "cur_gt" if "gt" in value else "gt"
        yield Problem("TURNOVER", _("Both turnovers are told, gt and cur_gt, or neither"), missing)


def _dates(papers: list[Paper], period: dt.date | None) -> Found:
    """A paper's date lies between 1 July 2017 and the period's end, save in amendments (onyb/gst date.rs)."""
    for paper in papers:
        on, path = paper.dated_on, f"{paper.path}.{'nt_dt' if paper.is_note else 'idt'}"
        if on is None and paper.date_text:
            yield Problem("DATE", _("{date} is no day").format(date=paper.date_text[:20]), path)
        if on is None or paper.is_amendment:
            continue
        if on < GST_BEGAN or (period is not None and on > period):
            yield Problem(
                "DATE_WINDOW",
                _("{number} is dated outside the period: from 1 July 2017 to its last day").format(
                    number=paper.number[:40]
                ),
                path,
            )


def _numbers(papers: list[Paper]) -> Found:
    """One number a kind of paper and financial year, ignoring case (spec/gstr1/b2b.json: invoice_key)."""
    seen: set[tuple[bool, bool, str, int]] = set()
    for paper in papers:
        on = paper.dated_on
        if not paper.number or on is None:
            continue
        key = (paper.is_note, paper.is_amendment, paper.number, financial_year(on))
        if key in seen:
            yield Problem(
                "DUPLICATE",
                _("The number {number} stands in the file twice").format(number=paper.number[:40]),
                f"{paper.path}.{'nt_num' if paper.is_note else 'inum'}",
            )
        seen.add(key)


def _of_paper(paper: Paper, supplier: str) -> Found:
    told, kind = paper.told, text(paper.told.get("inv_typ"))
    if kind == "CBW" and told.get("rchrg") != "Y":  # spec/gstr1/b2b.json: b2b.cbw_requires_rchrg
        message = _("IGST inside the State is charged under reverse charge alone")
        yield Problem("CBW_REVERSE_CHARGE", message, f"{paper.path}.rchrg")
    if kind == "DE" and told.get("rchrg") == "Y":  # spec/gstr1/b2b.json: b2b.de_forbids_rchrg
        message = _("A deemed export is not under reverse charge")
        yield Problem("DE_REVERSE_CHARGE", message, f"{paper.path}.rchrg")
    yield from _place(paper, supplier)
    if bool(told.get("sbnum")) != bool(
        told.get("sbdt")
    ):  # spec/gstr1/exp.json: shipping bill, both or neither
        message = _("A shipping bill has a number and a date, or neither")
        yield Problem("SHIPPING_BILL", message, f"{paper.path}.{'sbdt' if told.get('sbnum') else 'sbnum'}")
    is_inter = _is_inter(paper, supplier, kind)
    without_tax = kind == "SEWOP" or "WOPAY" in paper.under or told.get("typ") == "EXPWOP"
    rates = set()
    for path, item in paper.told_items():
        rate = paise_of(item.get("rt"))
        if (
            rate is not None and rate in rates
        ):  # spec/gstr1/b2b.json: a second row of one rate replaces the first
            yield Problem("RATE_TWICE", _("Two items of one paper have the same rate"), f"{path}.rt")
        rates.add(rate)
        if without_tax and any(paise_of(item.get(key)) for key in _TAXES):
            message = _(
                "A supply without payment of tax bears no tax"
            )  # spec/gstr1/b2b.json, exp.json, cdnur.json
            yield Problem("WITHOUT_PAYMENT", message, path)
        yield from taxes_agree(item, path, is_inter=is_inter)


def _place(paper: Paper, supplier: str) -> Found:
    """Large sales to consumers go to another State; an export note has no place (spec/gstr1/b2cl.json, cdnur.json)."""
    path = f"{paper.path}.pos"
    if paper.section in _LOOSE_NOTES:
        is_domestic = paper.told.get("typ") == "B2CL"
        if is_domestic and not paper.place:
            yield Problem("PLACE_OF_SUPPLY", _("A note to a consumer names its place of supply"), path)
        if not is_domestic and paper.place:
            yield Problem("PLACE_OF_SUPPLY", _("A note on an export names no place of supply"), path)
        if not is_domestic:
            if paper.told.get("diff_percent") not in (None, 1):  # cdnur.exports_take_the_full_rate
                message = _("A note on an export takes the whole rate")
                yield Problem("DIFF_PERCENT", message, f"{paper.path}.diff_percent")
            return
    elif not paper.section.startswith("b2cl"):
        return
    if supplier and paper.place == supplier:
        message = _("The place of supply is the supplier's own State: this is no inter-State sale")
        yield Problem("PLACE_IS_SUPPLIERS", message, path)


def _large(paper: Paper, period: dt.date | None) -> Found:
    """A consumer's invoice of Table 5 is strictly above the limit (spec/gstr1/b2cl.json: val, min_exclusive).

    The law asks for the limit of the paper's day, the tool for that of the period: a file that meets either is taken.
    """
    value_paise = paise_of(paper.told.get("val"))
    days = [day for day in (paper.dated_on, period) if day is not None]
    if paper.section != "b2cl" or value_paise is None or not days:
        return
    facts = Facts.in_force()
    limits = [limit for day in days if (limit := facts.find_limit("b2cl", day)) is not None]
    if limits and value_paise <= min(limits):
        message = _("A consumer's invoice stands alone only above {limit} rupees; smaller ones are summed")
        yield Problem("B2CL_VALUE", message.format(limit=min(limits) // 100), f"{paper.path}.val")


def _is_inter(paper: Paper, supplier: str, kind: str) -> bool:
    """Whether a paper can only bear IGST (spec/gstr1/b2b.json: gstr1.tax_split)."""
    if paper.section[:3] in ("b2c", "exp") or paper.section in _LOOSE_NOTES:
        return True
    return kind in ("SEWP", "SEWOP", "CBW") or bool(supplier and paper.place and paper.place != supplier)


def taxes_agree(item: Mapping[str, Any], path: str, *, is_inter: bool) -> Found:
    """CGST equals SGST, and neither stands where IGST is due or beside it."""
    igst, cgst, sgst = (paise_of(item.get(key)) or 0 for key in ("iamt", "camt", "samt"))
    if cgst != sgst:
        yield Problem("CGST_SGST", _("CGST and SGST are not the same"), f"{path}.samt")
    if (cgst or sgst) and (is_inter or igst):
        message = _("A supply between States, to a SEZ or abroad bears IGST alone")
        yield Problem("TAX_HEAD", message, f"{path}.camt")


def _summaries(value: Mapping[str, Any], supplier: str) -> Found:
    seen: set[tuple[str, ...]] = set()
    for section in ("b2cs", "b2csa", "at", "ata", "txpd", "txpda"):
        for n, row in enumerate(objects(value.get(section))):
            path = f"{section}[{n}]"
            is_inter = row.get("sply_ty") == "INTER"
            if row.get("sply_ty") == "INTRA" and supplier and row.get("pos") != supplier:
                message = _("The place of supply is another State, so the supply is INTER")
                yield Problem("SUPPLY_TYPE", message, f"{path}.sply_ty")
            for inner, item in [(path, row)] if section == "b2cs" else _inner(row, path):
                yield from taxes_agree(item, inner, is_inter=is_inter)
            keys = ("omon", "sply_ty", "pos", "diff_percent", *(["rt"] if section == "b2cs" else []))
            key = (section, *(str(row.get(name)) for name in keys))
            if key in seen:
                yield _twice(path)
            seen.add(key)
    nil = value.get("nil")
    for n, row in enumerate(objects(nil.get("inv") if isinstance(nil, dict) else None)):
        key = ("nil", str(row.get("sply_ty")))
        if key in seen:
            yield _twice(f"nil.inv[{n}]")
        seen.add(key)


def _hsn(value: Mapping[str, Any], period: dt.date | None) -> Found:
    """Table 12 is one list to 04/2025 and two from then on; services have no quantity (spec/gstr1/hsn-b2b.json)."""
    table = value.get("hsn")
    if not isinstance(table, dict):
        return
    if period is not None:
        has_two = period >= month_bounds(TWO_LISTS_FROM)[0]
        for name in ("data",) if has_two else ("hsn_b2b", "hsn_b2c"):
            if table.get(name):
                message = _("Table 12 is one list until April 2025 and two from May 2025")
                yield Problem("HSN_LISTS", message, f"hsn.{name}")
    facts = Facts.in_force()
    for name in ("data", "hsn_b2b", "hsn_b2c"):
        seen: set[tuple[str, ...]] = set()
        for n, row in enumerate(objects(table.get(name))):
            path = f"hsn.{name}[{n}]"
            code = text(row.get("hsn_sc"))
            if code.startswith(SERVICES) and (row.get("uqc") != NOT_COUNTED or paise_of(row.get("qty"))):
                message = _("A service has the unit NA and no quantity")
                yield Problem("HSN_SERVICE", message, f"{path}.uqc")
            if code and len(code) < HSN_LENGTH_MIN and (period is None or period >= HSN_LENGTH_FROM):
                message = _("The portal takes codes of 4 to 8 digits")
                yield Problem("HSN", message, f"{path}.hsn_sc")
            unit = text(row.get("uqc"))
            if unit and facts.uqc(unit) is None:
                yield Problem("UQC", _("This is none of the portal's units"), f"{path}.uqc")
            key = (code, str(row.get("uqc")), str(row.get("rt")))
            if key in seen:
                yield _twice(path)
            seen.add(key)
            if paise_of(row.get("camt")) != paise_of(row.get("samt")):
                yield Problem("CGST_SGST", _("CGST and SGST are not the same"), f"{path}.samt")


def _doc_issue(value: Mapping[str, Any]) -> Found:
    """What is cancelled lies within what was issued, and the rest stands (spec/gstr1/docs.json)."""
    table = value.get("doc_issue")
    for n, nature in enumerate(objects(table.get("doc_det") if isinstance(table, dict) else None)):
        for m, row in enumerate(objects(nature.get("docs"))):
            total, off, net = (row.get(key) for key in ("totnum", "cancel", "net_issue"))
            if not all(isinstance(count, int) for count in (total, off, net)):
                continue
            if off > total or net != total - off:  # type: ignore[operator]
                yield Problem(
                    "DOC_COUNT",
                    _(
                        "The total less what is cancelled is what stands, and no more is cancelled than issued"
                    ),
                    f"doc_issue.doc_det[{n}].docs[{m}]",
                )


def _operators(value: Mapping[str, Any]) -> Found:
    """Rows of Table 14, one an operator (spec/gstr1/eco.json: rules, and record_key with its conflict)."""
    table = value.get("supeco")
    if not isinstance(table, dict):
        return
    for name in ("clttx", "paytx"):
        seen: set[str] = set()
        for n, row in enumerate(objects(table.get(name))):
            path, operator = f"supeco.{name}[{n}]", text(row.get("etin"))
            yield from _operator_figures(row, path)
            if name == "clttx" and operator and check_gstin(operator).type not in (None, GstinType.TCS):
                message = _("An operator who collects tax has a number of that form: C in the 14th place")
                yield Problem("OPERATOR", message, f"{path}.etin")
            if operator in seen:
                yield _twice(path)
            seen.add(operator)


def _operator_figures(row: Mapping[str, Any], path: str) -> Found:
    """Tax has the sign of the value it is on, and the two halves are the same."""
    net = paise_of(row.get("suppval")) or 0
    for key in ("igst", "cgst", "sgst", "cess"):
        if net * (paise_of(row.get(key)) or 0) < 0:
            yield Problem("SIGN", _("The tax has another sign than the value"), f"{path}.{key}")
    if (paise_of(row.get("cgst")) or 0) != (paise_of(row.get("sgst")) or 0):
        yield Problem("CGST_SGST", _("CGST and SGST are not the same"), f"{path}.sgst")


def _inner(row: Mapping[str, Any], path: str) -> list[tuple[str, Mapping[str, Any]]]:
    return [(f"{path}.itms[{n}]", item) for n, item in enumerate(objects(row.get("itms")))]


def _twice(path: str) -> Problem:
    """Rows with one key replace each other at the portal, they are not added."""
    return Problem("ROW_TWICE", _("Two rows say the same of one thing; the portal keeps only one"), path)
