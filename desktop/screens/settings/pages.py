"""The pages of Settings that are no forms: how it looks, devices, safety, and what Bahi is made of."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from core.words import current_language, languages
from core.words import translate as _
from desktop.kit import Banner, Card, FactList, Segments, button, column, label, row
from desktop.screens.settings.safety import Safety
from desktop.theme import space

_PARTS = (
    ("PySide6-Essentials", "Qt for Python", "LGPL-3.0"),
    ("SQLAlchemy", "SQLAlchemy", "MIT"),
    ("sqlcipher3", "SQLCipher", "BSD-3-Clause"),
    ("reportlab", "ReportLab", "BSD-3-Clause"),
    ("httpx", "HTTPX", "BSD-3-Clause"),
    ("argon2-cffi", "Argon2", "MIT"),
    ("python-stdnum", "python-stdnum", "LGPL-2.1"),
)


class Looks(Protocol):
    """How the window looks and speaks; the composition root keeps it."""

    def appearance(self) -> str:
        """What was chosen: "light", "dark" or "system"."""
        ...

    def use_appearance(self, chosen: str) -> None:
        """Take a look now and for the next start."""
        ...

    def speak(self, language: str) -> None:
        """Take a language now and for the next start."""
        ...


def page(title: str, text: str, *parts: QWidget) -> QWidget:
    """A page: its heading, a quiet line, and cards below."""
    made = QWidget()
    below = QVBoxLayout(made)
    below.setContentsMargins(0, 0, 0, 0)
    below.setSpacing(space("base"))
    below.addLayout(
        column(label(title, "heading"), label(text, "body", tone="muted", wrap=True), spacing="tight")
    )
    for part in parts:
        below.addWidget(part)
    below.addStretch(1)
    return made


def on_card(*parts: QWidget, title: str = "") -> Card:
    """Widgets on a white sheet."""
    card = Card(title, margin="wide")
    for part in parts:
        card.add(part)
    return card


class LookPage(QWidget):
    """Light or dark, and the language; both live."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        shades = [("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))]
        shade = Segments(shades, accessible_name=_("Appearance"))
        shade.choose(looks.appearance())
        shade.chosen.connect(looks.use_appearance)
        tongue = Segments(list(languages().items()), accessible_name=_("Language"))
        tongue.choose(current_language())
        tongue.chosen.connect(looks.speak)
        words = page(
            _("Look and language"),
            _("Both change at once, on this computer only. The language of papers is set under Papers."),
            on_card(label(_("Appearance"), "strong"), shade),
            on_card(label(_("Language"), "strong"), tongue),
        )
        self.setLayout(column(words))


class SafetyPage(QWidget):
    """Backups and the proof of the book."""

    def __init__(self) -> None:
        super().__init__()
        self._last = label("", "body", tone="muted", wrap=True)
        self._result = Banner()
        self._facts = FactList()
        self.backup = button(_("Back up now"), "primary", icon="export")
        self.verify = button(_("Prove the book"), icon="check")
        self._result_card = on_card(self._result, self._facts)
        self.setLayout(
            column(
                page(
                    _("Backup and proof"),
                    _("A backup stays encrypted. It opens with your passphrase or your recovery code."),
                    on_card(self._last, _left(self.backup), title=_("Backup")),
                    on_card(
                        label(_proof_text(), "body", tone="muted", wrap=True),
                        _left(self.verify),
                        title=_("Proof"),
                    ),
                    self._result_card,
                )
            )
        )
        self._result_card.hide()

    def drive(self, presenter: Safety) -> None:
        """Let a presenter decide."""
        self.backup.clicked.connect(lambda: self._choose(presenter))
        self.verify.clicked.connect(presenter.verify)

    def show_last(self, text: str) -> None:
        """When the last backup was made."""
        self._last.setText(text)

    def show_result(self, text: str, facts: Sequence[tuple[str, str]], *, is_well: bool) -> None:
        """What came of it."""
        self._result_card.show()
        self._result.say(text, "success" if is_well else "danger")
        self._facts.show_facts(facts)

    def set_busy(self, text: str) -> None:
        """Say what is under way."""
        if text:
            self.show_result(text, (), is_well=True)
            self._result.say(text)

    def result(self) -> str:
        """The sentence shown."""
        return self._result.text()

    def _choose(self, presenter: Safety) -> None:
        kind = _("Backup of Bahi") + " (*.bahibackup)"
        file, _kind = QFileDialog.getSaveFileName(self, _("Back up to"), presenter.backup_name(), kind)
        if file:
            presenter.backup(Path(file))


class AboutPage(QWidget):
    """What Bahi is made of, and under which licences; the versions are looked up when somebody looks."""

    def __init__(self, bahi: str) -> None:
        super().__init__()
        self._bahi = bahi
        self._made = FactList()
        carried = [
            ("Inter, Noto Sans", _("SIL Open Font License 1.1")),
            (_("Icons"), _("Lucide, ISC licence")),
            (_("Law and codes"), _("Each rate, limit and code names its source and its dates")),
        ]
        text = _(
            "Libraries under the LGPL lie beside the program as files of their own and may be replaced. "
            "The full texts are in the folder of the program."
        )
        self.setLayout(column(page(_("About Bahi"), text, on_card(self._made), on_card(FactList(carried)))))

    def showEvent(self, event: QShowEvent) -> None:
        """Look the versions up."""
        super().showEvent(event)
        parts = [(name, f"{_version(package)} · {licence}") for package, name, licence in _PARTS]
        self._made.show_facts([("Bahi", self._bahi), ("Python", platform.python_version()), *parts])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _left(widget: QWidget) -> QWidget:
    made = QWidget()
    across = row(widget)
    across.addStretch(1)
    made.setLayout(across)
    return made


def _proof_text() -> str:
    return _(
        "Reads every entry since the first, checks the chain that holds them together, and makes each row and "
        "balance anew from them. You can go on working meanwhile."
    )
