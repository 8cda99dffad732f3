"""The TDS screen: a year's life by deductor, the credits seen, certificates and GST-TDS as lists; pages beside them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from core.ids import Id
from core.tds.life import TdsRow
from core.words import translate as _
from desktop.kit import Form, KeyHint, ListPage, ScreenView, Segments, Sheet, button, icon_button
from desktop.ports import Action, Desk, Listing, Place
from desktop.screens.tds.columns import certificate_listing, credit_listing, life_listing
from desktop.screens.tds.coming import ComingPage
from desktop.screens.tds.detail import DeductorPage, list_actions
from desktop.screens.tds.letters import LettersPage
from desktop.screens.tds.presenter import Figures, TdsPresenter
from desktop.screens.tds.rows import CreditRow
from desktop.screens.tds.sheets import certificate_form, claim_form, link_form

TABS = ("life", "seen", "certificates", "gst")
Shown = ComingPage | DeductorPage | LettersPage


def make(desk: Desk) -> ScreenView:
    """The screen of TDS."""
    return TdsScreen(desk)


class TdsScreen(ScreenView):
    """Four lists of one year; a deductor, a form that is coming, and letters stand in their place."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._page: Shown | None = None
        self._coming: Path | None = None
        self._sheet: Sheet | None = None
        self._form: Form | None = None
        self.presenter = TdsPresenter(self, desk)
        self._names = {
            "life": _("Life"),
            "seen": _("Credits seen"),
            "certificates": _("Certificates"),
            "gst": _("GST-TDS"),
        }
        act = self.presenter
        self._tabs: list[Segments] = []
        self.lists: dict[str, ListPage] = {
            "life": self._list(life_listing(lambda reader: act.told(reader).tax.rows)),
            "seen": self._list(credit_listing(act.credits)),
            "certificates": self._list(certificate_listing(act.held)),
            "gst": self._list(life_listing(lambda reader: act.told(reader).gst.rows, gst=True)),
        }
        self._shown = "life"
        self._connect()
        self.show_year(act.label)
        self.set_content(self.lists["life"])

    # --- the shell's side

    def show_place(self, place: Place) -> None:
        """Show a list, or a page in its place."""
        self._drop_page()
        self.presenter.refresh()
        if place.page == "letters":
            self._show_page(LettersPage(self._desk, self.presenter.year, place.record))
        elif place.page == "coming" and self._coming is not None:
            self._show_page(ComingPage(self._desk, self._coming, self._taken))
        elif place.page == "deductor" and place.record is not None:
            self._show_deductor(place.record)
        else:
            self._show_tab(place.page if place.page in TABS else self._shown)

    def actions_here(self) -> Sequence[Action]:
        """What the page or the list offers."""
        if self._page is not None:
            return self._page.actions_here()
        act = self.presenter
        tabs = [
            Action(f"tds.tab.{name}", title, partial(self._go_tab, name), (f"Ctrl+{n}",))
            for n, (name, title) in enumerate(self._names.items(), 1)
        ]
        here: list[Action] = []
        if self._shown == "seen":
            here = [
                Action("tds.link", _("Link by hand"), self._on_link, ("Ctrl+L",), self._may_link, "open"),
                Action(
                    "tds.claim", _("Note as claimed"), self._on_claim, ("Ctrl+M",), self._may_claim, "check"
                ),
                Action(
                    "tds.undo", _("Undo link or claim"), self._on_undo, ("Ctrl+U",), self._may_undo, "undo"
                ),
            ]
        return (
            Action("tds.import", _("Import a form"), self._on_import, ("Ctrl+I",), icon="import",
                   words=_("26as 168 gstr-7a")),
            Action("tds.letters.here", _("Letters"), self._on_letters, ("Ctrl+Shift+L",), icon="mail"),
            Action("tds.certificate", _("Note a certificate"), self._on_certificate, ("Ctrl+Shift+N",), icon="plus"),
            *here,
            Action("tds.before", _("Year before"), partial(act.step, -1), ("Alt+PgUp", "["), icon="back"),
            Action("tds.after", _("Year after"), partial(act.step, 1), ("Alt+PgDown", "]"), icon="forward"),
            *tabs,
            *list_actions(self.lists[self._shown], self._desk.runner),
        )  # fmt: skip

    def focus_filter(self) -> None:
        """The list's own filter."""
        page = self._page
        listed = page.list if isinstance(page, ComingPage | DeductorPage) else self.lists[self._shown]
        listed.focus_filter()

    def put_away(self) -> None:
        """The screen goes."""
        self._drop_page()
        self.presenter.put_away()
        for listed in self.lists.values():
            listed.put_away()

    # --- what the presenter says

    def is_shown(self) -> bool:
        """Whether the screen is in sight."""
        return self.isVisible()

    def show_year(self, label: str) -> None:
        """Another year: every list is read again."""
        for listed in self.lists.values():
            listed.set_title(_("TDS · {year}").format(year=label))
            listed.table.refresh()

    def show_totals(self, tax: Figures, gst: Figures) -> None:
        """What they come to, below the lists; and on the deductor's page."""
        self.lists["life"].set_footer(tax)
        self.lists["gst"].set_footer(gst)
        if isinstance(self._page, DeductorPage):
            page = self._page
            self._desk.runner.read(
                partial(self.presenter.rows_of, page.record),
                lambda rows: page.show_rows(rows) if rows else None,
            )

    def close_sheet(self) -> None:
        """Done."""
        if self._sheet is not None:
            self._sheet.accept()

    def refuse_sheet(self, error: Exception) -> None:
        """Refused; what was typed stays."""
        if self._form is not None:
            self._form.set_busy(False)
            self._form.show_refusal(error)
        else:
            self._desk.notifier.fail(error)

    # --- building

    def _list(self, listing: Listing[Any]) -> ListPage:
        desk, act = self._desk, self.presenter
        page = ListPage(_("TDS"), listing, desk.runner, desk.hub, desk.memory)
        tabs = Segments(list(self._names.items()), accessible_name=_("Show"))
        tabs.chosen.connect(self._go_tab)
        self._tabs.append(tabs)
        before, after = icon_button("back", _("Year before")), icon_button("forward", _("Year after"))
        before.clicked.connect(lambda: act.step(-1))
        after.clicked.connect(lambda: act.step(1))
        brings = button(_("Import a form"), "primary", icon="import", run=self._on_import)
        for part in (before, after, tabs, brings, KeyHint("Ctrl+I")):
            page.header.add(part)
        return page

    def _connect(self) -> None:
        for name, listed in self.lists.items():
            listed.action_asked.connect(self._on_certificate if name == "certificates" else self._on_import)
        for name in ("life", "gst"):
            self.lists[name].row_activated.connect(
                lambda record: self._desk.navigator.go("tds", record=record, page="deductor")
            )
        self.lists["seen"].row_activated.connect(self._on_credit)

    def _show_tab(self, name: str) -> None:
        self._shown = name
        for tabs in self._tabs:
            tabs.choose(name)
        self.set_content(self.lists[name])
        self.lists[name].setFocus()
        self.actions_changed.emit()

    def _go_tab(self, name: str) -> None:
        self._desk.navigator.go("tds", page=name)

    def _show_page(self, page: Shown) -> None:
        self._page = page
        self.set_content(page)
        page.setFocus()
        self.actions_changed.emit()

    def _drop_page(self) -> None:
        page: QWidget | None = self._page
        if self._page is not None and page is not None:
            self._page.put_away()
            self._page = None
            self.set_content(self.lists[self._shown])
            self.drop_content(page)

    def _show_deductor(self, record: Id) -> None:
        def show(rows: list[TdsRow]) -> None:
            if not rows:
                self._show_tab(self._shown)
            elif self._page is None:
                self._show_page(
                    DeductorPage(self._desk, self.presenter, rows, self._ask_link, self._ask_certificate)
                )

        self._desk.runner.read(partial(self.presenter.rows_of, record), show, self._desk.notifier.fail)

    # --- what the user asks

    def _on_import(self) -> None:
        kept = str(self._desk.memory.recall("tds.forms", str(Path.home())))
        kinds = _("Forms (*.txt *.xlsx *.xls *.csv)")
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Import a form"), kept, kinds)
        if chosen:
            self._desk.memory.keep("tds.forms", str(Path(chosen).parent))
            self.look_at(Path(chosen))

    def look_at(self, path: Path) -> None:
        """Show what a form would bring."""
        self._coming = path
        self._desk.navigator.go("tds", page="coming")

    def _taken(self, year: int, is_gst: bool) -> None:
        """A form was kept: look at its year, in the list that it belongs to."""
        if year != self.presenter.year:
            self.presenter.step(year - self.presenter.year)
        self._go_tab("gst" if is_gst else "life")

    def _on_letters(self) -> None:
        self._desk.navigator.go("tds", page="letters")

    def _on_certificate(self) -> None:
        """Most likely of the deductor whose line is marked."""
        listed = self.lists.get(self._shown)
        marked = [listed.table.row_of(row_id) for row_id in listed.selected_ids()[:1]] if listed else []
        row = marked[0] if marked and isinstance(marked[0], TdsRow) else None
        if row is None:
            self._ask_certificate("", "", 0)
        else:
            self._ask_certificate(row.tan, row.code, row.quarter)

    def _ask_certificate(self, tan: str, code: str, quarter: int) -> None:
        form = certificate_form(self.presenter, self._desk, tan=tan, code=code, quarter=quarter)
        title = _("Certificate of {year}").format(year=self.presenter.label)
        self._ask(title, form, lambda: self.presenter.note_certificate(form.values()))

    def _chosen(self) -> list[CreditRow]:
        listed = self.lists["seen"]
        found = [listed.table.row_of(row_id) for row_id in listed.selected_ids()]
        return [row for row in found if row is not None]

    def _may_link(self) -> bool:
        rows = self._chosen()
        return bool(rows) and all(row.is_current and row.link is None for row in rows)

    def _may_claim(self) -> bool:
        rows = self._chosen()
        return bool(rows) and all(row.is_current and row.claimed_in is None for row in rows)

    def _may_undo(self) -> bool:
        return any(row.link is not None or row.claim is not None for row in self._chosen())

    def _on_credit(self, _record: Id) -> None:
        rows = self._chosen()
        if not rows:
            return
        row = rows[0]

        def read(reader: Any) -> Id | None:
            told = self.presenter.told(reader)
            for life in (told.tax, told.gst):
                for record, matches in life.matches.items():
                    if any(one.id == row.id for found in matches for one in found.credits):
                        return record
            return None

        def go(record: Id | None) -> None:
            if record is None:
                self._desk.notifier.tell(_("This line counts in the year of its receipt, or no more."))
            else:
                self._desk.navigator.go("tds", record=record, page="deductor")

        self._desk.runner.read(read, go)

    def _on_link(self) -> None:
        if self._may_link():
            self._ask_link([row.id for row in self._chosen()], [])

    def _ask_link(self, seen: Sequence[Id], receipts: Sequence[Id]) -> None:
        """Ask for the other side of what was chosen; both sides chosen already need no question."""
        act = self.presenter
        if seen and receipts:
            act.link(seen, receipts)
            return
        title = _("Receipt") if seen else _("Line of the form")
        form = link_form(self._desk, title, act.open_deductions if seen else act.open_credits)

        def save() -> None:
            other = form.values()["other"]
            if other is not None:
                act.link(seen or [other.value], receipts or [other.value])

        self._ask(
            _("Link by hand"), form, save, _("What the rules cannot tell: it stays until it is undone.")
        )

    def _on_claim(self) -> None:
        if not self._may_claim():
            return
        chosen = [row.id for row in self._chosen()]
        form = claim_form(self.presenter.year)
        title = (
            _("Claim {count} credits").format(count=len(chosen))
            if len(chosen) > 1
            else _("Claim this credit")
        )
        self._ask(title, form, lambda: self.presenter.claim(chosen, form.values()["year"].value))

    def _on_undo(self) -> None:
        claims = [one for row in self._chosen() for one in (row.link, row.claim) if one is not None]
        if claims:
            self.presenter.undo(list(dict.fromkeys(claims)))

    def _ask(self, title: str, form: Form, save: Callable[[], None], text: str = "") -> None:
        sheet = Sheet(title, form, parent=self.window(), text=text)

        def asked() -> None:
            form.set_busy(True)
            save()

        form.save_asked.connect(asked)
        sheet.finished.connect(self._on_sheet_closed)
        self._sheet, self._form = sheet, form
        sheet.open()

    def _on_sheet_closed(self) -> None:
        self._sheet = self._form = None
