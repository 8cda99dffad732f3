"""The page of devices: sharing, who writes in this book, invitations as code and QR, second factor, deposits."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.words import translate as _
from desktop.kit import (
    Banner,
    FactList,
    Form,
    Question,
    Segments,
    Sheet,
    Way,
    button,
    column,
    label,
    row,
)
from desktop.ports import Desk
from desktop.screens.settings.carrying import Carrying
from desktop.screens.settings.carrying_sheet import CarryingSheet
from desktop.screens.settings.device_cards import CodeCard, FactorCard, holding, into_sight
from desktop.screens.settings.device_sheets import (
    DepositSheet,
    DeviceSheet,
    FactorAwaySheet,
    FactorSheet,
    InviteSheet,
)
from desktop.screens.settings.devices import Devices
from desktop.screens.settings.devices_shown import DepositShown, Line, Shown, roles
from desktop.screens.settings.forms import key_form, share_form
from desktop.screens.settings.pages import on_card, page

if TYPE_CHECKING:
    from sync.client.staff import Colleague


class DevicesPage(QWidget):
    """Sharing: a form while the book is on this computer alone; else who writes in it, and what owners may do."""

    sync_asked = Signal()
    turned = Signal()
    """Another part is shown now: the form, or the devices."""

    _stepped = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._presenter: Devices | None = None
        self._sheet: Sheet | None = None
        self._is_guarded = self._is_busy = False
        self._stepped.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self.form: Form = share_form()
        self.key_form: Form = key_form()
        self._banner = Banner()
        self._facts = FactList()
        self._as_of = label("", "small", tone="muted")
        self._devices, self._deposits = QVBoxLayout(), QVBoxLayout()
        self._roles = Segments(roles(), accessible_name=_("Role of the new device"))
        self.invite = button(_("Invite a device"), "primary", icon="plus", run=self._on_invite)
        self._sync = button(_("Sync now"), icon="syncing", run=self.sync_asked.emit)
        self._code = CodeCard()
        self.factor = FactorCard()
        self._unshared = on_card(self.form)
        self._last_resort = label("", "small", tone="muted", wrap=True, selectable=True)
        self._lost = on_card(
            label(_lost_text(), "body", tone="muted", wrap=True),
            self.key_form,
            self._last_resort,
            title=_("This computer lost its key"),
        )
        self._deposits_card = on_card(holding(self._deposits), title=_("Deposits of revoked devices"))
        self._invite_card = on_card(_inviting(self._roles, self.invite), title=_("One more device"))
        self._shared = self._shared_part()
        parts = (self._banner, self._unshared, self._lost, self._shared)
        self.setLayout(column(page(_("Devices"), _devices_text(), *parts)))
        for part in (self._unshared, self._lost, self._shared):
            part.hide()

    def drive(self, presenter: Devices) -> None:
        """Let a presenter decide."""
        self._presenter = presenter
        self.form.save_asked.connect(
            lambda: presenter.share(self.form.value("server"), self.form.value("code"))
        )
        self.key_form.save_asked.connect(lambda: presenter.bind(self.key_form.value("code")))
        self.factor.begin.clicked.connect(presenter.begin_factor)
        self.factor.away.clicked.connect(lambda: self._open(FactorAwaySheet(presenter, self)))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the service who is there now; what was told last is shown meanwhile."""
        super().showEvent(event)
        if self._presenter is not None:
            self._presenter.look()

    def form_asked(self) -> Form | None:
        """The form that asks for something before all else: to share, or for a new key."""
        forms = (self.key_form, self.form)
        return next((form for form in forms if form.isVisibleTo(self)), None)

    def show_unshared(self) -> None:
        """Offer to share."""
        self._banner.say(_("This book is on this computer alone."))
        self._unshared.show()
        self._shared.hide()
        self.turned.emit()

    def show_shared(self, shown: Shown) -> None:
        """Where the book is shared, and who writes in it."""
        self._is_guarded = shown.is_guarded
        if self._unshared.isVisibleTo(self):
            self._banner.say("")
        self._facts.show_facts(shown.facts)
        self._as_of.setText(shown.as_of)
        _list(self._devices, shown.devices, self._on_device)
        _list(self._deposits, shown.deposits, self._on_deposit)
        self._deposits_card.setVisible(bool(shown.deposits))
        self._invite_card.setVisible(shown.is_owner)
        self.factor.setVisible(shown.is_owner)
        self.factor.show_state(is_set=shown.is_guarded)
        self._unshared.hide()
        self._lost.hide()
        self._shared.show()
        self.turned.emit()

    def show_lost_key(self, text: str) -> None:
        """Ask for an owner's code; the keys go there."""
        self._last_resort.setText(text)
        self._lost.show()
        self.turned.emit()
        if self.isVisible():
            self.key_form.focus_first()

    def show_forgotten(self, server: str, text: str, *, may_found: bool) -> None:
        """Say that the service has forgotten the business; an owner is asked for a founding code."""
        self._banner.say(text, "warning")
        self._unshared.setVisible(may_found)
        self.turned.emit()
        if may_found:
            self.form.set_values({"server": server})
            self.form.show_field("server", False)
            self.form.set_hint("code", _("Whoever runs the service makes it there: bahi founding-code"))
            if self.isVisible():
                self.form.field("code").setFocus(Qt.FocusReason.OtherFocusReason)

    def show_code(self, code: str, server: str, text: str) -> None:
        """Show a code, large, and as a QR code."""
        self._banner.say("")
        self._lost.hide()
        self._code.show_code(code, server, text)

    def code(self) -> str:
        """The code shown; empty before one is."""
        return self._code.code()

    def ask_device(self, one: "Colleague", *, is_guarded: bool) -> None:
        """A sheet for a device."""
        assert self._presenter is not None
        self._open(DeviceSheet(one, self._presenter, self, self._open, is_guarded=is_guarded))

    def ask_carried(self, one: "Colleague", carrying: Carrying, desk: Desk) -> None:
        """A sheet for what a device in the field carries."""
        presenter = self._presenter
        assert presenter is not None

        def save(chosen: Carrying) -> None:
            presenter.carry(one, chosen.wanted(), chosen.before)

        self._open(CarryingSheet(one, carrying, desk, save, self))

    def ask_agreed(self, text: str, yes: Callable[[], None]) -> None:
        """Ask once more before much goes from a device."""
        title = _("Take them from it?")
        Question(title, text, yes=_("Take them"), answered=yes, part="danger", parent=self.window()).open()

    def ask_factor(self, address: str) -> None:
        """A sheet for the app on a phone."""
        assert self._presenter is not None
        self._open(FactorSheet(address, self._presenter, self))

    def ask_deposit(self, deposit: DepositShown, *, is_guarded: bool) -> None:
        """A sheet for a deposit."""
        assert self._presenter is not None
        self._open(DepositSheet(deposit, self._presenter, self, self._open, is_guarded=is_guarded))

    def sheet(self) -> Sheet | None:
        """The sheet that stands over the page."""
        return self._sheet

    def close_sheet(self) -> None:
        """Close it."""
        if self._sheet is not None:
            self._sheet.accept()

    def show_refusal(self, error: Exception) -> None:
        """Why it was refused: on the sheet, the form that asked, or the page."""
        if self._sheet is not None:
            self._sheet.form.show_refusal(error)
        elif self._unshared.isVisible():
            self.form.show_refusal(error)
        elif self._lost.isVisible():
            self.key_form.show_refusal(error)
        else:
            self._banner.say(str(error), "danger")
            into_sight(self._banner)

    def tell_progress(self, done: int, count: int) -> None:
        """So much of so much is sent; may be called from any thread."""
        self._stepped.emit(done, count)

    def set_busy(self, is_busy: bool) -> None:
        """Hold what may be asked while the service answers."""
        self._is_busy = is_busy
        self.form.set_busy(is_busy)
        self.key_form.set_busy(is_busy)
        if self._sheet is not None:
            self._sheet.form.set_busy(is_busy)

    def _show_progress(self, done: int, count: int) -> None:
        if count and self._is_busy:
            self.form.banner.say(_("Sending {done} of {count}").format(done=done, count=count))

    def _open(self, sheet: Sheet) -> None:
        if self._sheet is not None:
            self._sheet.reject()
        self._sheet = sheet
        sheet.finished.connect(lambda _answer: self._on_closed(sheet))
        sheet.open()

    def _on_closed(self, sheet: Sheet) -> None:
        if self._sheet is sheet:
            self._sheet = None

    def _on_invite(self) -> None:
        assert self._presenter is not None
        if self._is_guarded:
            self._open(InviteSheet(self._roles.choice(), self._presenter, self))
        else:
            self._presenter.invite(self._roles.choice())

    def _on_device(self, device: bytes) -> None:
        assert self._presenter is not None
        self._presenter.open(device)

    def _on_deposit(self, deposit: bytes) -> None:
        assert self._presenter is not None
        self._presenter.open_deposit(deposit)

    def _shared_part(self) -> QWidget:
        made = QWidget()
        sync = row(self._sync, self._as_of)
        sync.addStretch(1)
        made.setLayout(
            column(
                on_card(self._facts, holding(sync)),
                self._deposits_card,
                on_card(holding(self._devices), title=_("Who writes in this book")),
                self._invite_card,
                self._code,
                self.factor,
                spacing="base",
            )
        )
        self._code.hide()
        return made


