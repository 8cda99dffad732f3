"""The GST screen: a period's figures above, its sections, checks, GSTR-3B, numbers and periods as tables below."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from core.words import money_text
from core.words import translate as _
from desktop.kit import (
    Card,
    ChoiceField,
    DateField,
    Failure,
    Figure,
    Form,
    KeyHint,
    ListPage,
    PagedTable,
    PageHeader,
    Pill,
    ScreenView,
    Segments,
    Sheet,
    TextField,
    ToggleField,
    button,
    icon_button,
    row,
)
from desktop.ports import Action, Choice, Desk, Place, Reader, Tone
from desktop.screens.gst.columns import (
    box_listing,
    check_listing,
    gap_listing,
    paper_listing,
    period_listing,
    section_listing,
)
from desktop.screens.gst.presenter import GstPresenter
from desktop.screens.gst.rows import GapRow, PaperRow, Sums
from desktop.theme import space

_SHARES = (4, 5, 3, 4)
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
        self._stack = QStackedWidget()
        self._main = self._built()
        self._connect()
        self.set_content(self._main)

    # --- the shell's side

    def show_place(self, place: Place) -> None:
        """Come to the period's tables; a page names one of them."""
        self._drop_papers()
        self.set_content(self._failure or self._main)
        if place.page in self._tables:
            self._show_tab(place.page)
        self.presenter.come()
        self._tables[self._tab()].view.setFocus()

    def actions_here(self) -> Sequence[Action]:
        """Periods, files, filing, the tables."""
        act = self.presenter
        if self._papers is not None:
            back = Action("gst.back", _("Back to the sections"), self._drop_papers, ("Esc",), icon="back")
            return (back, *self._papers.list_actions())
        tabs = [
            Action(f"gst.{name}", title, partial(self._show_tab, name), (f"Ctrl+{n}",))
            for n, (name, title) in enumerate(self._titles.items(), 1)
        ]
        return (
            Action("gst.before", _("Period before"), partial(act.step, -1), ("Alt+PgUp", "["), icon="back"),
            Action("gst.after", _("Period after"), partial(act.step, 1), ("Alt+PgDown", "]"), icon="forward"),
            Action("gst.json", _("GSTR-1 file for the portal"), partial(self._on_export, "gstr1"), ("Ctrl+J",),
                   icon="export", words=_("json upload offline tool")),
            Action("gst.excel", _("Return as Excel"), partial(self._on_export, "excel"), ("Ctrl+E",), icon="export"),
            Action("gst.3b", _("GSTR-3B file"), partial(self._on_export, "gstr3b"), ("Ctrl+Shift+J",), icon="export"),
            Action("gst.einvoices", _("E-invoices that wait for their IRN"), partial(self._on_export, "einvoice"),
                   ("Ctrl+I",), icon="export", words=_("inv-01 irp json bulk")),
            Action("gst.file", _("Note it as filed"), self._on_file, ("Ctrl+Shift+F",), self._can_file, "check"),
            *tabs,
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
        page.header.add(button(_("Back"), "quiet", icon="back", run=self._drop_papers))
        page.header.add(KeyHint(_("Esc")))
        self._papers = page
        self.set_content(page)
        page.setFocus()

    def show_papers_total(self, total: Sums) -> None:
        """What they come to, below them."""
        if self._papers is not None:
            figures = [(_("Taxable value"), total.taxable_paise), (_("Tax"), total.tax_paise)]
            self._papers.set_footer([(name, money_text(paise)) for name, paise in figures])

    def ask_why(self, row: GapRow) -> None:
        """A sheet that asks why a number is missing."""
        form = Form(save=_("Keep"), back=_("Leave it"))
        form.add(
            "words",
            _("Why it is missing"),
            TextField(placeholder=_("Torn page of the old book"), max_length=200),
        )
        form.set_values({"words": row.reason if row.gap.why == "explained" else ""})
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
        self._header.add(before)
        self._header.add(after)
        self._header.add(button(_("Excel"), icon="export", run=partial(self._on_export, "excel")))
        self._header.add(button(_("Note as filed"), icon="check", run=self._on_file))
        self._header.add(
            button(_("File for the portal"), "primary", icon="export", run=partial(self._on_export, "gstr1"))
        )
        self._header.add(KeyHint("Ctrl+J"))
        tiles = QHBoxLayout()
        tiles.setSpacing(space("base"))
        for tile, share in zip(self._tiles, _SHARES, strict=True):
            tile.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            tiles.addWidget(tile, share)
        for table in self._tables.values():
            self._stack.addWidget(table)
        card = Card(margin="hair")
        card.set_margins(1, 1, 1, 6)
        card.add(self._stack, 1)
        bar = row(self._tabs)
        bar.addStretch(1)
        main = QWidget()
        whole = QVBoxLayout(main)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("base"))
        whole.addWidget(self._header)
        whole.addLayout(tiles)
        whole.addLayout(bar)
        whole.addWidget(card, 1)
        main.setFocusProxy(self._tables["sections"])
        return main

    def _connect(self) -> None:
        act = self.presenter
        self._tabs.chosen.connect(self._show_tab)
        self._on_row("sections", act.open_section)
        self._on_row("boxes", act.open_box)
        self._on_row("checks", act.cure)
        self._on_row("gaps", act.open_gap)
        self._on_row("periods", self._on_period)

    def _on_row(self, name: str, then: Callable[[Any], object]) -> None:
        table = self._tables[name]

        def opened(row_id: bytes) -> None:
            place = table.model.place_of(row_id)
            if place is not None:
                then(table.model.row(place))

        table.row_activated.connect(opened)

    def _on_period(self, period: Any) -> None:
        self.presenter.look_at(period.period)
        self._show_tab("sections")

    def _on_paper(self, page: ListPage, record: bytes) -> None:
        place = page.table.model.place_of(record)
        if place is not None:
            self.presenter.open_paper(page.table.model.row(place))

    def _tab(self) -> str:
        return list(self._tables)[self._stack.currentIndex()]

    def _show_tab(self, name: str) -> None:
        self._tabs.choose(name)
        self._stack.setCurrentWidget(self._tables[name])
        self._main.setFocusProxy(self._tables[name])
        self._tables[name].view.setFocus()

    def _drop_papers(self) -> None:
        page: ListPage | None = self._papers
        if page is None:
            return
        self._papers = None
        self.set_content(self._main)
        page.put_away()
        self.drop_content(page)
        self._tables[self._tab()].view.setFocus()

    def _can_file(self) -> bool:
        whole = self.presenter.whole
        return whole is not None and bool(whole.may_file)

    # --- what the user asks

    def _on_export(self, what: str) -> None:
        if self.presenter.whole is None:
            return
        folder = Path(str(self._desk.memory.recall("gst.folder", str(Path.home()))))
        kinds = _("Excel files (*.xlsx)") if what == "excel" else _("JSON files (*.json)")
        wanted = str(folder / self.presenter.file_name(what))
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Write the return"), wanted, kinds)
        if chosen:
            self._desk.memory.keep("gst.folder", str(Path(chosen).parent))
            self.presenter.export(what, Path(chosen))

    def _on_file(self) -> None:
        whole = self.presenter.whole
        if whole is None or not whole.may_file:
            self._desk.notifier.tell(_("Every return of this period stands as filed"))
            return
        form = Form(save=_("It is filed"), back=_("Leave it"))
        forms = [Choice(name, title) for name, title in whole.may_file]
        form.add("form", _("Return"), ChoiceField.of(forms), required=True)
        form.add("filed_on", _("Filed on"), DateField(today=self._desk.calendar.today()), required=True)
        form.add("arn", _("ARN of the portal"), TextField(max_length=20, placeholder="AA290526000000A"))
        form.set_values({"form": forms[0], "filed_on": self._desk.calendar.today(), "arn": ""})
        text = _("Papers it covers are corrected by amendments from then on; it is not undone.")
        if whole.blocks:
            despite = _("{count} findings stand in the way: tick that it was filed so.").format(
                count=whole.blocks
            )
            form.add("despite", _("Despite the check"), ToggleField(_("It was filed so")), hint=despite)
        sheet = Sheet(_("Filed: {period}").format(period=whole.title), form, parent=self.window(), text=text)
        form.save_asked.connect(self._on_file_asked)
        self._open(sheet, form)

    def _on_file_asked(self) -> None:
        form = self._form
        if form is None:
            return
        chosen = form.value("form")
        form.set_busy(True)
        despite = bool(form.values().get("despite"))
        self.presenter.file(
            chosen.value if chosen else "", form.value("filed_on"), form.value("arn") or "", despite=despite
        )

    def _open(self, sheet: Sheet, form: Form) -> None:
        sheet.finished.connect(self._on_sheet_closed)
        self._sheet, self._form = sheet, form
        sheet.open()

    def _on_sheet_closed(self) -> None:
        self._sheet = self._form = None
