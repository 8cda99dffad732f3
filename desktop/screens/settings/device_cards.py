"""Cards of the Devices page: a code, large, beside its QR code; the owners' second factor."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.words import translate as _
from desktop.kit import QrCode, button, column, label, row
from desktop.screens.settings.pages import on_card
from desktop.theme import space

_QR_SIDE = 188


class CodeCard(QWidget):
    """A code, large, beside its QR code."""

    def __init__(self) -> None:
        super().__init__()
        self._qr = QrCode(name=_("QR code of the invitation"), side=_QR_SIDE)
        self._code = label("", "figure", selectable=True)
        self._text = label("", "small", tone="muted", wrap=True)
        self._line = ""
        self._copy = button(_("Copy the code"), "quiet", icon="copy", run=self._copy_code)
        self.whole = button(_("Copy the invitation"), "quiet", icon="copy", run=self._copy_line)
        copies = row(self._copy, self.whole)
        copies.addStretch(1)
        words = column(self._code, self._text, holding(copies))
        words.addStretch(1)
        across = QHBoxLayout()
        across.setSpacing(space("wide"))
        across.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(words, 1)
        self.setLayout(column(on_card(holding(across))))

    def show_code(self, code: str, server: str, text: str) -> None:
        """Show a code and what to do with it."""
        from sync.client.invitation import line_of

        self._line = line_of(server, code)
        self._qr.show_text(self._line)
        self._code.setText(code)
        self._code.setAccessibleName(_("Code: {code}").format(code=code))
        self._text.setText(text.format(server=server))
        self.show()
        QTimer.singleShot(0, self, self._come_into_sight)

    def code(self) -> str:
        """The code shown."""
        return self._code.text()

    def _come_into_sight(self) -> None:
        """Once it has its place, the keys go there, and the page follows them."""
        self._copy.setFocus(Qt.FocusReason.OtherFocusReason)
        into_sight(self)

    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text())

    def _copy_line(self) -> None:
        QGuiApplication.clipboard().setText(self._line)


class FactorCard(QWidget):
    """Whether this owner's grave deeds ask for a second factor."""

    def __init__(self) -> None:
        super().__init__()
        self._text = label("", "body", tone="muted", wrap=True)
        self.begin = button(_("Set it up"), icon="phone")
        self.away = button(_("Take it away"), icon="remove")
        buttons = row(self.begin, self.away)
        buttons.addStretch(1)
        self.setLayout(column(on_card(self._text, holding(buttons), title=_("Second factor"))))

    def show_state(self, *, is_set: bool) -> None:
        """Say how it stands."""
        self._text.setText(_factor_set_text() if is_set else _factor_text())
        self.begin.setVisible(not is_set)
        self.away.setVisible(is_set)


def into_sight(widget: QWidget) -> None:
    """Let the page scroll to a widget."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        above.ensureWidgetVisible(widget)


def holding(layout: QHBoxLayout | QVBoxLayout) -> QWidget:
    """A widget that holds a layout, without margins."""
    made = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    made.setLayout(layout)
    return made


def _factor_text() -> str:
    return _(
        "With it, inviting, appointing, revoking and releasing ask for six digits from an app on your phone, so that "
        "a stolen laptop alone can let nobody in."
    )


def _factor_set_text() -> str:
    return _("Inviting, appointing, revoking and releasing ask for the six digits that your phone shows.")
