"""The pages of the first run: welcome, a new book, its recovery code, a key that is asked for, joining."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from core.problems import Problem
from core.words import translate as _
from desktop.kit import Banner, Card, Form, TextField, ToggleField, Way, button, column, label, row, scrolling
from desktop.ports import Runner
from desktop.screens.first_run.books import SUFFIX, Shelf
from desktop.screens.first_run.forms import join_form, key_form, new_form
from desktop.screens.first_run.presenter import FirstRun
from desktop.theme import set_icon, size, space

_WIDE = 720


class FirstRunView(QWidget):
    """One page at a time on the canvas, in a column of comfortable width."""

    _stepped = Signal(int, int)

    def __init__(self, recent: Sequence[Path] = ()) -> None:
        super().__init__()
        self._is_busy = False
        self._stepped.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self.setProperty("part", "canvas")
        self._pages = QStackedWidget()
        self._named: dict[str, QWidget] = {}
        self.welcome = Welcome(recent)
        self.new, self.join, self.key = new_form(), join_form(), key_form()
        self.code = CodePage()
        self._forms = {"new": self.new, "join": self.join, "unlock": self.key}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self._add("welcome", self.welcome)
        self._add("new", _sheet(_("A new book"), _new_text(), self.new))
        self._add("join", _sheet(_("Join a company"), _join_text(), self.join))
        self._add("unlock", _sheet(_("This book is locked"), "", self.key))
        self._add("code", self.code)
        self.show_page("welcome")

    def drive(self, presenter: FirstRun) -> None:
        """Let a presenter decide."""
        self.welcome.chosen.connect(presenter.choose)
        self.welcome.file_chosen.connect(presenter.open)
        self.new.save_asked.connect(lambda: presenter.make(self.new.values()))
        self.join.save_asked.connect(lambda: presenter.join(self.join.values()))
        self.key.save_asked.connect(lambda: presenter.unlock(self.key.values()))
        self.code.kept.connect(presenter.code_kept)
        for form in self._forms.values():
            form.edited.connect(presenter.edited)
            form.left.connect(presenter.left)
            form.back_asked.connect(presenter.back)

    # --- what the presenter says

    def show_page(self, page: str) -> None:
        """Show a page and put the focus into it."""
        self._pages.setCurrentWidget(self._named[page])
        self.setFocusProxy(self._forms.get(page) or self._named[page])
        if form := self._forms.get(page):
            form.focus_first()
        else:
            self._named[page].setFocus()

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values into the fields of the page shown; what is shown of problems stays."""
        form = self._form()
        for name, value in values.items():
            if name in form.values():
                form.field(name).set_value(value)

    def say_of(self, field: str, hint: str, problem: str) -> None:
        """A quiet word in a field, and what is wrong with it."""
        form = self._form()
        shown = form.field(field)
        if isinstance(shown, TextField):
            shown.set_hint(hint)
        form.mark(field, problem)

    def show_code(self, code: str, book: Path) -> None:
        """Show the recovery code of the book just made."""
        self.code.show_code(code, book)

    def ask_key(self, book: Path, sentence: str) -> None:
        """Ask for the passphrase of a book."""
        was_here = self._form_name() == "unlock"
        self.show_page("unlock")
        self.key.set_values({"passphrase": "", "recovery_code": ""})
        self.key.banner.say(sentence, "danger" if was_here else "")
        self.key.focus_first()

    def set_busy(self, is_busy: bool) -> None:
        """Hold the page while a key is stretched or the service answers."""
        self._is_busy = is_busy
        self.setCursor(Qt.CursorShape.BusyCursor if is_busy else Qt.CursorShape.ArrowCursor)
        for form in self._forms.values():
            form.set_busy(is_busy)

    def tell_progress(self, done: int, count: int) -> None:
        """So much of so much has come; may be called from any thread."""
        self._stepped.emit(done, count)

    def show_problems(self, problems: list[Problem]) -> None:
        """Show problems beside their fields."""
        self._form().show_problems(problems)

    def show_refusal(self, error: Exception) -> None:
        """Show what the world said."""
        if self._form_name():
            self._form().show_refusal(error)
        else:
            self.welcome.banner.say(str(error), "danger")

    def _show_progress(self, done: int, count: int) -> None:
        if count and self._is_busy:
            self.join.banner.say(_("Receiving {done} of {count}").format(done=done, count=count))

    def _form(self) -> Form:
        return self._forms[self._form_name() or "new"]

    def _form_name(self) -> str:
        shown = self._pages.currentWidget()
        return next((name for name in self._forms if self._named[name] is shown), "")

    def _add(self, name: str, page: QWidget) -> None:
        self._named[name] = page
        self._pages.addWidget(page)


