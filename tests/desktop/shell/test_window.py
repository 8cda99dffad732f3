"""The window: moving by keys, the palette, themes and languages live, sync in sight, toasts, first run."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from core.clock import FixedClock
from core.errors import Offline
from core.words import translate as _
from core.words import use_language
from desktop import theme
from desktop.bridge import CrashReport, NoMemory, RunNow
from desktop.kit import ScreenView, Toast
from desktop.ports import Action, Finding, Place, SyncState
from desktop.shell import (
    MainWindow,
    OpenBook,
    Screen,
    keys_twice,
    remembered_language,
    remembered_theme,
)
from desktop.shell.history import History

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
TODAY = dt.date(2026, 11, 21)


class View(ScreenView):
    """A screen with one field; it notes what the shell does to it."""

    def __init__(self, name: str, log: list, extra: list[Action]) -> None:
        super().__init__()
        self.name, self.log, self.extra = name, log, extra
        self.line = QLineEdit()
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.addWidget(QLabel(f"{name} · {_('Save')}"))
        inside.addWidget(self.line)
        body.setFocusProxy(self.line)
        self.set_content(body)

    def actions_here(self):
        return self.extra

    def show_place(self, place: Place) -> None:
        self.log.append((self.name, place.record, place.page))
        super().show_place(place)

    def put_away(self) -> None:
        self.log.append(("gone", self.name))


class Book:
    """Reads give the findings; nothing is written."""

    def read(self, question):
        return question(None)

    def write(self, label, command):
        raise NotImplementedError


class Bench:
    """A window on a sample book, and everything that was done in it."""

    def __init__(self) -> None:
        self.log: list = []
        self.done: list[str] = []
        self.memory = NoMemory()
        self.extra = {"invoices": [self.action("print", "Print invoice", "Ctrl+P")]}
        self.window = MainWindow(FixedClock.on(TODAY), self.memory)

    def action(self, name: str, text: str, *keys: str, when=lambda: True) -> Action:
        return Action(name, text, lambda: self.done.append(name), keys, when)

    def open(self) -> None:
        self.window.open_book(
            OpenBook("Shree Ganesh Works", self.screens, self.actions, self.search), RunNow(Book())
        )

    def screens(self):
        titles = {"today": _("Today"), "invoices": _("Invoices"), "parties": _("Parties")}
        return [
            Screen(
                name,
                title,
                name,
                lambda name=name: View(name, self.log, self.extra.get(name, [])),
                f"Alt+{place}",
            )
            for place, (name, title) in enumerate(titles.items(), 1)
        ]

    def actions(self):
        return [
            self.action("sale", "New sale", "F8"),
            self.action("receipt", "Record receipt", "F6"),
            self.action("never", "Close the year", "F9", when=lambda: False),
        ]

    def search(self, reader, text):
        found = Finding("Kaveri Textiles", "Party", Place("parties", b"k"), "parties")
        return [found] if text.casefold() in "kaveri textiles" else []


@pytest.fixture
def bench(qapp, qtbot):
    theme.apply(qapp, "light")
    made = Bench()
    qtbot.addWidget(made.window)
    made.open()
    with qtbot.waitExposed(made.window):
        made.window.show()
    yield made
    use_language("en")


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def sheet_up(qtbot):
    """The dialog that came up, once it has the focus."""
    qtbot.waitUntil(
        lambda: (
            QApplication.activeModalWidget() is not None
            and QApplication.activeModalWidget().isAncestorOf(QApplication.focusWidget())
        )
    )
    return QApplication.activeModalWidget()


def texts(widget):
    return {label.text() for label in widget.findChildren(QLabel) if label.isVisible()}


# --- moving


def test_a_book_opens_on_its_first_screen_and_screens_are_made_when_asked_for(bench):
    assert bench.log == [("today", None, "")]
    assert bench.window.here == Place("today")
    assert bench.window.windowTitle() == "Shree Ganesh Works · Bahi"
    assert bench.window.view().line.hasFocus()


def test_alt_and_a_digit_go_to_a_screen_and_esc_comes_back(qtbot, bench):
    press(qtbot, Qt.Key.Key_3, ALT)
    assert bench.window.here == Place("parties")
    assert bench.window.view().line.hasFocus()
    press(qtbot, Qt.Key.Key_Escape)
    assert bench.window.here == Place("today")
    press(qtbot, Qt.Key.Key_Right, ALT)
    assert bench.window.here == Place("parties")
    press(qtbot, Qt.Key.Key_Left, ALT)
    assert bench.window.here == Place("today")


def test_a_record_and_a_page_of_a_screen_are_places_too(bench):
    bench.window.go("invoices", record=b"7", page="editor")
    bench.window.go("invoices")
    bench.window.back()
    assert bench.log[-3:] == [
        ("invoices", b"7", "editor"),
        ("invoices", None, ""),
        ("invoices", b"7", "editor"),
    ]


def test_an_unknown_screen_is_our_mistake(bench):
    with pytest.raises(KeyError):
        bench.window.go("nowhere")


def test_going_somewhere_new_forgets_what_lay_ahead():
    way = History()
    for name in ("a", "b", "c", "c"):
        way.visit(Place(name))
    assert way.step(-1) == Place("b")
    way.visit(Place("d"))
    assert (way.can_go_forward, way.step(1)) == (False, None)
    assert [way.step(-1), way.step(-1), way.step(-1)] == [Place("b"), Place("a"), None]


# --- actions


def test_tally_keys_work_from_inside_a_field(qtbot, bench):
    press(qtbot, Qt.Key.Key_F8)
    press(qtbot, Qt.Key.Key_F6)
    press(qtbot, Qt.Key.Key_F9)
    assert bench.done == ["sale", "receipt"]


def test_a_screens_keys_work_there_alone_and_before_the_windows(qtbot, bench):
    press(qtbot, Qt.Key.Key_P, CTRL)
    assert bench.done == []
    bench.extra["invoices"].append(bench.action("own", "Own sale", "F8"))
    bench.window.go("invoices")
    press(qtbot, Qt.Key.Key_P, CTRL)
    press(qtbot, Qt.Key.Key_F8)
    assert bench.done == ["print", "own"]
    bench.window.go("today")
    press(qtbot, Qt.Key.Key_F8)
    assert bench.done[-1] == "sale"


def test_new_content_brings_its_own_actions(qtbot, bench):
    bench.window.go("invoices")
    bench.extra["invoices"][:] = [bench.action("issue", "Issue", "Ctrl+I")]
    bench.window.view().set_content(QLineEdit())
    press(qtbot, Qt.Key.Key_I, CTRL)
    assert bench.done == ["issue"]


def test_no_key_means_two_things(bench):
    assert keys_twice(bench.window.actions_table.all()) == []
    assert keys_twice([bench.action("a", "A", "Ctrl+S"), bench.action("b", "B", "ctrl+s")]) == ["ctrl+s"]


def test_help_lists_the_keys_of_the_screen(qtbot, bench):
    bench.window.go("invoices")
    press(qtbot, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    sheet = QApplication.activeModalWidget()
    assert {"Print invoice", "Ctrl+P", "New sale", "F8", "Alt+F2", "Ctrl+Enter"} <= {
        label.text() for label in sheet.findChildren(QLabel)
    }
    sheet.accept()


def test_the_menu_holds_every_action_and_greys_what_cannot_be_done(qtbot, bench):
    press(qtbot, Qt.Key.Key_F10)
    menu = QApplication.activePopupWidget()
    entries = {entry.text().partition("\t")[0]: entry for entry in menu.actions()}
    assert not entries["Close the year"].isEnabled()
    entries["New sale"].trigger()
    assert bench.done == ["sale"]
    menu.close()


# --- palette


def test_the_palette_finds_actions_by_their_words_and_runs_them(qtbot, bench):
    press(qtbot, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(QApplication.focusWidget(), "rec")
    assert [entry.text for entry in bench.window.palette_view.entries()] == ["Record receipt"]
    press(qtbot, Qt.Key.Key_Return)
    assert bench.done == ["receipt"]
    assert not bench.window.palette_view.isVisible()
    assert bench.window.view().line.hasFocus()


def test_the_palette_finds_parties_and_goes_there(qtbot, bench):
    press(qtbot, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(QApplication.focusWidget(), "kav")
    press(qtbot, Qt.Key.Key_Return)
    assert bench.window.here == Place("parties", b"k")


def test_the_palette_offers_only_what_can_be_done_and_closes_by_esc(qtbot, bench):
    press(qtbot, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(QApplication.focusWidget(), "close the")
    assert bench.window.palette_view.entries() == []
    assert "Nothing found" in texts(bench.window.palette_view)
    press(qtbot, Qt.Key.Key_Escape)
    assert bench.window.here == Place("today")
    assert bench.window.view().line.hasFocus()


def test_arrows_choose_in_the_palette(qtbot, bench):
    press(qtbot, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(QApplication.focusWidget(), "in")
    names = [entry.text for entry in bench.window.palette_view.entries()]
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Up)
    press(qtbot, Qt.Key.Key_Return)
    assert names[0] == "Invoices"
    assert bench.window.here == Place("invoices")


# --- theme and language


def test_the_theme_is_switched_by_key_and_remembered(qtbot, bench):
    press(qtbot, Qt.Key.Key_L, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert theme.current() == "dark"
    assert remembered_theme(bench.memory) == "dark"
    bench.window.toggle_theme()
    assert theme.current() == "light"


def test_another_language_makes_every_screen_anew_and_keeps_the_place(qtbot, bench):
    bench.window.go("parties", record=b"k")
    bench.log.clear()
    with qtbot.waitSignal(bench.window.language_changed) as told:
        bench.window.speak("hi")
    assert told.args == ["hi"]
    assert {entry for entry in bench.log if entry[0] == "gone"} == {("gone", "today"), ("gone", "parties")}
    assert bench.log[-1] == ("parties", b"k", "")
    assert remembered_language(bench.memory) == "hi"


# --- the top bar


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (SyncState("local"), "On this computer"),
        (SyncState("offline", since="10:05"), "Offline since 10:05"),
        (SyncState("offline", since="10:05", waiting=4), "Offline since 10:05 · 4 waiting"),
        (SyncState("waiting", waiting=4), "4 waiting"),
        (SyncState("syncing"), "Syncing…"),
        (SyncState("syncing", waiting=10, sent=3), "Sending 3 of 10"),
        (SyncState("syncing", received=250, head=1000), "Receiving 250 of 1000"),
        (SyncState("synced", since="11:42"), "Synced 11:42"),
        (SyncState("attention", attention=2), "2 to look at"),
    ],
)
def test_sync_is_always_in_sight(qtbot, bench, state, text):
    bench.window.set_sync(state)
    bench.window.go("parties")
    chip = next(one for one in bench.window.findChildren(QWidget) if one.accessibleName() == f"Sync: {text}")
    assert chip.isVisible()
    qtbot.waitUntil(lambda: chip.width() >= chip.sizeHint().width())
    with qtbot.waitSignal(bench.window.sync_asked):
        chip.click()


def test_badges_show_what_waits(bench):
    bench.window.set_badge("parties", 12)
    assert "12" in texts(bench.window)
    bench.window.set_badge("parties", 0)
    assert "12" not in texts(bench.window)


def test_the_period_is_chosen_by_alt_f2(qtbot, bench):
    heard = []
    bench.window.calendar.subscribe(lambda: heard.append(bench.window.calendar.period()))
    press(qtbot, Qt.Key.Key_F2, ALT)
    sheet = sheet_up(qtbot)
    for text in ("1-10-26", "31-10-26"):
        qtbot.keyClicks(QApplication.focusWidget(), text)
        press(qtbot, Qt.Key.Key_Return)
    assert heard[-1].from_on == dt.date(2026, 10, 1)
    assert heard[-1].to_on == dt.date(2026, 10, 31)
    assert not sheet.isVisible()
    qtbot.waitUntil(
        lambda: any("01-10-2026" in one.accessibleName() for one in bench.window.findChildren(QWidget))
    )


def test_a_period_that_ends_before_it_starts_is_refused_beside_the_field(qtbot, bench):
    press(qtbot, Qt.Key.Key_F2, ALT)
    sheet = sheet_up(qtbot)
    for text in ("31-10-26", "1-10-26"):
        qtbot.keyClicks(QApplication.focusWidget(), text)
        press(qtbot, Qt.Key.Key_Return)
    assert sheet.isVisible()
    assert sheet.form.problem_of("to_on") == "This is before the first day"
    sheet.reject()


def test_the_working_date_is_set_by_f2_and_follows_today_again_tomorrow(qtbot, bench):
    clock = FixedClock.on(TODAY)
    window = MainWindow(clock, NoMemory())
    qtbot.addWidget(window)
    window.calendar.work_on(dt.date(2026, 11, 18))
    assert window.calendar.working_on() == dt.date(2026, 11, 18)
    clock.move(days=1)
    assert window.calendar.working_on() == dt.date(2026, 11, 22)
    press(qtbot, Qt.Key.Key_F2)
    sheet_up(qtbot)
    qtbot.keyClicks(QApplication.focusWidget(), "18")
    press(qtbot, Qt.Key.Key_Return)
    assert bench.window.calendar.working_on() == dt.date(2026, 11, 18)


# --- toasts, crashes, first run, closing


def test_toasts_say_what_was_done_and_undo_it(qtbot, bench):
    undone = []
    bench.window.notifier.done("Invoice issued", undo=lambda: undone.append(True))
    bench.window.notifier.tell("Two reminders are due")
    bench.window.notifier.fail(Offline("The service cannot be reached.", remedy="Nothing is lost."))
    assert bench.window.notifier.texts() == [
        "Invoice issued",
        "Two reminders are due",
        "The service cannot be reached. Nothing is lost.",
    ]
    assert bench.window.view().line.hasFocus()
    assert bench.window.notifier.undo_last()
    assert undone == [True]
    assert not bench.window.notifier.undo_last()


def test_toasts_of_several_lines_stand_one_above_the_other(bench):
    """They once lay over each other: a second one was given no room while the first was shown."""
    window = bench.window
    for n in range(2):
        window.notifier.done(
            f"{n}: a return of a period stands as filed, and the next is due on a day to come"
        )
    QApplication.processEvents()
    stack = window.notifier
    first, second = (toast.geometry() for toast in stack.findChildren(Toast))
    assert first.bottom() < second.top()
    assert second.bottom() <= stack.rect().bottom()


def test_no_more_than_four_toasts_stand(bench):
    for number in range(6):
        bench.window.notifier.tell(str(number))
    assert bench.window.notifier.texts() == ["2", "3", "4", "5"]


def test_a_crash_is_shown_once_with_its_report(qtbot, bench):
    bench.window.show_crash(CrashReport("ValueError", "kit/form.py:12 save", None))
    sheet = QApplication.activeModalWidget()
    assert "A mistake in Bahi" in texts(sheet)
    sheet.accept()


def test_a_page_stands_alone_until_a_book_is_open(qtbot, bench):
    page = QLineEdit()
    bench.window.show_page(page)
    assert bench.window.view() is None
    assert page.isVisible()
    assert page.hasFocus()
    press(qtbot, Qt.Key.Key_F8)
    press(qtbot, Qt.Key.Key_K, CTRL)
    assert bench.done == []
    assert not bench.window.palette_view.isVisible()
    bench.open()
    assert bench.window.here == Place("today")
    press(qtbot, Qt.Key.Key_F8)
    assert bench.done == ["sale"]


def test_a_page_can_follow_a_page(qtbot):
    window = MainWindow(FixedClock.on(TODAY), NoMemory())
    qtbot.addWidget(window)
    first, second = QLineEdit(), QLineEdit()
    window.show_page(first)
    window.show_page(second)
    window.show()
    assert second.isVisible()


def test_the_window_remembers_its_shape_and_tells_when_it_goes(qtbot, bench):
    bench.window.resize(1_000, 633)
    with qtbot.waitSignal(bench.window.closing):
        bench.window.close()
    again = MainWindow(FixedClock.on(TODAY), bench.memory)
    qtbot.addWidget(again)
    # The offscreen screen is narrower than the narrowest window: only the height can be told.
    assert again.height() == 633


def test_a_damaged_memory_gives_an_ordinary_window(qtbot):
    memory = NoMemory()
    memory.keep("window.geometry", "nonsense")
    memory.keep("window.theme", "pink")
    memory.keep("window.language", "xx")
    window = MainWindow(FixedClock.on(TODAY), memory)
    qtbot.addWidget(window)
    assert window.width() >= 960
    assert (remembered_theme(memory), remembered_language(memory)) == ("light", "en")
