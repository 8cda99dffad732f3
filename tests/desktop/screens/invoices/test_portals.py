"""A document's return, IRN, e-way bill and related papers as its page tells them, and what is refused; no window."""

import datetime as dt
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.book import Book
from core.company.commands import save_company
from core.company.model import Address, Company, Registration
from core.errors import RuleBroken
from core.ids import Id
from core.invoicing.commands import cancel_document, issue_document
from core.invoicing.model import Draft, DraftLine, Original, Transport
from core.invoicing.queries import document, drafts_page
from core.parties.commands import save_party
from core.parties.model import Party
from core.returns.commands import file_return
from core.words import WordsError
from desktop.ports import Ask, Period, Place
from desktop.screens.invoices.columns import listing, looks_at
from desktop.screens.invoices.document import portal as portals
from desktop.screens.invoices.document.dialog import parse_time
from desktop.screens.invoices.document.presenter import DocumentPresenter
from desktop.screens.invoices.presenter import ListPresenter
from tests.core.books import COMPANY, TODAY, a_book
from tests.core.einvoice import portal
from tests.desktop.screens.invoices.desk import FakeCalendar, FakeDesk, FakeView

BIG = msgspec.structs.replace(COMPANY, turnover_paise=12_00_00_000_00)
ROAD = Transport("road", "KA01AB1234", "R", 350)
LINE = DraftLine("Flow meter", None, "90261010", 2_000, "NOS", 30_000 * 10_000)


class Setting:
    """A book above the e-invoice limit with a registered buyer in another State; a desk and a document's page."""

    def __init__(self, book: Book) -> None:
        self.book = book
        gstin = Registration("registered", "33AAFCL2204B1ZD", "33")
        address = Address("7 Mount Road", "", "Chennai", "33", "600002")
        self.buyer: Id = book.write(
            "p", lambda work: save_party(work, Party(name="Lotus Foods", registration=gstin, address=address))
        )
        self.fakes, self.view = FakeDesk(book), FakeView()
        self.presenter = DocumentPresenter(self.fakes.desk, self.view)

    def issue(self, **changes: Any) -> Id:
        """Issue a paper to the buyer."""
        draft = msgspec.structs.replace(Draft(party=self.buyer, dated_on=TODAY, lines=(LINE,)), **changes)
        record: Id = self.book.write("d", lambda work: issue_document(work, draft, today=TODAY))
        return record

    def show(self, record: Id) -> Any:
        """The story of a document as its page shows it now."""
        self.presenter.show(record)
        return self.presenter.story

    def facts(self, record: Id) -> dict[str, str]:
        """What its page tells of return and portals."""
        return {name: text for name, text in self.show(record).returned.facts() if text}


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    """The setting on a fresh book."""
    with a_book(tmp_path, company=BIG) as book:
        yield Setting(book)


def test_a_bill_tells_its_return_and_what_the_portals_want(setting: Setting) -> None:
    bill = setting.issue(dated_on=dt.date(2026, 11, 2))
    assert setting.facts(bill) == {
        "Return": "GSTR-1 of November 2026, not filed yet, table 4A (b2b)",
        "e-invoice": "Needed, not registered yet",
        "e-way bill": "Needed before the goods move",
    }
    assert setting.presenter.story is not None
    told = [clock.text for clock in setting.presenter.story.returned.clocks]
    assert told[0] == "The portal takes this paper until 02-12-2026."
    assert "e-way bill" in told[1]


def test_what_is_no_supply_is_told_in_no_return(setting: Setting) -> None:
    assert "Return" not in setting.facts(setting.issue(type="QTN"))
    challan = setting.issue(type="CHL", purpose="job_work")
    assert setting.facts(challan) == {"e-way bill": "Needed before the goods move"}


def test_goods_that_have_long_gone_need_no_e_way_bill(setting: Setting) -> None:
    assert "e-way bill" in setting.facts(setting.issue(dated_on=dt.date(2026, 5, 25)))
    assert "e-way bill" not in setting.facts(setting.issue(dated_on=dt.date(2026, 5, 20)))


def test_a_cancelled_bill_has_no_clock(setting: Setting) -> None:
    bill = setting.issue()
    setting.book.write("c", lambda work: cancel_document(work, bill, on=TODAY, reason="Keyed twice"))
    returned = setting.show(bill).returned
    assert (returned.clocks, returned.takes_irn, returned.takes_bill) == ((), False, False)


