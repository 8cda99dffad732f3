"""The pages of Settings that are no forms: how it looks, devices, safety, and what Bahi is made of."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from core.words import current_language, languages
from core.words import translate as _
from desktop.kit import Banner, Card, FactList, Form, Segments, button, column, label, row
from desktop.screens.settings.devices import Devices, Safety
from desktop.screens.settings.forms import share_form
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


class DevicesPage(QWidget):
    """Sharing: a form while the book is on this computer alone; else who writes in it, and invitations."""

    sync_asked = Signal()
    turned = Signal()
    """Another part is shown now: the form, or the devices."""

    def __init__(self) -> None:
        super().__init__()
        self.form: Form = share_form()
        self._banner = Banner()
        self._facts = FactList()
        self._devices = FactList()
        self._code = label("", "figure", selectable=True)
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._code_text = label("", "small", tone="muted", wrap=True)
        self._roles = Segments(
            [("bookkeeper", _("Bookkeeper")), ("owner", _("Owner")), ("auditor", _("Auditor"))],
            accessible_name=_("Role of the new device"),
        )
        self.invite = button(_("Invite a device"), "primary", icon="plus")
        self._sync = button(_("Sync now"), icon="syncing", run=self.sync_asked.emit)
        self._unshared = on_card(self.form)
        self._code_card = on_card(
            self._code, self._code_text, button(_("Copy"), "quiet", icon="copy", run=self._copy)
        )
        self._shared = self._shared_part()
        self.setLayout(
            column(
                page(
                    _("Devices"),
                    _(
                        "Each device works on its own for weeks. When the service is in reach they agree. "
                        "The service checks the books, so it can read them: run it where you trust the machine."
                    ),
                    self._banner,
                    self._unshared,
                    self._shared,
                )
            )
        )
        self._unshared.hide()
        self._shared.hide()

    def drive(self, presenter: Devices) -> None:
        """Let a presenter decide."""
        self.form.save_asked.connect(
            lambda: presenter.share(self.form.value("server"), self.form.value("code"))
        )
        self.invite.clicked.connect(lambda: presenter.invite(self._roles.choice()))

    def show_unshared(self) -> None:
        """Offer to share."""
        self._banner.say(_("This book is on this computer alone."))
        self._unshared.show()
        self._shared.hide()
        self.turned.emit()

    def show_shared(self, facts: Sequence[tuple[str, str]], devices: Sequence[tuple[str, str]]) -> None:
        """Where the book is shared, and who writes in it."""
        self._banner.say("")
        self._facts.show_facts(facts)
        self._devices.show_facts(devices)
        self._unshared.hide()
        self._shared.show()
        self.turned.emit()

    def show_code(self, code: str, server: str) -> None:
        """Show an invitation, large."""
        self._banner.say("")
        self._code.setText(code)
        self._code.setAccessibleName(_("Code: {code}").format(code=code))
        text = _("On the new device: Bahi, Join a company. Server {server}, and this code, within two days.")
        self._code_text.setText(text.format(server=server))
        self._code_card.show()

    def code(self) -> str:
        """The invitation shown; empty before one is."""
        return self._code.text()

    def show_refusal(self, error: Exception) -> None:
        """Show why it was refused."""
        if self._unshared.isVisible():
            self.form.show_refusal(error)
        else:
            self._banner.say(str(error), "danger")

    def set_busy(self, is_busy: bool) -> None:
        """Hold the page while the service answers."""
        self.form.set_busy(is_busy)

    def _shared_part(self) -> QWidget:
        made = QWidget()
        ask = row(label(_("The new device is a"), "body"), self._roles)
        ask.addStretch(1)
        ask.addWidget(self.invite)
        line = QWidget()
        line.setLayout(ask)
        below = column(
            on_card(self._facts, self._sync),
            on_card(self._devices, title=_("Who writes in this book")),
            on_card(line, title=_("One more device")),
            self._code_card,
            spacing="base",
        )
        made.setLayout(below)
        self._code_card.hide()
        return made

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text())


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
