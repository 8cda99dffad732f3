"""The GST screen: a period's figures above, its sections, checks, GSTR-3B, numbers and periods as tables below."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from core.words import money_text
from core.words import translate as _
from desktop.kit import (
    Card,
    Elided,
    EmptyState,
    Failure,
    Figure,
    Foot,
    Form,
    KeyHint,
    ListPage,
    PagedTable,
    PageHeader,
    Pill,
    ScreenView,
    Segments,
    Sheet,
    action_button,
    button,
    icon_button,
    row,
    show_if,
)
from desktop.ports import Action, Desk, Nothing, Place, Reader, Tone
from desktop.screens.gst.columns import (
    box_listing,
    check_listing,
    foot_of,
    gap_listing,
    paper_listing,
    period_listing,
    section_listing,
)
from desktop.screens.gst.places import spot_of
from desktop.screens.gst.presenter import GstPresenter
from desktop.screens.gst.rows import GapRow, PaperRow, Sums
from desktop.screens.gst.sheets import asked_file, filing_form, why_form
from desktop.theme import space

_SHARES = (9, 12, 7, 7)
"""How wide the tiles are beside each other."""


def make(desk: Desk) -> ScreenView:
    """The screen of the returns."""
    return GstScreen(desk)


class GstScreen(ScreenView):
    """One period's returns."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._papers: ListPage | None = None
        self._sheet: Sheet | None = None
        self._form: Form | None = None
        self._failure: Failure | None = None
        self.presenter = GstPresenter(self, desk)
        self._header = PageHeader(_("GST"))
        self._state = Pill("", "")
        self._tiles = [Figure(" ") for _share in _SHARES]
        read = self.presenter.whole_of
        self._tables: dict[str, PagedTable] = {
            "sections": self._table(section_listing(read), _("Sections of GSTR-1")),
            "checks": self._table(check_listing(read), _("What stands in the way")),
            "boxes": self._table(box_listing(read), _("GSTR-3B")),
            "gaps": self._table(gap_listing(read), _("Numbers")),
            "periods": self._table(period_listing(self.presenter.periods), _("Periods")),
        }
        self._titles = {
            "sections": _("GSTR-1"),
            "checks": _("Check"),
            "boxes": _("GSTR-3B"),
            "gaps": _("Numbers"),
            "periods": _("Periods"),
        }
        self._tabs = Segments(list(self._titles.items()), accessible_name=_("Show"))
        self._shown = "sections"
        self._stack = QStackedWidget()
        self._apart = EmptyState(Nothing("", icon="gst", action=" "))
        self._is_apart = False
        self._standing = Elided("", "small", tone="muted")
        go_next = Action("gst.next", _("Go to the next return"), self.presenter.go_next, ("Ctrl+D",))
        self._next = action_button(go_next, "quiet")
        self._foot = Foot()
        self._returns: list[QWidget] = []
        self._main = self._built()
        self._connect()
        self.set_content(self._main)

    # --- the shell's side

    def show_place(self, place: Place) -> None:
        """Come to the period's tables; a page names one of them."""
        self._drop_papers()
        self.set_content(self._failure or self._main)
        spot = spot_of(place.page)
        if spot.table in self._tables:
            self._show_tab(spot.table)
        self._main.setFocus()
        self.presenter.come(spot)

    def actions_here(self) -> Sequence[Action]:
        """Periods, files, filing, the tables."""
        act = self.presenter
        if self._papers is not None:
            back = Action("gst.back", _("Back to GST"), self._desk.navigator.back, ("Esc",), icon="back")
            return (back, *self._papers.list_actions())
        tabs = [
            Action(f"gst.{name}", title, partial(self._show_tab, name), (f"Ctrl+{n}",))
            for n, (name, title) in enumerate(self._titles.items(), 1)
        ]
        if self._is_apart:
            cure = Action("gst.cure", _("Open the company's settings"), act.cure_apart, icon="company")
            return (cure, *self._steps()) if act.whole is not None and act.whole.month.gstin else (cure,)
        return (
            *self._steps(),
            Action("gst.json", _("GSTR-1 file for the portal"), partial(self._on_export, "gstr1"), ("Ctrl+J",),
                   icon="export", words=_("json upload offline tool")),
            Action("gst.excel", _("Return as Excel"), partial(self._on_export, "excel"), ("Ctrl+E",), icon="export"),
            Action("gst.3b", _("GSTR-3B file"), partial(self._on_export, "gstr3b"), ("Ctrl+Shift+J",), icon="export"),
            Action("gst.einvoices", _("E-invoices that wait for their IRN"), partial(self._on_export, "einvoice"),
                   ("Ctrl+I",), icon="export", words=_("inv-01 irp json bulk")),
            Action("gst.file", _("Note it as filed"), self._on_file, ("Ctrl+Shift+F",), icon="check"),
            *tabs,
        )  # fmt: skip

    def _steps(self) -> Sequence[Action]:
        act = self.presenter
        return (
            Action("gst.before", _("Period before"), partial(act.step, -1), ("Alt+PgUp", "["), icon="back"),
            Action("gst.after", _("Period after"), partial(act.step, 1), ("Alt+PgDown", "]"), icon="forward"),
            Action("gst.next", _("Go to the next return"), act.go_next, ("Ctrl+D",), lambda: act.has_next, "calendar"),
        )  # fmt: skip

    def put_away(self) -> None:
        """The screen goes."""
        self._drop_papers()
        self.presenter.put_away()
        for table in self._tables.values():
            table.put_away()

    # --- what the presenter says

    def show_head(self, title: str, text: str, tone: Tone) -> None:
        """The period looked at, and how its return stands."""
        self._header.set_title(_("GST · {period}").format(period=title), text)
        whole = self.presenter.whole
        if whole is not None:
            self._state.show_state(whole.state, tone)
            show_if(self._state, bool(whole.state) and whole.apart is None)
        if self._failure is not None:
            self.set_content(self._main)
            self.drop_content(self._failure)
            self._failure = None
        self.actions_changed.emit()

    def show_figures(self, figures: Sequence[tuple[str, str, str, Tone]]) -> None:
        """The four tiles."""
        for tile, (caption, number, text, tone) in zip(self._tiles, figures, strict=True):
            tile.show_caption(caption)
            tile.show_number(number, delta=text, tone=tone)

    def show_standing(self, text: str, *, offers_next: bool) -> None:
        """How the period's returns stand, beside the tabs."""
        self._standing.set_whole(text)
        show_if(self._next, offers_next)

    def show_apart(self, nothing: Nothing | None) -> None:
        """Kind words in place of figures and tables, for a company that files no return."""
        self._is_apart = nothing is not None
        for part in self._returns:
            part.setVisible(nothing is None)
        shown: QWidget = self._table_now()
        if nothing is not None:
            shown = self._apart
            self._apart.say(nothing.title, nothing.text, nothing.action)
        self._stack.setCurrentWidget(shown)
        self._main.setFocusProxy(shown)
        if nothing is not None and self.isVisible():
            shown.setFocus()
        self._show_foot()

    def select_gap(self, row_id: bytes) -> None:
        """Choose a number in the table of numbers."""
        self._tables["gaps"].select_soon(row_id)

    def show_counts(self, blocks: int, warns: int) -> None:
        """How much there is to check, on its tab."""
        count = blocks + warns
        self._tabs.rename(
            "checks", f"{self._titles['checks']} ({count})" if count else self._titles["checks"]
        )

    def refresh(self) -> None:
        """Read the tables again."""
        for table in self._tables.values():
            table.refresh()

    def show_papers(self, title: str, text: str, papers: Callable[[Reader], Sequence[PaperRow]]) -> None:
        """The papers behind a figure, in place of the tables."""
        self._drop_papers()
        page = ListPage(title, paper_listing(papers), self._desk.runner, self._desk.hub, self._desk.memory)
        page.set_title(title, text)
        page.row_activated.connect(lambda record: self._on_paper(page, record))
        page.header.add(button(_("Back to GST"), "quiet", icon="back", run=self._desk.navigator.back))
        page.header.add(KeyHint(_("Esc")))
        self._papers = page
        self.set_content(page)
        page.setFocus()

    def show_papers_total(self, total: Sums) -> None:
        """What they come to, below them."""
        if self._papers is not None:
            taxable, tax = money_text(total.taxable_paise), money_text(total.tax_paise)
            self._papers.set_footer([(_("Taxable value"), taxable), (_("Tax"), tax)])

    def ask_why(self, row: GapRow) -> None:
        """A sheet that asks why a number is missing."""
        form = why_form(row)
        text = _("It is told in Table 13 as a number that no paper bears.")
        sheet = Sheet(_("Number {number}").format(number=row.number), form, parent=self.window(), text=text)
        form.save_asked.connect(lambda: self.presenter.explain(row, form.value("words") or ""))
        self._open(sheet, form)

    def show_failure(self, error: Exception) -> None:
        """The return could not be put together."""
        failure = Failure(error)
        failure.asked.connect(self.presenter.refresh)
        self._failure = failure
        self.set_content(failure)

    def close_sheet(self) -> None:
        """Done."""
        if self._sheet is not None:
            self._sheet.accept()

    def refuse_sheet(self, error: Exception) -> None:
        """Refused; what was typed stays."""
        if self._form is not None:
            self._form.set_busy(False)
            self._form.show_refusal(error)

    # --- building

    def _table(self, listing: Any, name: str) -> PagedTable:
        table = PagedTable(listing, self._desk.runner, self._desk.hub, self._desk.memory)
        table.view.setAccessibleName(name)
        return table

    def _built(self) -> QWidget:
        act = self.presenter
        before = icon_button("back", _("Period before"))
        before.clicked.connect(lambda: act.step(-1))
        after = icon_button("forward", _("Period after"))
        after.clicked.connect(lambda: act.step(1))
        self._header.add(self._state)
        self._returns = [
            before,
            after,
            button(_("Excel"), icon="export", keys="Ctrl+E", run=partial(self._on_export, "excel")),
            button(_("Note as filed"), icon="check", keys="Ctrl+Shift+F", run=self._on_file),
            button(_("File for the portal"), "primary", icon="export", run=partial(self._on_export, "gstr1")),
            KeyHint("Ctrl+J"),
        ]
        for part in self._returns:
            self._header.add(part)
        for table in (*self._tables.values(), self._apart):
            self._stack.addWidget(table)
        card = Card(margin="hair")
        card.set_margins(1, 1, 1, 6)
        card.add(self._stack, 1)
        card.add(self._foot)
        bar = row(self._tabs)
        bar.addWidget(self._standing, 1)
        bar.addWidget(self._next)
        self._returns += [*self._tiles, self._tabs, self._standing]
        main = QWidget()
        whole = QVBoxLayout(main)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("base"))
        whole.addWidget(self._header)
        whole.addLayout(self._tiles_row())
        whole.addLayout(bar)
        whole.addWidget(card, 1)
        main.setFocusProxy(self._tables["sections"])
        return main

    def _tiles_row(self) -> QHBoxLayout:
        tiles = QHBoxLayout()
        tiles.setSpacing(space("base"))
        for tile, share in zip(self._tiles, _SHARES, strict=True):
            tile.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            tiles.addWidget(tile, share)
        return tiles

    def _connect(self) -> None:
        act = self.presenter
        self._tabs.chosen.connect(self._show_tab)
        self._on_row("sections", act.open_section)
        self._on_row("boxes", act.open_box)
        self._on_row("checks", act.cure)
        self._on_row("gaps", act.open_gap)
        self._on_row("periods", act.open_period)
        self._apart.asked.connect(act.cure_apart)
        for table in self._tables.values():
            table.selection_changed.connect(lambda _ids: self._show_foot())
            table.model.modelReset.connect(self._show_foot)

    def _on_row(self, name: str, then: Callable[[Any], object]) -> None:
        table = self._tables[name]

        def opened(row_id: bytes) -> None:
            if (found := table.row_of(row_id)) is not None:
                then(found)

        table.row_activated.connect(opened)

    def _on_paper(self, page: ListPage, record: bytes) -> None:
        if (paper := page.table.row_of(record)) is not None:
            self.presenter.open_paper(paper)

    def _table_now(self) -> PagedTable:
        return self._tables[self._shown]

    def _show_tab(self, name: str) -> None:
        if self._is_apart:
            return
        self._shown = name
        self._tabs.choose(name)
        self._stack.setCurrentWidget(self._tables[name])
        self._main.setFocusProxy(self._tables[name])
        self._tables[name].setFocus()
        self._show_foot()

    def _show_foot(self) -> None:
        """Below the table: the chosen row in full, and what Enter does with it."""
        table = self._table_now()
        rows = [table.row_of(row_id) for row_id in table.selected_ids()[:1]]
        is_told = bool(rows) and rows[0] is not None and not self._is_apart
        self._foot.say(*(foot_of(rows[0]) if is_told else ("", "")))

    def _drop_papers(self) -> None:
        if self._papers is None:
            return
        page, self._papers = self._papers, None
        self.set_content(self._main)
        page.put_away()
        self.drop_content(page)
        self._table_now().setFocus()

    # --- what the user asks

    def _on_export(self, what: str) -> None:
        name = self.presenter.file_name(what)
        if name and (file := asked_file(self, self._desk.memory, name, what)) is not None:
            self.presenter.export(what, file)

    def _on_file(self) -> None:
        whole = self.presenter.whole
        if whole is None or not whole.may_file:
            self._desk.notifier.tell(self.presenter.why_not_filed())
            return
        form = filing_form(whole, self._desk.calendar.today())
        text = _("Papers it covers are corrected by amendments from then on; it is not undone.")
        sheet = Sheet(_("Filed: {period}").format(period=whole.title), form, parent=self.window(), text=text)
        form.save_asked.connect(self._on_file_asked)
        self._open(sheet, form)

    def _on_file_asked(self) -> None:
        form = self._form
        if form is None:
            return
        form.set_busy(True)
        told = form.values()
        self.presenter.file(
            told["form"].value if told["form"] else "", told["filed_on"], told["arn"] or "",
            despite=bool(told.get("despite")),
        )  # fmt: skip

    def _open(self, sheet: Sheet, form: Form) -> None:
        sheet.finished.connect(self._on_sheet_closed)
        self._sheet, self._form = sheet, form
        sheet.open()

    def _on_sheet_closed(self) -> None:
        self._sheet = self._form = None