def _list(into: QVBoxLayout, lines: Sequence[Line], chosen: Callable[[bytes], None]) -> None:
    """Show lines; the one that has the focus keeps it."""
    had = next((at for at in range(into.count()) if (one := _widget(into, at)) and one.hasFocus()), None)
    while into.count():
        item = into.takeAt(0)
        if item is not None and (widget := item.widget()) is not None:
            widget.deleteLater()
    into.setSpacing(0)
    for line in lines:
        way = Way(line.title, line.detail, figure=line.state, note=line.note, tone=line.tone)
        way.clicked.connect(lambda _is_on=False, record=line.record: chosen(record))
        into.addWidget(way)
    if had is not None and (again := _widget(into, had)) is not None:
        again.setFocus(Qt.FocusReason.OtherFocusReason)


def _widget(layout: QVBoxLayout, at: int) -> QWidget | None:
    item = layout.itemAt(at)
    return item.widget() if item is not None else None


def _inviting(chosen: Segments, invite: QWidget) -> QWidget:
    ask = row(label(_("The new device is"), "body"), chosen)
    ask.addStretch(1)
    ask.addWidget(invite)
    return holding(ask)


def _devices_text() -> str:
    return _(
        "Each device works on its own for weeks. When the service is in reach they agree. "
        "The service checks the books, so it can read them: run it where you trust the machine."
    )


def _lost_text() -> str:
    return _(
        "The service no longer knows this computer, because the key that lay in its keyring is gone. Nothing written "
        "here is lost: enter a code that an owner makes for this device, and it is sent."
    )
