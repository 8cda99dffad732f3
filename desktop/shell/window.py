"""The window: sidebar, top bar, the screens of the open book; or one page when no book is open.

It is the Navigator of presenters, and holds their Notifier and Calendar. It knows no screen by name. Its dialogs
are read when they are first opened: the window paints before them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QByteArray, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.clock import Clock
from core.words import current_language, languages, use_language
from core.words import translate as _
from desktop import theme
from desktop.bridge import CrashReport
from desktop.kit.screen_view import ScreenView
from desktop.ports import Action, Memory, Place, Runner, SyncState, Tone
from desktop.shell.actions import ActionTable, Group
from desktop.shell.calendar import WorkCalendar
from desktop.shell.habits import GEOMETRY, LANGUAGE, THEME
from desktop.shell.history import History
from desktop.shell.palette import Palette
from desktop.shell.screens import OpenBook, Screen
from desktop.shell.sidebar import Sidebar
from desktop.shell.toasts import ToastStack
from desktop.shell.topbar import TopBar


class MainWindow(QMainWindow):
    """The window of Bahi. `open_book` fills it; `show_page` shows a single page instead (first run)."""

    sync_asked = Signal()
    """The sync chip was pressed."""
    language_changed = Signal(str)
    """Another language is spoken; screens were made anew already, a first-run page must be by its owner."""
    closing = Signal()
    """The window goes: finish writes, close the book."""

    def __init__(self, clock: Clock, memory: Memory) -> None:
        super().__init__()
        self._memory = memory
        self.calendar = WorkCalendar(clock)
        self._book: OpenBook | None = None
        self._runner: Runner | None = None
        self._screens: dict[str, Screen] = {}
        self._views: dict[str, ScreenView] = {}
        self._history = History()
        self._sync = SyncState("local")
        self._badges: dict[str, tuple[int, Tone]] = {}
        self._whole = QStackedWidget()
        self._sidebar: Sidebar | None = None
        self._topbar: TopBar | None = None
        self._stage = QStackedWidget()
        self._frame: QWidget | None = None
        self.setCentralWidget(self._whole)
        self.actions_table = ActionTable(self)
        self.notifier = ToastStack(self)
        self.palette_view = Palette(self)
        self.palette_view.place_asked.connect(self._visit)
        self.palette_view.closed.connect(self._refocus)
        self._focus_before: QWidget | None = None
        self.calendar.subscribe(self._on_calendar)
        self.setWindowTitle("Bahi")
        self._take_shape()
        self._bind()

    # --- what the window shows

    def open_book(self, book: OpenBook, runner: Runner) -> None:
        """Show a book: its first screen, with a way back of its own."""
        self._book, self._runner = book, runner
        self._history.clear()
        self._badges.clear()
        self._build_frame()

    def rename(self, company: str) -> None:
        """The company goes by another name now."""
        if self._book is not None and self._topbar is not None:
            self._book = replace(self._book, company=company)
            self._topbar.company.set_whole(company)
            self.setWindowTitle(f"{company} · Bahi")

    def close_book(self) -> None:
        """Put all screens away; show a page (`show_page`) next."""
        self._drop_frame()
        self._book = self._runner = None
        self._history.clear()
        self.setWindowTitle("Bahi")
        self._bind()

    def show_page(self, page: QWidget) -> None:
        """Show one page in place of everything: no book is open, or it cannot be opened."""
        if self._book is not None:
            self.close_book()
        before = self._whole.currentWidget()
        self._whole.addWidget(page)
        self._whole.setCurrentWidget(page)
        page.setFocus()
        if before is not None and before is not page:
            self._whole.removeWidget(before)
            before.deleteLater()

    def set_sync(self, state: SyncState) -> None:
        """Show how sync stands."""
        self._sync = state
        if self._topbar is not None:
            self._topbar.sync.show_state(state)

    def set_badge(self, screen: str, count: int, tone: Tone = "") -> None:
        """Show how many things wait on a screen."""
        self._badges[screen] = (count, tone)
        if self._sidebar is not None:
            self._sidebar.set_badge(screen, count, tone)

    def show_crash(self, report: CrashReport, restart: Callable[[], None] | None = None) -> None:
        """Show the report of a mistake of ours."""
        from desktop.shell.sheets import CrashSheet

        CrashSheet(report, restart=restart, parent=self).open()

    # --- moving: the window is the Navigator of presenters

    def go(self, screen: str, *, record: bytes | None = None, page: str = "") -> None:
        """Show a screen, and a record or page of it; KeyError if the book has no such screen."""
        self._visit(Place(screen, record, page))

    def back(self) -> None:
        """Return to the place before this one."""
        self._step(-1)

    def forward(self) -> None:
        """Undo a step back."""
        self._step(1)

    @property
    def here(self) -> Place | None:
        """The place shown."""
        return self._history.here

    def view(self) -> ScreenView | None:
        """The screen shown."""
        here = self._history.here
        return None if here is None else self._views.get(here.screen)

    # --- themes and languages

    def toggle_theme(self) -> None:
        """Light to dark and back, at once and for the next start."""
        self.use_theme("light" if theme.current() == "dark" else "dark")

    def use_theme(self, name: theme.ThemeName) -> None:
        """Take a theme, at once and for the next start."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, name)
        self._memory.keep(THEME, name)

    def speak(self, language: str) -> None:
        """Take a language ("en", "hi"), at once and for the next start: every screen is made anew."""
        use_language(language)
        self._memory.keep(LANGUAGE, language)
        if self._book is not None:
            self._build_frame()
        self._bind()
        self.language_changed.emit(language)

    # --- overlays

    def open_palette(self) -> None:
        """Ctrl+K."""
        self._focus_before = self.focusWidget()
        search = None if self._book is None else self._book.search
        self.palette_view.open_with(self._all_actions(), search, self._runner)

    def show_keys(self) -> None:
        """F1."""
        self._rebind()
        from desktop.shell.sheets import KeysSheet

        KeysSheet(self.actions_table.groups, self).open()

    def choose_period(self) -> None:
        """Alt+F2."""
        from desktop.shell.sheets import period_sheet

        period_sheet(self.calendar, self).open()

    def choose_date(self) -> None:
        """F2."""
        from desktop.shell.sheets import date_sheet

        date_sheet(self.calendar, self).open()

    def open_menu(self) -> None:
        """F10: everything that can be done, as a menu."""
        self._rebind()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.actions_table.fill(menu)
        anchor = self._sidebar.menu_button if self._sidebar is not None else self
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() if anchor is not self else 0)))

    # --- Qt's side

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nobody used goes back."""
        if event.key() == Qt.Key.Key_Escape and self._history.can_go_back:
            self.back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the shape, let the owner finish, go."""
        self._memory.keep(GEOMETRY, bytes(self.saveGeometry().toBase64().data()).decode("ascii"))
        self.palette_view.close_up()
        self.closing.emit()
        super().closeEvent(event)

    # --- building

    def _build_frame(self) -> None:
        """Make sidebar, top bar and an empty stage; return to where the user was."""
        book = self._book
        assert book is not None
        self._drop_frame()
        self._screens = {screen.name: screen for screen in book.screens()}
        self._sidebar = Sidebar()
        self._sidebar.show_screens(list(self._screens.values()))
        self._sidebar.chosen.connect(self.go)
        self._sidebar.menu_asked.connect(self.open_menu)
        self._sidebar.theme_asked.connect(self.toggle_theme)
        self._sidebar.help_asked.connect(self.show_keys)
        self._topbar = self._made_topbar(book.company)
        self._stage = QStackedWidget()
        self._frame = QWidget()
        across = QHBoxLayout(self._frame)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        below = QVBoxLayout()
        below.setSpacing(0)
        below.addWidget(self._topbar)
        below.addWidget(self._stage, 1)
        across.addWidget(self._sidebar)
        across.addLayout(below, 1)
        self._whole.addWidget(self._frame)
        self._whole.setCurrentWidget(self._frame)
        self.notifier.keep_right_of(self._sidebar.width())
        self.setWindowTitle(f"{book.company} · Bahi")
        for name, (count, tone) in self._badges.items():
            self._sidebar.set_badge(name, count, tone)
        self._arrive(self._history.here or Place(next(iter(self._screens))))

    def _made_topbar(self, company: str) -> TopBar:
        made = TopBar(company, self.calendar)
        made.sync.show_state(self._sync)
        made.period_asked.connect(self.choose_period)
        made.date_asked.connect(self.choose_date)
        made.search_asked.connect(self.open_palette)
        made.sync_asked.connect(self.sync_asked)
        made.back_asked.connect(self.back)
        made.forward_asked.connect(self.forward)
        return made

    def _drop_frame(self) -> None:
        for view in self._views.values():
            view.put_away()
        self._views.clear()
        if self._frame is not None:
            self._whole.removeWidget(self._frame)
            self._frame.deleteLater()
        self._frame = self._sidebar = self._topbar = None

    def _take_shape(self) -> None:
        self.setMinimumSize(960, 600)
        self.resize(1280, 800)
        kept = self._memory.recall(GEOMETRY, "")
        if isinstance(kept, str) and kept:
            self.restoreGeometry(QByteArray.fromBase64(kept.encode("ascii")))

    # --- arriving

    def _visit(self, place: Place) -> None:
        if place.screen not in self._screens:
            raise KeyError(place.screen)
        self._arrive(place)

    def _step(self, by: int) -> None:
        place = self._history.step(by)
        if place is not None:
            self._arrive(place)

    def _arrive(self, place: Place) -> None:
        """Show a place; its screen is made on the first visit."""
        self._history.visit(place)
        view = self._views.get(place.screen)
        if view is None:
            view = self._screens[place.screen].make()
            view.actions_changed.connect(self._rebind)
            self._views[place.screen] = view
            self._stage.addWidget(view)
        self._stage.setCurrentWidget(view)
        if self._sidebar is not None:
            self._sidebar.choose(place.screen)
        if self._topbar is not None:
            self._topbar.back.setEnabled(self._history.can_go_back)
            self._topbar.forward.setEnabled(self._history.can_go_forward)
        view.show_place(place)
        self._bind()

    # --- actions

    def _rebind(self) -> None:
        if self._frame is not None:
            self._bind()

    def _bind(self) -> None:
        self.actions_table.show(self._groups())

    def _groups(self) -> list[Group]:
        groups = []
        view, here = self.view(), self._history.here
        if view is not None and here is not None:
            groups.append(Group(self._screens[here.screen].title, view.actions_here()))
        if self._book is not None:
            groups.append(Group(self._book.company, self._book.actions()))
            groups.append(Group(_("Go to"), self._places()))
        return [*groups, Group(_("Window"), self._own())]

    def _all_actions(self) -> Sequence[Action]:
        self._rebind()
        return self.actions_table.all()

    def _places(self) -> list[Action]:
        return [
            Action(
                f"go.{screen.name}",
                screen.title,
                partial(self.go, screen.name),
                (screen.keys,) if screen.keys else (),
                icon=screen.icon,
                words=_("Go to"),
            )
            for screen in self._screens.values()
        ]

    def _own(self) -> list[Action]:
        def has_book() -> bool:
            return self._book is not None

        at_hand = self._history
        tongues = [
            Action(f"window.language.{code}", name, partial(self.speak, code), icon="languages")
            for code, name in languages().items()
            if code != current_language()
        ]
        return [
            Action("window.palette", _("Find anything"), self.open_palette, ("Ctrl+K",), has_book, "search"),
            Action("window.filter", _("Filter the list"), self._focus_filter, ("/",), has_book, "filter"),
            Action("window.period", _("Period"), self.choose_period, ("Alt+F2",), has_book, "calendar"),
            Action("window.date", _("Working date"), self.choose_date, ("F2",), has_book, "today"),
            Action("window.back", _("Back"), self.back, ("Alt+Left",), lambda: at_hand.can_go_back, "back"),
            Action(
                "window.forward",
                _("Forward"),
                self.forward,
                ("Alt+Right",),
                lambda: at_hand.can_go_forward,
                "forward",
            ),
            Action("window.theme", _("Light or dark"), self.toggle_theme, ("Ctrl+Shift+L",), icon="moon"),
            *tongues,
            Action("window.menu", _("Menu"), self.open_menu, ("F10",), icon="more"),
            Action("window.keys", _("Keys"), self.show_keys, ("F1",), icon="keyboard"),
            Action("window.quit", _("Quit"), self.close, ("Ctrl+Q",), icon="close"),
        ]

    def _focus_filter(self) -> None:
        if (view := self.view()) is not None:
            view.focus_filter()

    def _refocus(self) -> None:
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus_before = None

    def _on_calendar(self) -> None:
        if self._topbar is not None:
            self._topbar.show_calendar()
