"""The gallery: every part of the kit in one window, light or dark (`python -m desktop.kit.gallery`).

It is photographed by a test, and looked at by whoever changes the theme.
"""

import datetime as dt
import sys
from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from core.errors import Offline
from core.problems import Problem
from core.words import money_text
from desktop import theme
from desktop.bridge import NoMemory
from desktop.kit import (
    AmountField,
    Badge,
    Banner,
    Bar,
    Bars,
    Card,
    ChoiceField,
    Course,
    DateField,
    EditGrid,
    EmptyState,
    FactList,
    Failure,
    Figure,
    Form,
    GridColumn,
    KeyHint,
    ListPage,
    Loading,
    NotesField,
    PageHeader,
    Pill,
    PriceField,
    QuantityField,
    RateField,
    Run,
    Section,
    Segments,
    Sparkline,
    StackedBar,
    TextField,
    Toast,
    ToggleField,
    action_button,
    button,
    icon_button,
    label,
    round_scale,
    row,
    rule,
)
from desktop.kit.gallery_sample import RUNNER, TODAY, TONES, items, sample_listing
from desktop.ports import Action, Choice, Nothing


def list_page() -> QWidget:
    """A list as screens show it."""
    new = Action("new", "New sale", lambda: None, ("F8",), icon="plus")
    export = Action("export", "Export", lambda: None, icon="export")
    page = ListPage("Invoices", sample_listing(), RUNNER, None, NoMemory(), actions=[new, export])
    page.set_title("Invoices", "2026-27 · all parties")
    page.set_footer([("Outstanding", money_text(123_456_750)), ("Overdue", money_text(21_040_000))])
    return page


def form_page() -> QWidget:
    """Every field, some right, some wrong."""
    form = Form(save="Save party", back="Back")
    form.section("Party", "How the customer stands on your papers.")
    form.add("name", "Name", TextField(), required=True)
    form.add("gstin", "GSTIN", TextField(capitals=True))
    form.add_beside(("city", "City", TextField()), ("pin", "PIN", TextField()))
    states = [Choice("29", "Karnataka", "29"), Choice("27", "Maharashtra", "27")]
    form.add("state", "State", ChoiceField.of(states))
    form.section("Terms")
    form.add_beside(
        ("limit", "Credit limit", AmountField()), ("days", "Due after", QuantityField(unit="days"))
    )
    form.add_beside(("since", "Since", DateField(today=TODAY)), ("tds", "TDS rate", RateField()))
    form.add("price", "Usual rate", PriceField(), hint="Four decimals at the most", wide=False)
    form.add("mail", "", ToggleField("Send reminders by e-mail"))
    form.add("notes", "Notes", NotesField(placeholder="Only you see these"))
    form.set_values(
        {
            "name": "Kaveri Textiles Pvt Ltd",
            "gstin": "29ABCDE1234F1Z5",
            "city": "Bengaluru",
            "pin": "560001",
            "state": "29",
            "limit": 12_345_678_900,
            "days": 45_000,
            "since": dt.date(2026, 4, 1),
            "tds": 1_000,
            "price": 12_505_000,
            "mail": True,
        }
    )
    form.show_problems(
        [
            Problem(code="CHECK_DIGIT", message="The check digit should be 7.", field="gstin"),
            Problem(code="TWICE", message="A party of this name is already there."),
        ]
    )
    return _framed(form)


