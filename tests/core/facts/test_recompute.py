"""No pack rewrites history: every month since the tax began settles alike after a pack that changes later days."""

import datetime as dt
from functools import cache
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.company.model import Address, Registration
from core.facts import Facts
from core.facts.changes import changes_in
from core.facts.reader import put_in_force
from core.facts.records import BankRate, Dated, Days, Limit, Rate, State, Uqc, UsualRate
from core.gst.section import section_of, table_of
from core.invoicing.model import Document, Draft, DraftLine, Original
from core.invoicing.settling import settled, sold_of
from core.parties.model import Party
from tests.core.books import COMPANY
from tests.core.facts.packs import a_pack, shipped
from tests.core.invoicing.trade import BANYAN, BILL, LOTUS

FIRST, LAST = dt.date(2017, 7, 1), dt.date(2026, 11, 21)
FAR = Party(
    code="FAR",
    name="Far Away",
    registration=Registration("unregistered", "", "27"),
    address=Address("1 Marine Drive", "", "Mumbai", "27", "400001"),
)
ABROAD = Party(code="ACME", name="Acme", registration=Registration("overseas"), address=Address(country="US"))
CHANGED = (
    "rates",
    "limits",
    "hsn_digits",
    "days",
    "usual_rates",
    "states",
    "uqcs",
    "ports",
    "bank_rates",
    "tds",
    "hsn",
)


class Answer(NamedTuple):
    """A document as settled, its version aside, and where it stands in the returns."""

    document: Document
    section: str
    table: str


class Asked(NamedTuple):
    """A draft and whose it is."""

    draft: Draft
    party: Party


def months() -> list[dt.date]:
    """The fifteenth of every month since the tax began."""
    return [
        dt.date(year, month, 15)
        for year in range(2017, 2027)
        for month in range(1, 13)
        if FIRST <= dt.date(year, month, 15) <= LAST
    ]


def asked(on: dt.date) -> list[Asked]:
    """What is sold in a month: to registered, near and far consumers, abroad, and a note on an older sale."""
    rate_bp = 2_800 if on < dt.date(2026, 2, 1) else 4_000
    big = DraftLine(
        description="Pan masala", hsn="21069020", price_tenthousandths=1_500_000_000, rate_bp=rate_bp
    )
    small = DraftLine(description="Pump", hsn="84138190", price_tenthousandths=700_000_000, unit="NOS")
    older = max(FIRST, on - dt.timedelta(days=200))
    note = Draft(
        type="CRN", lines=(small,), original=Original("A/1", older, value_paise=180_000_00), reason="return"
    )
    drafts = [
        Asked(BILL, LOTUS),
        Asked(BILL, BANYAN),
        Asked(Draft(lines=(big,)), FAR),
        Asked(Draft(lines=(small,)), FAR),
        Asked(Draft(lines=(small,), with_payment=False), ABROAD),
        Asked(note, FAR),
    ]
    return [Asked(msgspec.structs.replace(one.draft, dated_on=on), one.party) for one in drafts]


def answers(facts: Facts, on: dt.date) -> list[Answer]:
    """A month's documents, settled by these facts alone."""
    put_in_force(facts)
    found = []
    for draft, party in asked(on):
        document = settled(draft, company=COMPANY, party_id=b"p" * 16, party=party, items={}, facts=facts)
        sold = sold_of(document)
        section = section_of(sold, "taxable", facts)
        plain = msgspec.structs.replace(document, facts_version="")
        found.append(Answer(plain, section, table_of(sold, section)))
    return found


@cache
def as_shipped(on: dt.date) -> list[Answer]:
    return answers(Facts.shipped(), on)