def test_the_answer_of_the_portal_is_taken_and_printed(
    setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill = setting.issue()
    paper = setting.book.read(lambda read: document(read, bill))
    assert paper is not None
    monkeypatch.setattr(portals, "portal_keys", lambda: {"portal.pem": portal.public_pem()})
    answer = tmp_path / "answer.json"
    answer.write_text(
        json.dumps({**portal.answer(paper), "EwbNo": 181_234_567_890, "EwbDt": "2026-11-20 12:31:00"}),
        "utf-8",
    )
    setting.show(bill)
    plain = setting.view.shown["show_paper"]
    setting.presenter.take_answer(answer)
    assert setting.fakes.notifier.said[-1] == "Taken from the portal's answer: 1"
    facts = setting.facts(bill)
    assert facts["e-invoice"] == "Registered 20-11-2026 12:30, acknowledgement 232210036743849"
    assert facts["e-way bill"] == "181234567890, no vehicle yet"
    assert len(setting.view.shown["show_paper"]) > len(plain)
    setting.presenter.take_answer(answer)
    assert setting.fakes.notifier.said[-1] == "The book had this answer already"
    assert setting.show(bill).returned.may_be_cancelled_there
    done: list[str] = []
    at = dt.datetime(2026, 11, 20, 15, 20)
    setting.presenter.note_cancelled(
        at, "2", "", lambda: done.append("cancelled"), lambda error: done.append(str(error))
    )
    assert done == ["cancelled"]
    assert setting.facts(bill)["e-invoice"] == "IRN cancelled at the portal on 20-11-2026 15:20"


def test_what_the_portal_would_refuse_is_said_and_no_file_is_written(
    setting: Setting, tmp_path: Path
) -> None:
    unplaced = Address("7 Mount Road", "", "Chennai", "33", "")
    gstin = Registration("registered", "33AAFCL2204B1ZD", "33")
    party = Party(name="Lotus", registration=gstin, address=unplaced)
    record = setting.book.write("p", lambda work: save_party(work, party))
    setting.show(setting.issue(party=record))
    setting.presenter.write_einvoice(tmp_path / "file.json")
    assert "PIN" in portals.refusal_text(setting.view.shown.pop("show_refusal"))
    assert not (tmp_path / "file.json").exists()
    refused: list[Exception] = []
    setting.presenter.make_bill(ROAD, lambda _data: None, refused.append)
    assert "PIN" in portals.refusal_text(refused[0])


def test_files_are_written_and_a_bad_place_is_said(setting: Setting, tmp_path: Path) -> None:
    setting.show(setting.issue())
    file = tmp_path / "eway.json"
    refused: list[Exception] = []
    setting.presenter.make_bill(None, partial(setting.presenter.write, file), refused.append)
    assert "way to move the goods" in str(refused[0])
    setting.presenter.make_bill(ROAD, partial(setting.presenter.write, file), refused.append)
    assert json.loads((tmp_path / "eway.json").read_text("utf-8"))["billLists"][0]["docNo"] == "A/26-27/0001"
    assert setting.fakes.notifier.said[-1] == "eway.json written"
    setting.presenter.write_einvoice(tmp_path / "none" / "einvoice.json")
    assert "could not be written" in str(setting.view.shown["show_refusal"])
    setting.presenter.take_answer(tmp_path / "none.json")
    assert "could not be read" in str(setting.view.shown["show_refusal"])
    (tmp_path / "words.json").write_text("no answer", "utf-8")
    setting.presenter.take_answer(tmp_path / "words.json")
    assert isinstance(setting.view.shown["show_refusal"], RuleBroken)


def test_an_offer_becomes_a_draft_that_names_it(setting: Setting) -> None:
    offer = setting.issue(type="PRF")
    story = setting.show(offer)
    assert (story.is_offer, story.may_be_paid, story.may_be_noted, story.posts) == (True, False, False, False)
    setting.presenter.make_invoice()
    place = setting.fakes.navigator.places[-1]
    [row] = setting.book.read(drafts_page).rows
    assert place == Place("invoices", row.id, "draft")
    bill = setting.issue(source=offer)
    assert [step.title for step in setting.show(bill).related] == ["Made from AP/26-27/0001"]
    assert [step.title for step in setting.show(offer).related] == ["A/26-27/0001 was made from it"]
    assert setting.show(offer).shown == ("Invoiced", "success")
    setting.book.write("c", lambda work: cancel_document(work, bill, on=TODAY, reason="Keyed twice"))
    assert setting.show(offer).shown == ("Given", "")


def test_a_bill_is_no_offer(setting: Setting) -> None:
    setting.show(setting.issue())
    setting.presenter.make_invoice()
    assert isinstance(setting.view.shown["show_refusal"], RuleBroken)
    assert setting.book.read(drafts_page).rows == []


def test_only_what_is_filed_and_not_corrected_may_be_amended(setting: Setting) -> None:
    bill = setting.issue(dated_on=dt.date(2026, 10, 5))
    assert not setting.show(bill).may_be_amended
    on = dt.date(2026, 11, 11)
    setting.book.write("f", lambda work: file_return(work, "GSTR1", "2026-10", on, today=TODAY, despite=True))
    story = setting.show(bill)
    assert story.may_be_amended
    assert setting.facts(bill)["Return"] == "GSTR-1 of October 2026, filed, table 4A (b2b)"
    named = Original(story.document.number, story.document.dated_on, bill)
    amendment = setting.issue(amends=named)
    assert not setting.show(bill).may_be_amended
    assert setting.show(bill).related[0].place == Place("invoices", amendment)
    assert "table 9A (b2ba)" in setting.facts(amendment)["Return"]


def test_a_bill_given_before_registration_may_be_revised(setting: Setting) -> None:
    plain = Company(
        legal_name="Nandi", address=COMPANY.address, registration=Registration("unregistered", "", "29")
    )
    setting.book.write("c", lambda work: save_company(work, plain))
    nil = msgspec.structs.replace(LINE, treatment="nil", rate_bp=0)
    bill = setting.issue(lines=(nil,))
    assert not setting.show(bill).may_be_revised
    setting.book.write("c", lambda work: save_company(work, BIG))
    assert setting.show(bill).may_be_revised
    named = Original(setting.show(bill).document.number, TODAY, bill)
    revised = setting.issue(revises=named)
    assert setting.show(revised).document.number.startswith("AS/")
    assert not setting.show(bill).may_be_revised


def test_the_list_is_of_the_period_until_words_are_typed(setting: Setting) -> None:
    setting.issue(dated_on=dt.date(2026, 3, 3))
    setting.issue(dated_on=dt.date(2026, 5, 3))
    setting.issue(type="QTN")
    setting.issue(type="CHL")
    asked = listing(FakeCalendar())

    def numbers(ask: Ask) -> list[str]:
        page = setting.book.read(lambda read: asked.fetch(read, ask, None, 50))
        again = setting.book.read(lambda read: asked.reread(read, ask, [row.id for row in page.rows]))
        assert {row.id for row in again} == {row.id for row in page.rows}
        return [row.number for row in page.rows]

    assert numbers(Ask(scope="sales", descending=True)) == ["A/26-27/0001"]
    assert numbers(Ask(scope="sales", text="25-26")) == ["A/25-26/0001"]
    assert numbers(Ask(scope="offers")) == ["AQ/26-27/0001"]
    assert numbers(Ask(scope="challans")) == ["AH/26-27/0001"]
    assert len(numbers(Ask(scope="open"))) == 2
    assert len(numbers(Ask(scope="all"))) == 4


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (Ask(scope="sales"), "Dated 01-04-2026 to 31-03-2027"),
        (Ask(scope="sales", text="rao"), "Of any date"),
        (Ask(scope="overdue"), "Of any date"),
        (Ask(scope="all"), "Of any date"),
    ],
)
def test_the_quiet_line_says_which_days_are_shown(ask: Ask, text: str) -> None:
    assert looks_at(ask, Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31))) == text


