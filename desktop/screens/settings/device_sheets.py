"""The sheets over the Devices page: a device, its end, its new key; the second factor; a deposit."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from core.words import translate as _
from desktop.kit import ChoiceField, FactList, Form, QrCode, Sheet, TextField, ToggleField, button, label, row
from desktop.ports import Choice
from desktop.screens.settings.devices import Devices
from desktop.screens.settings.devices_shown import DepositShown, revoke_text, role_name, roles

if TYPE_CHECKING:
    from sync.client.staff import Colleague

Opens = Callable[[Sheet], None]


class DeviceSheet(Sheet):
    """A device: its name and role; from here also a new key, and its end."""

    def __init__(
        self, one: "Colleague", presenter: Devices, parent: QWidget, opens: Opens, *, is_guarded: bool
    ) -> None:
        form = Form(save=_("Save"), back=_("Leave it"))
        title = _("Device {code}").format(code=one.code)
        super().__init__(title, form, text=_("{user} works on it.").format(user=one.user), parent=parent)
        form.add("name", _("Name"), TextField(max_length=60))
        form.add("role", _("Role"), ChoiceField.of([Choice(role, name) for role, name in roles()]))
        _add_digits(form, is_guarded, _("For another role: the six digits that your phone shows"))
        form.set_values({"name": one.name, "role": Choice(one.role, role_name(one.role))})
        form.save_asked.connect(
            lambda: presenter.change(one, form.value("name"), _role(form, one), _digits(form, is_guarded))
        )
        self.new_key = button(
            _("New key…"), "quiet", icon="lock",
            run=lambda: opens(KeySheet(one, presenter, parent, is_guarded=is_guarded)),
        )  # fmt: skip
        self.revoke = button(
            _("Revoke…"), "danger", icon="remove",
            run=lambda: opens(RevokeSheet(one, presenter, parent, is_guarded=is_guarded)),
        )  # fmt: skip
        self.carried = button(_("Parties…"), "quiet", icon="parties", run=lambda: presenter.ask_carried(one))
        self.carried.setVisible(one.role == "field")
        form.add_widget(_line(self.carried, self.new_key, self.revoke))


class RevokeSheet(Sheet):
    """The end of a device, with what it means."""

    def __init__(self, one: "Colleague", presenter: Devices, parent: QWidget, *, is_guarded: bool) -> None:
        form = Form(save=_("Revoke"), back=_("Leave it"), enter_saves=False)
        name = one.name or one.code
        title = _("Revoke {device}?").format(device=name)
        super().__init__(title, form, text=revoke_text(name), parent=parent)
        form.add("lost", "", ToggleField(_("It was lost or stolen")))
        form.set_hint("lost", _("Then it destroys its key at once, and what it had not sent is gone."))
        _add_digits(form, is_guarded)
        form.save_asked.connect(
            lambda: presenter.revoke(one, _digits(form, is_guarded), is_lost=form.value("lost"))
        )


class KeySheet(Sheet):
    """A code by which a device that lost its key binds a new one."""

    def __init__(self, one: "Colleague", presenter: Devices, parent: QWidget, *, is_guarded: bool) -> None:
        form = Form(save=_("Make a code"), back=_("Leave it"))
        text = _(
            "For a computer whose keyring was wiped. What waits on it is sent under its old name. Where the book was "
            "brought to another computer, it goes on there as a second device, and the first one stays."
        )
        title = _("New key for {device}").format(device=one.name or one.code)
        super().__init__(title, form, text=text, parent=parent)
        form.add("gone", "", ToggleField(_("The first computer is gone for good")))
        form.set_hint("gone", _("Then the other one is the same device from now on."))
        _add_digits(form, is_guarded)
        form.save_asked.connect(
            lambda: presenter.new_key(one, _digits(form, is_guarded), is_gone=form.value("gone"))
        )


class InviteSheet(Sheet):
    """The second factor before an invitation."""

    def __init__(self, role: str, presenter: Devices, parent: QWidget) -> None:
        form = Form(save=_("Invite a device"), back=_("Leave it"))
        super().__init__(_("Invite a device"), form, text=role_name(role), parent=parent)
        _add_digits(form, True)
        form.save_asked.connect(lambda: presenter.invite(role, _digits(form, True)))


class FactorSheet(Sheet):
    """The secret for an app on a phone, confirmed by its first code."""

    def __init__(self, address: str, presenter: Devices, parent: QWidget) -> None:
        form = Form(save=_("Set it"), back=_("Leave it"))
        text = _("Scan this with an authenticator app on your phone, then type the six digits that it shows.")
        super().__init__(_("Second factor"), form, text=text, parent=parent)
        form.add_widget(_line(QrCode(address, name=_("QR code of the secret"), side=220)))
        form.add_widget(label(_grouped(address), "small", tone="muted", selectable=True))
        form.add("digits", _("Six digits"), TextField(max_length=8), required=True)
        hint = _("If you type it, it can take the second factor away, should the phone be lost")
        form.add("recovery", _("Recovery code"), TextField(max_length=80), hint=hint)
        form.save_asked.connect(
            lambda: presenter.confirm_factor(form.value("digits"), form.value("recovery"))
        )


class FactorAwaySheet(Sheet):
    """The second factor taken away, by a code of it or by the recovery code."""

    def __init__(self, presenter: Devices, parent: QWidget) -> None:
        form = Form(save=_("Take it away"), back=_("Leave it"))
        text = _(
            "By the six digits that your phone shows, or by the recovery code if it was given when it was set."
        )
        super().__init__(_("Take the second factor away"), form, text=text, parent=parent)
        form.add("digits", _("Six digits"), TextField(max_length=8))
        form.add("recovery", _("Recovery code"), TextField(max_length=80))
        form.save_asked.connect(lambda: presenter.remove_factor(form.value("digits"), form.value("recovery")))


class DepositSheet(Sheet):
    """What a revoked device still held: released, or thrown away."""

    def __init__(
        self, deposit: DepositShown, presenter: Devices, parent: QWidget, opens: Opens, *, is_guarded: bool
    ) -> None:
        form = Form(save=_("Release"), back=_("Leave it"))
        super().__init__(deposit.title, form, text=deposit.text, parent=parent)
        form.add_widget(FactList(deposit.facts))
        _add_digits(form, is_guarded)
        form.save_asked.connect(lambda: presenter.release(deposit.deposit, _digits(form, is_guarded)))
        self.discard = button(
            _("Throw away…"), "danger", icon="remove",
            run=lambda: opens(DiscardSheet(deposit, presenter, parent, is_guarded=is_guarded)),
        )  # fmt: skip
        form.add_widget(_line(self.discard))


class DiscardSheet(Sheet):
    """A deposit thrown away for a reason."""

    def __init__(
        self, deposit: DepositShown, presenter: Devices, parent: QWidget, *, is_guarded: bool
    ) -> None:
        form = Form(save=_("Throw away"), back=_("Leave it"))
        text = _("Nobody can read it after that. Who did it, and why, is kept.")
        super().__init__(deposit.title, form, text=text, parent=parent)
        form.add("reason", _("Reason"), TextField(max_length=120), required=True)
        _add_digits(form, is_guarded)
        form.save_asked.connect(
            lambda: presenter.discard(deposit.deposit, form.value("reason"), _digits(form, is_guarded))
        )


def _add_digits(form: Form, is_guarded: bool, hint: str = "") -> None:
    if is_guarded:
        hint = hint or _("The six digits that your phone shows")
        form.add("digits", _("Second factor"), TextField(max_length=8), hint=hint)


def _digits(form: Form, is_guarded: bool) -> str:
    return str(form.value("digits")) if is_guarded else ""


def _role(form: Form, one: "Colleague") -> str:
    chosen: Choice | None = form.value("role")
    return str(chosen.value) if chosen is not None else one.role


def _grouped(address: str) -> str:
    """The secret as one types it into an app without a camera."""
    secret = parse_qs(urlsplit(address).query).get("secret", [""])[0]
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _line(*parts: QWidget) -> QWidget:
    made = QWidget()
    across = row(*parts)
    across.addStretch(1)
    made.setLayout(across)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made