def altered(row: Dated) -> Dated:
    """The same fact with another figure, in whatever figure it has."""
    match row:
        case Limit():
            return msgspec.structs.replace(row, amount=f"{int(row.amount) // 2 + 1}")
        case Rate():
            return msgspec.structs.replace(row, rate=f"7{row.rate}")
        case BankRate():
            return msgspec.structs.replace(row, rate="9.75")
        case Days():
            return msgspec.structs.replace(row, count=row.count + 1)
        case UsualRate():
            return msgspec.structs.replace(row, rate="18", treatment="taxable", note="")
        case State() | Uqc():
            return msgspec.structs.replace(row, source="moved")
        case _:
            return row


def later(rows: list[Dated], day: dt.date, picked: int) -> list[Dated]:
    """A table in which every `picked`th open fact ends on the eve of a day, and holds otherwise from then on."""
    after: list[Dated] = []
    for place, row in enumerate(rows):
        open_then = row.applies and (row.since is None or row.since < day) and row.until is None
        if not open_then or place % picked:
            after.append(row)
            continue
        after.append(msgspec.structs.replace(row, until=day - dt.timedelta(days=1)))
        after.append(msgspec.structs.replace(altered(row), since=day))
    return after


@pytest.mark.slow
@settings(max_examples=20)
@example(day=dt.date(2024, 8, 1), tables={"limits", "rates", "hsn_digits"}, picked=1)
@given(
    day=st.dates(dt.date(2017, 7, 16), dt.date(2027, 12, 31)),
    tables=st.sets(st.sampled_from(CHANGED), min_size=1),
    picked=st.integers(1, 3),
)
def test_what_was_settled_before_a_change_settles_alike_after_it(
    day: dt.date, tables: set[str], picked: int
) -> None:
    pack = a_pack({table: later(shipped(table), day, picked) for table in tables})
    facts = pack.over(Facts.shipped())
    assert all(change.since is None or change.since >= day for change in changes_in(pack, Facts.shipped()))
    for on in months():
        if on < day:
            assert answers(facts, on) == as_shipped(on), f"{on} changed with a pack of {day}"


def test_a_pack_does_change_what_comes_after() -> None:
    day = dt.date(2026, 6, 1)
    facts = a_pack({"limits": later(shipped("limits"), day, 1)}).over(Facts.shipped())
    before, after = dt.date(2026, 5, 15), dt.date(2026, 6, 15)
    assert [one.section for one in as_shipped(after)] == ["b2b", "b2cs", "b2cl", "b2cs", "exp", "cdnur"]
    assert [one.section for one in answers(facts, before)] == [one.section for one in as_shipped(before)]
    assert [one.section for one in answers(facts, after)] == ["b2b", "b2cs", "b2cl", "b2cl", "exp", "cdnur"]


def test_a_late_note_goes_by_the_limit_of_the_sale_it_answers() -> None:
    on, party = dt.date(2024, 8, 15), FAR
    line = DraftLine(description="Pump", hsn="84138190", price_tenthousandths=700_000_000)
    sections = []
    for sold_on in (dt.date(2024, 7, 31), dt.date(2024, 8, 1)):
        original = Original("A/1", sold_on, value_paise=200_000_00)
        draft = Draft(type="CRN", lines=(line,), original=original, reason="return", dated_on=on)
        document = settled(
            draft, company=COMPANY, party_id=b"p" * 16, party=party, items={}, facts=Facts.shipped()
        )
        sections.append(section_of(sold_of(document), "taxable", Facts.shipped()))
    assert sections == ["b2cs", "cdnur"]


@pytest.mark.parametrize("on", months())
def test_every_month_has_its_law(on: dt.date) -> None:
    facts = Facts.shipped()
    assert {500, 1_800} <= facts.rates_on(on)
    assert facts.limit("b2cl", on) in (100_000_00, 250_000_00)
    assert facts.bank_rate_bp(on) > 0
    assert facts.schema_version("gstr1", on)
    assert facts.return_due("GSTR3B", f"{on:%Y-%m}", "monthly", "29") > on
    assert all(answer.document.totals.invoice_value_paise > 0 for answer in as_shipped(on))