def test_a_note_begins_from_the_one_bill_chosen(setting: Setting) -> None:
    bill, offer = setting.issue(), setting.issue(type="QTN")
    chosen: list[Id] = []
    setting.view.chosen = lambda: chosen  # type: ignore[attr-defined]
    presenter = ListPresenter(setting.fakes.desk, setting.view)  # type: ignore[arg-type]
    presenter.answer_chosen("credit_note")
    chosen.append(offer)
    presenter.answer_chosen("credit_note")
    assert setting.fakes.navigator.places == []
    assert len(setting.fakes.notifier.said) == 2
    chosen[:] = [bill]
    presenter.answer_chosen("debit_note")
    assert setting.fakes.navigator.places == [Place("invoices", bill, "debit_note")]
    presenter.put_away()


@pytest.mark.parametrize(
    ("typed", "read"),
    [("15:20", (15, 20)), ("1520", (15, 20)), ("9.05", (9, 5)), ("9", (9, 0)), ("0905", (9, 5))],
)
def test_times_are_read_as_typed(typed: str, read: tuple[int, int]) -> None:
    assert parse_time(typed) == dt.time(*read)


@pytest.mark.parametrize("typed", ["25:00", "x", "", "12:75"])
def test_what_is_no_time_says_so(typed: str) -> None:
    with pytest.raises(WordsError, match="no time"):
        parse_time(typed)