def lines_page() -> QWidget:
    """The line editor, with a line that cannot be read."""
    grid = EditGrid(
        [
            GridColumn("item", "Item", "choice", suggest=items, create="New item", stretch=True),
            GridColumn("hsn", "HSN", "text", 9),
            GridColumn("quantity", "Qty", "quantity", 9),
            GridColumn("price", "Rate", "price", 12),
            GridColumn("discount", "Disc %", "rate", 8),
            GridColumn("gst", "GST", "rate", 7),
            GridColumn("total", "Amount", "computed", 14),
        ],
        RUNNER,
    )
    rod, work = items(None, "rod")[0], items(None, "fab")[0]
    common = {"gst": 1_800}
    grid.set_rows(
        [
            {
                "item": rod,
                "hsn": "7214",
                "quantity": 10_000,
                "price": 12_505_000,
                "total": "12,505.00",
                **common,
            },
            {
                "item": work,
                "hsn": "9988",
                "quantity": 6_000,
                "price": 1_200_000_000,
                "discount": 500,
                **common,
            },
            {"item": rod, "hsn": "7214", "price": 5_000_000, **common},
        ]
    )
    grid.show_problems([Problem(code="NEEDED", message="A quantity is needed.", field="lines[2].quantity")])
    card = Card(margin="hair")
    card.add(grid, 1)
    return _framed(card)


def figures_page() -> QWidget:
    """Figures, charts and facts, as Today shows them."""
    page = QWidget()
    across = QGridLayout()
    across.setSpacing(theme.space("base"))
    for place, figure in enumerate(
        (
            Figure("Outstanding", money_text(123_456_750), delta="42 invoices"),
            Figure("Overdue", money_text(21_040_000), delta="₹ 40,000 more than last week", tone="danger"),
            Figure(
                "Received this month", money_text(8_765_400), delta="12% more than October", tone="success"
            ),
        )
    ):
        across.addWidget(figure, 0, place)
    ageing = Card("Ageing")
    bars = [
        Bar("Not due", 620_000, "6,20,000.00"),
        Bar("1 – 30 days", 340_000, "3,40,000.00"),
        Bar("31 – 60 days", 120_000, "1,20,000.00"),
        Bar("61 – 90 days", 60_000, "60,000.00"),
        Bar("Over 90 days", 94_567, "94,567.50"),
    ]
    ageing.add(Bars(bars))
    ageing.add_stretch()
    whole = Card("The same in one bar")
    whole.add(StackedBar(bars))
    whole.add(Sparkline([3, 4, 4, 6, 5, 7, 9, 8, 11], spoken="Receipts have risen for nine weeks"))
    whole.add(_days_sales_are_out())
    whole.add_stretch()
    facts = Card("Kaveri Textiles Pvt Ltd")
    facts.add(
        FactList([("GSTIN", "29ABCDE1234F1Z5"), ("State", "Karnataka"), ("Fax", ""), ("Terms", "45 days")])
    )
    facts.add_stretch()
    across.addWidget(ageing, 1, 0)
    across.addWidget(whole, 1, 1)
    across.addWidget(facts, 1, 2)
    across.setRowStretch(2, 1)
    for place in range(3):
        across.setColumnStretch(place, 1)
    head = PageHeader("Today", "Saturday, 21 November 2026")
    head.add(button("Print", icon="print"))
    below = QVBoxLayout(page)
    below.setSpacing(theme.space("base"))
    below.addWidget(head)
    below.addLayout(across, 1)
    return _framed(page)


def parts_page() -> QWidget:
    """Buttons, pills, keys, banners and toasts."""
    page = QWidget()
    stack = QVBoxLayout(page)
    stack.setSpacing(theme.space("medium"))
    stack.addWidget(Section("Buttons", "One primary on a page."))
    stack.addLayout(
        _line(
            button("Issue", "primary", icon="check"),
            button("Print", icon="print"),
            button("Back", "quiet"),
            button("Cancel invoice", "danger"),
            _disabled(button("Issued", "primary")),
            action_button(Action("receipt", "Receipt", lambda: None, ("F6",))),
            icon_button("edit", "Edit"),
            Segments([("open", "Open"), ("overdue", "Overdue"), ("all", "All")]),
        )
    )
    stack.addWidget(Section("States", "A shape for each, so that colour is never needed."))
    stack.addLayout(_line(*(Pill(text, tone) for text, tone in TONES), Badge(7), Badge(3, tone="danger")))
    stack.addLayout(_line(KeyHint("F8"), KeyHint("Ctrl+K"), KeyHint("Alt+F2"), KeyHint("Esc")))
    stack.addWidget(rule())
    stack.addWidget(
        Banner("Two invoices could not be sent. They are kept and tried again.", "warning", "Look")
    )
    stack.addWidget(Banner("This party has a dispute of ₹ 12,000.00 open.", "danger"))
    stack.addWidget(Banner("Everything is allocated.", "success"))
    stack.addWidget(Banner("A draft of this was kept from yesterday.", "accent", "Take it up"))
    stack.addLayout(
        _line(
            Toast("Invoice INV/26-27/0013 issued", "success", action="Undo", run=lambda: None),
            Toast("The service cannot be reached. Nothing is lost.", "danger"),
        )
    )
    stack.addStretch(1)
    return _framed(page)