class Welcome(QWidget):
    """The first thing ever seen: what Bahi is, and three ways on."""

    chosen = Signal(str)
    file_chosen = Signal(Path)

    def __init__(self, recent: Sequence[Path]) -> None:
        super().__init__()
        self.banner = Banner()
        mark = QLabel()
        set_icon(mark, "book", "bahi", 44)
        first = Way(
            _("Make a new book"),
            _("Your company and your first invoice, in two minutes"),
            icon="plus",
            run=lambda: self.chosen.emit("new"),
        )
        known = [self._recent_way(path) for path in recent]
        ways = [
            *known,
            first,
            Way(
                _("Open a book"), _("A file that ends in .bahi"), icon="open", run=lambda: self._choose_file()
            ),
            Way(
                _("Join a company"),
                _("With the code that another device shows under Settings"),
                icon="local",
                run=lambda: self.chosen.emit("join"),
            ),
        ]
        card = Card(margin="small")
        for way in ways:
            card.add(way)
        title = label(_("Know what you are owed"), "heading")
        text = label(_welcome_text(), "body", tone="muted", wrap=True)
        private = label(_private_text(), "small", tone="muted", wrap=True)
        inner = QWidget()
        inner.setMaximumWidth(_WIDE - 160)
        inner.setLayout(column(mark, title, text, self.banner, card, private, spacing="base"))
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(_centred(inner))
        whole.addStretch(3)
        self.setFocusProxy(ways[0])

    def _recent_way(self, path: Path) -> Way:
        return Way(path.stem, str(path.parent), icon="book", run=lambda: self.file_chosen.emit(path))

    def _choose_file(self) -> None:
        file, _kind = QFileDialog.getOpenFileName(self, _("Open a book"), "", f"Bahi (*{SUFFIX})")
        if file:
            self.file_chosen.emit(Path(file))


class CodePage(QWidget):
    """The recovery code, shown once: large, to be copied, and on only when it is written down."""

    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._code = label("", "figure", selectable=True, wrap=True)
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._where = label("", "small", tone="muted", wrap=True)
        self._tick = ToggleField(_("I have written it down"))
        self._on = button(_("Open the book"), "primary", run=self.kept.emit, keys="Ctrl+Return")
        self._on.setShortcut("Ctrl+Return")
        self._on.setEnabled(False)
        self._tick.set_name(_("I have written it down"))
        self._tick.edited.connect(self._on.setEnabled)
        self._tick.entered.connect(self._go_on)
        copy = button(_("Copy"), "quiet", icon="copy", run=self._copy)
        card = Card(margin="wide")
        card.add(self._code)
        buttons = row(copy, self._tick)
        buttons.addStretch(1)
        buttons.addWidget(self._on)
        inner = QWidget()
        inner.setMaximumWidth(_WIDE)
        stack = column(
            label(_("Write this down now"), "heading"),
            label(_code_text(), "body", tone="muted", wrap=True),
            card,
            self._where,
            spacing="base",
        )
        stack.addLayout(buttons)
        inner.setLayout(stack)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(_centred(inner))
        whole.addStretch(3)
        self.setFocusProxy(self._tick)

    def show_code(self, code: str, book: Path) -> None:
        """Show a code."""
        self._code.setText(code)
        self._code.setAccessibleName(_("Recovery code: {code}").format(code=code))
        self._where.setText(_("It opens {file}. It is not kept in Bahi.").format(file=book))

    def code(self) -> str:
        """The code shown; empty before one is."""
        return self._code.text()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text())

    def _go_on(self) -> None:
        if self._on.isEnabled():
            self.kept.emit()


def make(
    runner: Runner,
    shelf: Shelf,
    opened: Callable[[Any], None],
    *,
    folder: Path,
    user: str,
    recent: Sequence[Path] = (),
) -> tuple[FirstRunView, FirstRun]:
    """The first run, ready to be shown, and its presenter (which opens the last book at a start)."""
    view = FirstRunView(recent)
    presenter = FirstRun(view, runner, shelf, opened, folder=folder, user=user)
    view.drive(presenter)
    return view, presenter


def _sheet(title: str, text: str, form: Form) -> QWidget:
    """A form on a card under its title, scrolling when the window is low."""
    card = Card(margin="wide")
    card.add(form)
    inner = QWidget()
    inner.setMaximumWidth(_WIDE)
    heading = column(label(title, "heading"), spacing="tight")
    if text:
        heading.addWidget(label(text, "body", tone="muted", wrap=True))
    stack = column(spacing="base", margins=(0, space("broad"), 0, space("broad")))
    stack.addLayout(heading)
    stack.addWidget(card)
    stack.addStretch(1)
    inner.setLayout(stack)
    page = QWidget()
    page.setLayout(_centred(inner))
    area = scrolling(page)
    area.setAccessibleName(title)
    return area


def _centred(inner: QWidget) -> QHBoxLayout:
    across = QHBoxLayout()
    across.setContentsMargins(space("wide"), 0, space("wide"), 0)
    across.addStretch(1)
    inner.setMinimumWidth(min(inner.maximumWidth(), size("form") - 80))
    across.addWidget(inner, 8)
    across.addStretch(1)
    return across


def _welcome_text() -> str:
    return _(
        "GST invoices, milestones, receipts and reminders in one book, "
        "on this computer and without the internet."
    )


def _private_text() -> str:
    return _("Your book is one encrypted file. Nobody can read it without your key, and neither can we.")


def _new_text() -> str:
    return _("Your GSTIN fills in the State and the PAN. Everything can be changed later in Settings.")


def _join_text() -> str:
    return _("On a device that has the book: Settings, Devices, Invite. It shows a code.")


def _code_text() -> str:
    return _(
        "If this computer is lost or its keyring forgets, this recovery code is the only way back into "
        "your book. It is shown once: write it on paper and keep it with your cheque books."
    )
