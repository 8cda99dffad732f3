"""The editor's presenter with a view of fakes over a real book: no window, no threads."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core.book import Book, journal
from core.changes.record import decoded
from core.company.model import Address, Registration
from core.ids import Id
from core.invoicing.commands import issue_document
from core.invoicing.model import Draft, DraftLine, Transport
from core.invoicing.queries import document, document_rows, draft, drafts_page
from core.items.commands import save_item
from core.items.model import Item, ItemTax
from core.parties.commands import save_party
from core.parties.model import Party
from desktop.ports import Choice, Place
from desktop.screens.invoices.editor import known
from desktop.screens.invoices.editor.cells import Discount, Tax
from desktop.screens.invoices.editor.presenter import EditorPresenter
from tests.core.books import TODAY, a_book
from tests.desktop.screens.invoices.desk import FakeDesk, FakeView


class Setting:
    """A book with a buyer, an item and a bill of 23,000; a desk, a view and the presenter between them."""

    def __init__(self, book: Book) -> None:
        self.book = book
        address = Address(line1="1 Mill Road", city="Coimbatore", state_code="33")
        party = Party(
            name="Kaveri", registration=Registration(state_code="33"), address=address, terms_days=15
        )
        self.buyer: Id = book.write("p", lambda work: save_party(work, party))
        item = Item(code="FM", name="Meter", tax=ItemTax(hsn="90261010"), price_tenthousandths=245_000_000)
        self.meter: Id = book.write("i", lambda work: save_item(work, item))
        line = DraftLine("Meter", self.meter, "90261010", 1000, "NOS", 230_000_000)
        sold = Draft(party=self.buyer, dated_on=TODAY, lines=(line,))
        self.bill: Id = book.write("d", lambda work: issue_document(work, sold, today=TODAY))
        self.fakes = FakeDesk(book)
        self.view = FakeView()
        self.presenter = EditorPresenter(self.fakes.desk, self.view)

    def begin(self) -> None:
        """A new sale."""
        self.presenter.begin(known.new_draft)

    def write(self) -> None:
        """A new sale of two meters to the buyer."""
        self.begin()
        self.presenter.head_left("party", Choice(self.buyer, "Kaveri"))
        self.presenter.cell_left(0, "item", Choice(self.meter, "FM"))
        self.presenter.cell_left(0, "quantity", 2_000)

    def drafts(self) -> list[Draft]:
        """The drafts in the book."""
        rows = self.book.read(drafts_page).rows
        found = [self.book.read(partial(draft, record=row.id)) for row in rows]
        return [one for one in found if one is not None]

    @property
    def last_place(self) -> Place:
        """Where one was led last."""
        return self.fakes.navigator.places[-1]


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    """The setting on a fresh book."""
    with a_book(tmp_path) as book:
        yield Setting(book)


def test_a_party_brings_its_terms_its_place_and_the_reason_of_the_tax(setting: Setting) -> None:
    setting.begin()
    assert "Choose the party" in setting.view.shown["show_totals"].reason
    setting.presenter.head_left("party", Choice(setting.buyer, "Kaveri"))
    head = setting.view.shown["show_head"]
    assert head.due_on == TODAY + dt.timedelta(days=15)
    assert head.place_found == "Tamil Nadu (33)"
    assert "IGST: supplied from Karnataka" in setting.view.shown["show_totals"].reason


def test_an_item_fills_its_line_and_tells_the_last_price(setting: Setting) -> None:
    setting.write()
    row = setting.view.rows[0]
    assert (row["description"], row["hsn"], row["price"], row["amount"]) == (
        "Meter", Choice("90261010", "90261010"), 245_000_000, "49,000.00",
    )  # fmt: skip
    assert "23,000.00" in setting.view.shown["show_hint"]
    setting.presenter.take_last_price(0)
    assert setting.view.rows[0]["price"] == 230_000_000
    assert setting.view.shown["show_totals"].total == "₹ 54,280.00"


def test_totals_follow_each_keystroke_without_a_step(setting: Setting) -> None:
    setting.write()
    setting.presenter.cell_typed(0, "quantity", "5")
    assert setting.view.shown["show_totals"].total == "₹ 1,44,550.00"
    assert setting.presenter.writing is not None
    assert setting.presenter.writing.draft.lines[0].quantity_thousandths == 2_000
    setting.presenter.cell_typed(0, "quantity", "5*")
    assert setting.view.shown["show_totals"].total == "₹ 1,44,550.00"


def test_words_typed_for_an_item_become_the_description(setting: Setting) -> None:
    setting.begin()
    setting.presenter.cell_typed(0, "item", "Repair of pump")
    setting.presenter.cell_left(0, "item", None)
    assert setting.view.rows[0]["description"] == "Repair of pump"


def test_dates_that_are_the_usual_ones_stay_open(setting: Setting) -> None:
    setting.write()
    setting.presenter.head_left("dated_on", TODAY)
    setting.presenter.head_left("due_on", TODAY + dt.timedelta(days=15))
    [kept] = setting.drafts()
    assert (kept.dated_on, kept.due_on) == (None, None)
    setting.presenter.head_left("due_on", TODAY + dt.timedelta(days=7))
    [kept] = setting.drafts()
    assert kept.due_on == TODAY + dt.timedelta(days=7)


def test_each_field_left_is_kept_and_lets_the_keystrokes_go(setting: Setting) -> None:
    setting.begin()
    setting.presenter.head_typed("reference", "PO")
    setting.presenter.jot()
    kept = setting.book.read(lambda read: journal.recall(read, known.NEW_PLACE))
    assert kept is not None
    assert decoded(Draft, kept).reference == "PO"
    assert setting.drafts() == []
    setting.presenter.head_left("reference", "PO-7")
    assert setting.book.read(lambda read: journal.places(read, "draft/")) == []
    assert [one.reference for one in setting.drafts()] == ["PO-7"]


def test_nothing_written_is_nothing_kept(setting: Setting) -> None:
    setting.begin()
    setting.presenter.head_left("dated_on", TODAY)
    setting.presenter.keep()
    assert setting.drafts() == []


def test_typing_comes_back_into_a_new_sale(setting: Setting) -> None:
    setting.begin()
    setting.presenter.cell_typed(0, "description", "Repair")
    setting.presenter.jot()
    again = EditorPresenter(setting.fakes.desk, setting.view)
    again.begin(known.new_draft)
    assert setting.view.shown["show_kept"] == "What you were typing is back"
    assert again.has_work
    assert setting.view.shown["show_rows"][0]["description"] == "Repair"


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_issued(setting: Setting) -> None:
    setting.begin()
    setting.presenter.cell_left(1, "description", "Repair")
    setting.presenter.issue()
    fields = {problem.field for problem in setting.view.shown["show_problems"]}
    assert "party" in fields
    setting.presenter.head_left("party", Choice(setting.buyer, "Kaveri"))
    setting.presenter.issue()
    assert [problem.field for problem in setting.view.shown["show_problems"]] == ["lines[1].price"]
    assert setting.fakes.navigator.places == []


def test_issuing_bills_the_draft_and_leads_to_the_document(setting: Setting) -> None:
    setting.write()
    setting.presenter.cell_left(0, "discount", Discount(0, 1_000_00))
    setting.presenter.issue()
    issued = setting.book.read(lambda read: document(read, setting.last_place.record or b""))
    assert issued is not None
    assert (issued.number, issued.totals.taxable_paise) == ("A/26-27/0002", 48_000_00)
    assert setting.fakes.notifier.said[-1].startswith("A/26-27/0002 issued")
    assert setting.drafts() == []
    assert setting.presenter.writing is None
    setting.presenter.issue()
    assert len(setting.fakes.navigator.places) == 1


def test_a_credit_note_begins_with_all_lines_and_settles_its_bill(setting: Setting) -> None:
    setting.presenter.begin(partial(known.note_on, record=setting.bill, type_="CRN"))
    head = setting.view.shown["show_head"]
    assert (head.title, head.text, head.is_note) == (
        "Credit note",
        "answers A/26-27/0001 of 20-11-2026",
        True,
    )
    setting.presenter.issue()
    [bill] = setting.book.read(lambda read: document_rows(read, [setting.bill]))
    assert bill.open_paise == 0


def test_a_note_beyond_its_bill_is_refused_in_the_form(setting: Setting) -> None:
    setting.presenter.begin(partial(known.note_on, record=setting.bill, type_="CRN"))
    setting.presenter.cell_left(0, "quantity", 3_000)
    setting.presenter.issue()
    [problem] = setting.view.shown["show_problems"]
    assert problem.code == "NOTE_EXCEEDS"
    assert setting.presenter.writing is not None


def test_a_draft_put_away_can_be_brought_back(setting: Setting) -> None:
    setting.write()
    setting.presenter.discard()
    assert setting.drafts() == []
    assert setting.last_place == Place("invoices")
    assert setting.fakes.notifier.undo is not None
    setting.fakes.notifier.undo()
    assert len(setting.drafts()) == 1
    assert setting.last_place.page == "draft"


def test_undo_shows_and_keeps_the_draft_as_it_was(setting: Setting) -> None:
    setting.write()
    setting.presenter.undo()
    assert setting.view.shown["show_rows"][0]["quantity"] == 1_000
    assert setting.drafts()[0].lines[0].quantity_thousandths == 1_000
    setting.presenter.redo()
    assert setting.drafts()[0].lines[0].quantity_thousandths == 2_000


def test_a_draft_the_book_has_not_says_so(setting: Setting) -> None:
    setting.presenter.begin(partial(known.kept_draft, record=bytes(16)))
    assert [problem.code for problem in setting.view.shown["show_problems"]] == ["NOT_STANDING"]


def test_a_supply_to_a_sez_asks_whether_tax_is_paid(setting: Setting) -> None:
    gstin = Registration(kind="sez", gstin="29AAPFU0939F1ZR", state_code="29")
    party = Party(
        name="Zone", registration=gstin, address=Address(line1="1 Gate", city="Mysuru", state_code="29")
    )
    zone = setting.book.write("p", lambda work: save_party(work, party))
    setting.begin()
    setting.presenter.head_left("party", Choice(zone, "Zone"))
    setting.presenter.cell_left(0, "item", Choice(setting.meter, "FM"))
    assert setting.view.shown["show_head"].asks_payment
    setting.presenter.issue()
    assert [problem.field for problem in setting.view.shown["show_problems"]] == ["with_payment"]
    setting.presenter.head_left("with_payment", Choice(False, "Under LUT"))
    assert "LUT" in setting.view.shown["show_totals"].reason
    setting.presenter.issue()
    issued = setting.book.read(lambda read: document(read, setting.last_place.record or b""))
    assert issued is not None
    assert (issued.totals.igst_paise, issued.with_payment) == (0, False)


def test_the_buyer_pays_the_tax_under_reverse_charge(setting: Setting) -> None:
    setting.write()
    setting.presenter.head_left("reverse_charge", True)
    totals = setting.view.shown["show_totals"]
    assert totals.total == "₹ 49,000.00"
    assert "reverse charge" in totals.reason


def test_a_preview_is_the_draft_settled_without_a_number(setting: Setting) -> None:
    setting.write()
    setting.presenter.preview()
    shown = setting.view.shown["show_preview"]
    assert (shown.number, shown.totals.taxable_paise) == ("", 49_000_00)


def test_no_keystroke_is_kept_after_the_end(setting: Setting) -> None:
    setting.begin()
    setting.presenter.head_typed("reference", "PO")
    setting.presenter.discard()
    setting.presenter.jot()
    assert setting.book.read(lambda read: journal.places(read, "draft/")) == []


def test_what_is_typed_in_more_is_jotted_and_one_step_once_taken(setting: Setting) -> None:
    setting.write()
    before = setting.view.shown["show_totals"].total
    setting.presenter.more_typed({"discount_paise": 1_000_00})
    assert setting.view.shown["show_totals"].total == "₹ 56,640.00"
    setting.presenter.jot()
    [place] = setting.book.read(lambda read: journal.places(read, "draft/"))
    kept = setting.book.read(lambda read: journal.recall(read, place))
    assert kept is not None
    assert decoded(Draft, kept).discount_paise == 1_000_00
    setting.presenter.more_left()
    assert setting.view.shown["show_totals"].total == before
    setting.presenter.more_given({"discount_paise": 500_00, "transport.vehicle": "KA01AB1234"})
    assert setting.drafts()[0].discount_paise == 500_00
    assert setting.view.shown["show_told"] == ("Discount ₹ 500.00", "KA01AB1234")
    setting.presenter.undo()
    assert (setting.drafts()[0].discount_paise, setting.drafts()[0].transport) == (0, None)
    setting.presenter.redo()
    assert setting.drafts()[0].transport == Transport(vehicle="KA01AB1234")


def test_a_code_typed_and_not_picked_stands_and_brings_its_rate(setting: Setting) -> None:
    setting.begin()
    setting.presenter.cell_left(0, "description", "Gloves")
    setting.presenter.cell_typed(0, "hsn", "61169200")
    setting.presenter.cell_left(0, "hsn", None)
    assert setting.view.rows[0]["hsn"] == Choice("61169200", "61169200")
    assert setting.view.rows[0]["tax"] == Tax("taxable", 500)
    setting.presenter.cell_left(0, "tax", Tax("taxable", 1_800))
    assert "usually bears 5%" in setting.view.shown["show_hint"]
    setting.presenter.cell_typed(0, "hsn", "")
    setting.presenter.cell_left(0, "hsn", None)
    assert setting.view.rows[0]["hsn"] is None


def test_a_line_says_cess_and_price_with_tax(setting: Setting) -> None:
    setting.write()
    setting.presenter.line_given(0, {"price_includes_tax": True, "cess_rate_bp": 1_200})
    assert setting.view.shown["show_told"] == ("Line 1: the price includes GST", "Line 1: cess 12%")
    assert setting.drafts()[0].lines[0].cess_rate_bp == 1_200


@pytest.mark.parametrize(
    ("type_", "title", "due_title", "is_note", "is_challan"),
    [
        ("INV", "Sale", "Due on", False, False),
        ("QTN", "Quotation", "Valid until", False, False),
        ("PRF", "Proforma invoice", "Valid until", False, False),
        ("CHL", "Delivery challan", "", False, True),
        ("CRN", "Credit note", "", True, False),
        ("DBN", "Debit note", "Due on", True, False),
    ],
)
def test_each_paper_has_its_head(
    setting: Setting, type_: str, title: str, due_title: str, is_note: bool, is_challan: bool
) -> None:
    setting.presenter.begin(partial(known.new_draft, type_=type_))
    head = setting.view.shown["show_head"]
    assert (head.title, head.due_title, head.is_note, head.is_challan) == (
        title,
        due_title,
        is_note,
        is_challan,
    )


def test_an_offer_is_issued_with_the_day_until_which_it_stands(setting: Setting) -> None:
    setting.presenter.begin(partial(known.new_draft, type_="QTN", buyer=setting.buyer))
    setting.presenter.cell_left(0, "item", Choice(setting.meter, "FM"))
    setting.presenter.issue()
    issued = setting.book.read(lambda read: document(read, setting.last_place.record or b""))
    assert issued is not None
    assert (issued.type, issued.due_on) == ("QTN", TODAY + dt.timedelta(days=30))


def test_what_is_typed_for_a_sale_does_not_come_back_as_a_quotation(setting: Setting) -> None:
    setting.begin()
    setting.presenter.cell_typed(0, "description", "Repair")
    setting.presenter.jot()
    again = EditorPresenter(setting.fakes.desk, setting.view)
    again.begin(partial(known.new_draft, type_="QTN"))
    assert not again.has_work


def test_a_correction_of_what_is_not_filed_is_refused(setting: Setting) -> None:
    setting.presenter.begin(partial(known.amendment_of, record=setting.bill))
    head = setting.view.shown["show_head"]
    assert (head.title, head.text) == ("Correction: Invoice", "takes the place of A/26-27/0001 of 20-11-2026")
    setting.presenter.cell_left(0, "quantity", 2_000)
    setting.presenter.issue()
    [problem] = setting.view.shown["show_problems"]
    assert problem.code == "NOT_FILED"
    assert setting.presenter.writing is not None