def type_page() -> QWidget:
    """The type scale in the scripts the window is read in."""
    page = QWidget()
    stack = QVBoxLayout(page)
    stack.setSpacing(theme.space("medium"))
    stack.addWidget(Section("Type"))
    for step in ("figure", "heading", "title", "strong", "body", "small", "caption"):
        stack.addWidget(label(f"{step}: 12,34,567.50 रुपये ரூபாய் ₹", step))
    stack.addStretch(1)
    return _framed(page)


def states_page() -> QWidget:
    """Empty, failed and loading, side by side."""
    page = QWidget()
    across = QHBoxLayout(page)
    across.setSpacing(theme.space("base"))
    for state in (
        EmptyState(Nothing("No invoices yet", "They stand here once issued.", "New sale", "invoices")),
        Failure(Offline("The book cannot be read.", remedy="Close the other window and try again.")),
        Loading(),
    ):
        card = Card()
        card.add(state, 1)
        across.addWidget(card, 1)
    return _framed(page)


def _days_sales_are_out() -> Course:
    course = Course("Days sales are out")
    days = (52, 49, 55, 58, 47, 44)
    runs = [
        Run("DSO", days, [f"{n} days" for n in days]),
        Run("Best possible", (31, 30, 33, 31, 30, 29), [f"{n} days" for n in (31, 30, 33, 31, 30, 29)]),
    ]
    most, lines = round_scale(58)
    months = ("Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
    course.show_runs(months, runs, most=most, scale=[str(n) for n in lines])
    return course


PAGES: dict[str, Callable[[], QWidget]] = {
    "list": list_page,
    "form": form_page,
    "lines": lines_page,
    "figures": figures_page,
    "parts": parts_page,
    "type": type_page,
    "states": states_page,
}


def gallery() -> QWidget:
    """The whole gallery as one window."""
    window = QWidget()
    window.setProperty("part", "canvas")
    window.setWindowTitle("Bahi · the kit")
    window.resize(1180, 820)
    tabs = QTabWidget()
    tabs.setDocumentMode(True)
    for name, make in PAGES.items():
        tabs.addTab(make(), name.title())
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    def turn() -> None:
        theme.apply(app, "light" if theme.current() == "dark" else "dark")

    tabs.setCornerWidget(button("Light or dark", "quiet", icon="moon", run=turn))
    whole = QVBoxLayout(window)
    whole.addWidget(tabs)
    return window


def _line(*widgets: QWidget) -> QHBoxLayout:
    made = row(*widgets)
    made.addStretch(1)
    return made


def _framed(widget: QWidget) -> QWidget:
    frame = QWidget()
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(*(theme.space("wide"),) * 4)
    inside.addWidget(widget)
    return frame


def _disabled(widget: QWidget) -> QWidget:
    widget.setEnabled(False)
    return widget


def main() -> int:
    """Show the gallery; `dark` as argument starts it dark."""
    app = QApplication(sys.argv)
    theme.apply(app, "dark" if "dark" in sys.argv[1:] else "light")
    window = gallery()
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
