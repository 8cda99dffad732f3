"""GST by keys alone: a period's sections, the papers behind a figure, what stands in the way, files, filing."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import openpyxl
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.book import Book, Work
from core.clock import FixedClock
from core.company.commands import save_company
from core.company.model import Address, Registration
from core.company.queries import company as kept_company
from core.ids import Id
from core.invoicing.commands import cancel_document, issue_document
from core.invoicing.model import Draft, DraftLine, Original
from core.parties.commands import save_party
from core.parties.model import Party
from core.returns.queries import filed_returns
from core.returns.rules import GSTR1
from core.statements.queries import ageing
from desktop.ports import Period
from tests.core.books import COMPANY, TODAY, a_book
from tests.journeys.counter import Counter, accessible_names, at_the_counter

pytestmark = pytest.mark.journey
D = dt.date
PINS = {"33": "600002", "29": "560025", "27": "411001"}
BUYERS = (
    ("LOTUS", "Lotus Foods", "registered", "33AAFCL2204B1ZD", "33"),
    ("KAVERI", "Kaveri Pharma", "registered", "29AAFCL2204B1Z2", "29"),
    ("SITA", "Sita Mills", "unregistered", "", "29"),
    ("RAVI", "Ravi Stores", "unregistered", "", "27"),
)


def a_trade(work: Work) -> dict[str, Id]:
    """Two months of sales to buyers of every kind, with a note and a cancelled bill."""
    parties = {
        code: save_party(
            work,
            Party(
                code=code,
                name=name,
                registration=Registration(kind=kind, gstin=gstin, state_code=state),
                address=Address(line1="7 Mount Road", city="Town", state_code=state, pincode=PINS[state]),
            ),
        )
        for code, name, kind, gstin, state in BUYERS
    }
    made: dict[str, Id] = {}
    for n, (code, day, rupees, rate_bp) in enumerate(
        (
            ("LOTUS", D(2026, 9, 3), 50_000, 1800), ("KAVERI", D(2026, 9, 10), 20_000, 500),
            ("LOTUS", D(2026, 10, 5), 1_20_000, 1800), ("KAVERI", D(2026, 10, 8), 45_500, 1800),
            ("SITA", D(2026, 10, 9), 7_250, 500), ("RAVI", D(2026, 10, 12), 1_50_000, 1800),
            ("RAVI", D(2026, 10, 15), 3_000, 0), ("SITA", D(2026, 10, 20), 2_000, 1800),
        )
    ):  # fmt: skip
        line = DraftLine(
            description="Dosing pump", hsn="84138190", price_tenthousandths=rupees * 10_000, rate_bp=rate_bp,
            treatment="taxable" if rate_bp else "exempt",
        )  # fmt: skip
        draft = Draft(party=parties[code], dated_on=day, lines=(line,))
        made[f"{code}{n}"] = issue_document(work, draft, today=TODAY, date_confirmed=True)
    cancel_document(work, made["SITA7"], on=D(2026, 10, 21), reason="keyed twice")
    first = work.paper(made["LOTUS2"])
    line = DraftLine(
        description="Dosing pump", hsn="84138190", price_tenthousandths=20_000 * 10_000, rate_bp=1800
    )
    note = Draft(
        type="CRN", party=parties["LOTUS"], dated_on=D(2026, 10, 25), lines=(line,), reason="return",
        original=Original(first.number, first.dated_on, made["LOTUS2"]),
    )  # fmt: skip
    issue_document(work, note, today=TODAY)
    return made


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    company = msgspec.structs.replace(COMPANY, turnover_paise=4_00_00_000_00)
    with a_book(tmp_path, company=company) as made:
        made.write("Trade", a_trade)
        yield made


@pytest.fixture
def counter(qapp: QApplication, book: Book) -> Iterator[Counter]:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "gst", "invoices") as made:
        made.until(lambda: made.view.presenter.whole is not None)
        made.until(lambda: made.view._tables["sections"].model.rowCount() > 0)
        yield made


def rows(counter: Counter, table: str) -> list[object]:
    model = counter.view._tables[table].model
    return [model.row(n) for n in range(model.rowCount())]


def test_it_opens_on_the_oldest_return_that_is_due(counter: Counter) -> None:
    assert counter.view._header.title() == "GST · September 2026"
    counter.press("]")
    counter.until(lambda: counter.view._header.title() == "GST · October 2026")
    found = {row.code: row for row in rows(counter, "sections")}  # type: ignore[attr-defined]
    assert {"b2b", "b2cl", "b2cs", "nil", "cdnr", "doc_issue"} <= set(found)
    assert found["b2b"].sums.taxable_paise == 1_65_500_00
    assert found["b2cl"].sums.igst_paise == 27_000_00
    assert found["cdnr"].sums.taxable_paise == -20_000_00
    assert accessible_names(counter.window) == []
    counter.shot("gst")


def test_enter_drills_from_a_section_to_a_paper_and_esc_comes_back(counter: Counter) -> None:
    counter.press("]")
    counter.until(lambda: len(rows(counter, "sections")) > 4)
    counter.press("Home", "Return")
    counter.until(
        lambda: counter.view._papers is not None and counter.view._papers.table.model.rowCount() == 2
    )
    counter.shot("gst_papers")
    counter.press("Esc")
    assert counter.view._papers is None
    counter.press("Return")
    counter.until(
        lambda: counter.view._papers is not None and counter.view._papers.table.model.rowCount() == 2
    )
    counter.press("Return")
    assert counter.here()[0] == "invoices"


def test_each_table_has_its_key(counter: Counter) -> None:
    for n, shot in enumerate(("gst_checks", "gst_3b", "gst_gaps", "gst_periods"), 2):
        counter.press(f"Ctrl+{n}")
        counter.shot(shot)
    periods = rows(counter, "periods")
    assert {row.state for row in periods} >= {"Overdue", "Running"}  # type: ignore[attr-defined]
    counter.press("Ctrl+3")
    boxes = {row.box: row.sums for row in rows(counter, "boxes")}  # type: ignore[attr-defined]
    assert boxes["3.1(a)"].taxable_paise == 70_000_00
    counter.press("]")
    counter.until(lambda: len(rows(counter, "boxes")) == 6)
    large = rows(counter, "boxes")[-1]
    assert (large.box, large.sums.taxable_paise) == ("3.2", 1_50_000_00)  # type: ignore[attr-defined]
    counter.shot("gst_3b")
    assert accessible_names(counter.window) == []


def test_the_files_are_written_as_the_portal_takes_them(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: object, _title: str, wanted: str, _kinds: str) -> tuple[str, str]:
        asked.append(Path(wanted).name)
        return str(tmp_path / Path(wanted).name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    counter.press("Ctrl+J", "Ctrl+E", "Ctrl+Shift+J")
    counter.until(lambda: (tmp_path / asked[-1]).exists() and len(asked) == 3)
    assert asked[0] == "returns_20112026_R1_29AAKCN5519Q1ZK_offline.json"
    told = json.loads((tmp_path / asked[0]).read_bytes())
    assert (told["fp"], {row["ctin"] for row in told["b2b"]}) == (
        "092026",
        {"33AAFCL2204B1ZD", "29AAFCL2204B1Z2"},
    )
    assert "b2b" in {name.casefold() for name in openpyxl.load_workbook(tmp_path / asked[1]).sheetnames}
    assert json.loads((tmp_path / asked[2]).read_bytes())["ret_period"] == "092026"


def test_a_return_is_noted_as_filed_and_the_next_one_comes(counter: Counter) -> None:
    counter.press("Ctrl+Shift+F")
    counter.shot("gst_filing")
    assert counter.view._form is not None
    if counter.view._form.values().get("despite") is not None:
        counter.view._form.set_values({"despite": True})
    counter.press("Ctrl+Return")
    counter.until(lambda: bool(counter.read(filed_returns)))
    filed = counter.read(filed_returns)[0]
    assert (filed.form, filed.period) == (GSTR1, "2026-09")
    counter.until(lambda: "GSTR-1 filed on" in counter.view._standing.accessibleName())
    assert counter.view._state.text() == "Overdue", "its GSTR-3B is not filed"
    assert "Next: GSTR-3B of September 2026" in counter.window.notifier.texts()[-1]
    counter.press("Ctrl+Shift+F")
    if counter.view._form.values().get("despite") is not None:
        counter.view._form.set_values({"despite": True})
    counter.press("Ctrl+Return")
    counter.until(lambda: counter.view._state.text() == "Filed")
    assert "Next: GSTR-1 of October 2026" in counter.view._standing.accessibleName()
    assert counter.view._next.isVisible()
    counter.shot("gst_filed")
    counter.press("Ctrl+D")
    counter.until(lambda: counter.view._header.title() == "GST · October 2026")
    assert not counter.view._next.isVisible()


def test_the_way_back_leads_through_the_drilled_list(counter: Counter) -> None:
    counter.press("]", "Ctrl+3")
    counter.until(lambda: len(rows(counter, "boxes")) == 6)
    counter.press("Home", "Return")
    counter.until(
        lambda: counter.view._papers is not None and counter.view._papers.table.model.rowCount() > 3
    )
    assert counter.here() == ("gst", "boxes:2026-10:a")
    assert counter.view._papers.header.title() == "Outward taxable supplies, other than zero-rated and nil"
    counter.press("Return")
    assert counter.here()[0] == "invoices"
    counter.press("Alt+Left")
    counter.until(
        lambda: counter.view._papers is not None and counter.view._papers.table.model.rowCount() > 3
    )
    counter.press("Esc")
    assert counter.view._papers is None
    assert counter.view._tabs.choice() == "boxes"


def test_a_number_that_a_place_names_is_chosen(counter: Counter) -> None:
    [gap] = rows(counter, "gaps") or [None]
    assert gap is not None
    counter.window.go("gst", page=f"gaps:2026-11:{gap.gap.number}")  # type: ignore[attr-defined]
    counter.until(lambda: counter.view._header.title() == "GST · November 2026")
    table = counter.view._tables["gaps"]
    counter.until(lambda: table.selected_ids() == [gap.id])  # type: ignore[attr-defined]
    assert gap.gap.number in counter.view._foot.text()  # type: ignore[attr-defined]


def test_below_the_table_stands_the_chosen_row_in_full_and_what_enter_does(counter: Counter) -> None:
    assert counter.view._foot.text() == "4A, 4B, 6B, 6C · Registered buyers"
    counter.press("Ctrl+5")
    assert counter.view._foot.text().startswith("GSTR-1 · November 2026")
    counter.press("Ctrl+2")
    told = rows(counter, "checks")
    if told:
        assert told[0].message in counter.view._foot.text()  # type: ignore[attr-defined]


def test_the_period_of_the_top_bar_and_that_of_the_return_never_differ_unsaid(counter: Counter) -> None:
    text = counter.view._header._text.accessibleName
    assert "outside" not in text()
    october = Period(D(2026, 10, 1), D(2026, 10, 31), "10-2026")
    counter.window.calendar.look_at(october)
    counter.until(lambda: counter.view._header.title() == "GST · October 2026")
    assert "outside" not in text()
    counter.press("]")
    counter.until(lambda: counter.view._header.title() == "GST · November 2026")
    assert text().endswith("outside 10-2026 (Alt+F2)")
    counter.window.calendar.work_on(D(2026, 11, 19))
    counter.settle()
    assert counter.view._header.title() == "GST · November 2026", "another working date is no other period"


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"registration": Registration("unregistered", "", "29")}, "No GST returns for this company"),
        ({"composition": True}, "Under the composition scheme"),
    ],
)
def test_who_files_no_return_is_told_so_kindly(
    qapp: QApplication, tmp_path: Path, change: dict[str, object], title: str
) -> None:
    with (
        a_book(tmp_path, company=msgspec.structs.replace(COMPANY, **change)) as book,
        at_the_counter(qapp, book, FixedClock.on(TODAY), "gst") as counter,
    ):
        counter.until(lambda: counter.view.presenter.whole is not None)
        counter.until(lambda: counter.view._stack.currentWidget() is counter.view._apart)
        assert counter.view._apart.accessibleName().startswith(title)
        assert not any(part.isVisible() for part in counter.view._returns)
        assert not counter.view._foot.isVisible()
        counter.shot(f"gst_{'composition' if 'composition' in change else 'unregistered'}")
        counter.press("Return")
        assert counter.here() == ("settings", "gstin")


def test_an_empty_period_gives_the_keys_to_no_button(qapp: QApplication, tmp_path: Path) -> None:
    with (
        a_book(tmp_path) as book,
        at_the_counter(qapp, book, FixedClock.on(TODAY), "gst") as counter,
    ):
        counter.until(lambda: counter.view.presenter.whole is not None)
        title = counter.view._header.title()
        counter.press("Return", "Space")
        assert counter.view._header.title() == title
        counter.press("[")
        counter.until(lambda: counter.view._header.title() != title)


def test_a_paper_written_meanwhile_shows(counter: Counter, book: Book) -> None:
    before = counter.view.presenter.whole.papers
    party = counter.read(lambda read: ageing(read, on=TODAY)[0][0].party)
    line = DraftLine(description="Valve", hsn="84818030", price_tenthousandths=1_000_0000, rate_bp=1800)
    draft = Draft(party=party, dated_on=D(2026, 9, 28), lines=(line,))
    book.write("Bill", lambda work: issue_document(work, draft, today=TODAY, date_confirmed=True))
    counter.until(lambda: counter.view.presenter.whole.papers == before + 1)


@pytest.mark.parametrize("look", ["dark"])
def test_it_stands_in_the_dark_and_on_a_small_window(qapp: QApplication, book: Book, look: str) -> None:
    with at_the_counter(qapp, book, FixedClock.on(TODAY), "gst", size=(1180, 720), look=look) as counter:  # type: ignore[arg-type]
        counter.until(lambda: counter.view.presenter.whole is not None)
        counter.press("]")
        counter.until(lambda: len(rows(counter, "sections")) > 4)
        counter.shot("gst_dark_small")
        tiles = [tile for tile in counter.view._tiles if tile.isVisible()]
        assert len(tiles) == 4


def test_what_waits_for_its_irn_is_written_in_one_file(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = msgspec.structs.replace(COMPANY, turnover_paise=6_00_00_000_00)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(tmp_path / "irp.json"), ""))
    with a_book(tmp_path, company=large) as book:
        book.write("Trade", a_trade)
        with at_the_counter(qapp, book, FixedClock.on(TODAY), "gst") as counter:
            counter.until(lambda: counter.view.presenter.whole is not None)
            assert counter.view.presenter.whole.blocks > 0, "an IRN is missing"
            counter.press("]")
            counter.until(lambda: counter.view._header.title() == "GST · October 2026")
            counter.shot("gst_blocked")
            counter.press("Ctrl+2")
            counter.shot("gst_blocked_checks")
            counter.press("Ctrl+I")
            counter.until((tmp_path / "irp.json").exists)
    told = json.loads((tmp_path / "irp.json").read_bytes())
    assert {(paper["DocDtls"]["Typ"], paper["BuyerDtls"]["Gstin"]) for paper in told} == {
        ("INV", "33AAFCL2204B1ZD"), ("INV", "29AAFCL2204B1Z2"), ("CRN", "33AAFCL2204B1ZD"),
    }  # fmt: skip


def test_who_files_quarterly_looks_at_quarters_and_the_iffs_of_their_months(
    qapp: QApplication, book: Book
) -> None:
    def quarterly(work: Work) -> None:
        save_company(work, msgspec.structs.replace(kept_company(work.read), filing="quarterly"))

    with at_the_counter(qapp, book, FixedClock.on(D(2026, 11, 10)), "gst") as counter:
        counter.until(lambda: counter.view.presenter.whole is not None)
        counter.press("]")
        counter.until(lambda: counter.view._header.title() == "GST · October 2026")
        book.write("Quarterly", quarterly)
        counter.until(lambda: counter.view.presenter.whole.month.filing == "quarterly")
        assert counter.view._failure is None, "a month chosen before is the IFF of its quarter now"
        assert counter.view._standing.accessibleName() == "IFF due on 13-11-2026"
        counter.shot("gst_iff")
        counter.press("]")
        counter.until(lambda: counter.view._header.title() == "GST · October – December 2026")
        counter.press("[")
        counter.until(lambda: counter.view._header.title() == "GST · July – September 2026")
        counter.press("Ctrl+5")
        counter.until(lambda: len(rows(counter, "periods")) > 3)
        iffs = [row.period for row in rows(counter, "periods") if row.form == "IFF"]  # type: ignore[attr-defined]
        assert iffs == ["2026-11", "2026-10"]
