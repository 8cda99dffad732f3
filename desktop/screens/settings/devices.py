"""The Devices page decides: sharing, inviting, who may what, the end of a device, the second factor, deposits.

Free of Qt. Every deed is asked of the service on the network pool; what it refuses is said where it was asked.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import KeyMissing, Offline, RuleBroken
from core.words import translate as _
from desktop.ports import Desk
from desktop.screens.settings.carrying import Carrying, carrying, parties_text
from desktop.screens.settings.devices_shown import (
    DepositShown,
    Shown,
    deposit_shown,
    forgotten_text,
    invitation_text,
    key_text,
    last_resort_text,
    role_name,
    shown,
)
from desktop.screens.settings.office import BookFacts, Office
from desktop.screens.settings.staff_office import Staff

if TYPE_CHECKING:
    from core.ids import Id
    from sync.client.staff import Colleague

__all__ = ["Devices", "DevicesView", "role_name"]


class DevicesView(Protocol):
    """The page of devices, and the one sheet that may stand over it."""

    def show_unshared(self) -> None:
        """The book is on this computer alone: offer to share it."""
        ...

    def show_shared(self, shown: Shown) -> None:
        """Where the book is shared, and who writes in it."""
        ...

    def show_lost_key(self, text: str) -> None:
        """This computer's key is gone: ask for an owner's code, with a text on who else may make one."""
        ...

    def show_forgotten(self, server: str, text: str, *, may_found: bool) -> None:
        """The service does not know this business any more: say so, and to an owner offer to found it there again."""
        ...

    def show_code(self, code: str, server: str, text: str) -> None:
        """Show a code, large, with what to do with it."""
        ...

    def ask_device(self, one: "Colleague", *, is_guarded: bool) -> None:
        """Show a device, to be named, appointed or ended."""
        ...

    def ask_carried(self, one: "Colleague", carrying: Carrying, desk: Desk) -> None:
        """Show which parties a device carries, to be chosen anew."""
        ...

    def ask_agreed(self, text: str, yes: Callable[[], None]) -> None:
        """Ask once more before much goes from a device."""
        ...

    def ask_factor(self, address: str) -> None:
        """Show the secret for the app on a phone, and ask for its first code."""
        ...

    def ask_deposit(self, deposit: DepositShown, *, is_guarded: bool) -> None:
        """Show what lies in a deposit, to be released or thrown away."""
        ...

    def close_sheet(self) -> None:
        """What the sheet asked for is done."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show why it was refused: on the sheet where one is open."""
        ...

    def tell_progress(self, done: int, count: int) -> None:
        """So much of so much is sent; may be called from any thread."""
        ...

    def set_busy(self, is_busy: bool) -> None:
        """Hold the page while the service answers."""
        ...


class Devices:
    """Shares the book, and keeps who may write in it."""

    def __init__(self, view: DevicesView, desk: Desk, office: Office) -> None:
        self._view = view
        self._desk = desk
        self._office = office
        self._facts: BookFacts | None = None
        self._staff: Staff | None = None
        self._is_busy = False
        self._has_lost_key = self._is_forgotten = False
        self.is_guarded = False
        """Whether this user's grave deeds ask for a second factor, as far as is known."""

    def load(self) -> None:
        """Show how the book is shared, as it was last told."""
        self._desk.runner.read(lambda _read: (self._office.facts(), self._office.people.staff()), self._show)

    def look(self) -> None:
        """Ask the service who is there now. Out of reach, what was told last stays, with its date."""
        self._desk.runner.network(self._office.people.look, self._on_looked, self._on_not_looked)

    def share(self, server: str, code: str) -> None:
        """Found the company at a service."""
        self._ask(
            lambda: self._office.share(server, code, self._view.tell_progress),
            lambda _none: self._on_at_service(_("The book is shared")),
        )

    def bind(self, code: str) -> None:
        """Give this computer a new key."""
        self._ask(
            lambda: self._office.people.bind(code),
            lambda _none: self._on_at_service(_("This computer has a new key")),
        )

    def invite(self, role: str, digits: str = "") -> None:
        """Ask for a code for one more device."""
        self._ask(
            lambda: self._office.people.invite(role, digits),
            lambda code: self._on_code(code, invitation_text(role)),
        )

    def open(self, device: "Id") -> None:
        """Look at a device."""
        one = self._colleague(device)
        if one is None:
            return
        if not self._is_owner():
            self._view.show_refusal(RuleBroken([_only_owners()]))
        elif one.state in ("invited", "live"):
            self._view.ask_device(one, is_guarded=self.is_guarded)

    def change(self, one: "Colleague", name: str, role: str, digits: str) -> None:
        """Give a device another name or role."""
        self._deed(lambda: self._office.people.change(one, name.strip(), role, digits), _("Saved"))

    def ask_carried(self, one: "Colleague") -> None:
        """Look at what a device in the field carries, as the service has it now."""
        self._ask(
            lambda: self._office.people.carried(one.device),
            lambda parties: self._desk.runner.read(
                partial(carrying, parties),
                lambda found: self._view.ask_carried(one, found, self._desk),
                self._view.show_refusal,
            ),
        )

    def carry(
        self, one: "Colleague", wanted: "frozenset[Id]", before: "frozenset[Id]", *, is_agreed: bool = False
    ) -> None:
        """Name the parties that a device carries; the toast takes it back. Much that goes is asked for once more."""
        name = one.name or one.code
        told = _("{device} carries {parties} from its next sync on")
        said = told.format(device=name, parties=parties_text(len(wanted)))

        def refused(error: Exception) -> None:
            if getattr(error, "code", "") == "AGREE":
                self._set_busy(False)
                again = partial(self.carry, one, wanted, before, is_agreed=True)
                self._view.ask_agreed(str(error), again)
            else:
                self._on_failed(error)

        back = partial(self.carry, one, before, wanted, is_agreed=True)
        verb = partial(self._office.people.carry, one.device, wanted, is_agreed=is_agreed)
        self._deed(verb, said, undo=back, failed=refused)

    def new_key(self, one: "Colleague", digits: str, *, is_gone: bool) -> None:
        """A code for a device that has lost its key."""
        self._ask(
            lambda: self._office.people.new_key(one.device, one.role, digits, is_gone=is_gone),
            lambda code: self._on_code(code, key_text(one.name or one.code)),
        )

    def revoke(self, one: "Colleague", digits: str, *, is_lost: bool) -> None:
        """End a device."""
        done = _("{device} is revoked").format(device=one.name or one.code)
        self._deed(lambda: self._office.people.revoke(one.device, digits, is_lost=is_lost), done)

    def begin_factor(self) -> None:
        """Ask for a secret for the app on a phone."""
        self._ask(self._office.people.begin_factor, self._view.ask_factor)

    def confirm_factor(self, digits: str, recovery_code: str) -> None:
        """Set the second factor."""
        self._deed(
            lambda: self._office.people.confirm_factor(digits, recovery_code), _("The second factor is set")
        )

    def remove_factor(self, digits: str, recovery_code: str) -> None:
        """Take the second factor away."""
        self._deed(
            lambda: self._office.people.remove_factor(digits, recovery_code), _("The second factor is gone")
        )

    def open_deposit(self, deposit: "Id") -> None:
        """Look into a deposit."""
        found = (
            next((one for one in self._staff.deposits if one.deposit == deposit), None)
            if self._staff
            else None
        )
        if found is None:
            return
        told = self._colleague(found.device)
        self._ask(
            lambda: self._office.people.contents(deposit),
            lambda inside: self._view.ask_deposit(
                deposit_shown(found, told, inside), is_guarded=self.is_guarded
            ),
        )

    def release(self, deposit: "Id", digits: str) -> None:
        """Let a deposit in, and bring it down with a round."""
        self._deed(
            lambda: self._office.people.release(deposit, digits), _("Released: the next sync brings it")
        )

    def discard(self, deposit: "Id", reason: str, digits: str) -> None:
        """Throw a deposit away."""
        self._deed(lambda: self._office.people.discard(deposit, reason, digits), _("Thrown away"))

    def _deed(
        self, verb: Callable[[], Any], said: str, *, undo: Callable[[], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:  # fmt: skip
        def done(_answer: Any) -> None:
            self._set_busy(False)
            self._view.close_sheet()
            self._desk.notifier.done(said, undo=undo)
            self.load()
            self.look()

        self._ask(verb, done, failed)

    def _ask(
        self, verb: Callable[[], Any], then: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:  # fmt: skip
        if self._is_busy:
            return
        self._set_busy(True)

        def answered(answer: Any) -> None:
            self._set_busy(False)
            then(answer)

        self._desk.runner.network(verb, answered, failed or self._on_failed)

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self._view.set_busy(is_busy)

    def _show(self, kept: tuple[BookFacts, Staff]) -> None:
        self._facts, self._staff = kept
        if not self._facts.server:
            self._view.show_unshared()
        else:
            self._view.show_shared(shown(self._facts, self._staff, is_guarded=self.is_guarded))
            if self._has_lost_key:
                self._view.show_lost_key(last_resort_text(self._facts.business, self._facts.device))
            if self._is_forgotten:
                may_found = self._is_owner()
                text = forgotten_text(may_found=may_found)
                self._view.show_forgotten(self._facts.server, text, may_found=may_found)

    def _on_looked(self, is_guarded: bool | None) -> None:
        if is_guarded is not None:
            self.is_guarded, self._has_lost_key, self._is_forgotten = is_guarded, False, False
            self.load()

    def _on_not_looked(self, error: Exception) -> None:
        if getattr(error, "code", "") == "NO_BUSINESS":
            self._is_forgotten = True
            self.load()
        elif _is_of_the_key(error):
            self._has_lost_key = True
            self.load()
        elif not isinstance(error, Offline | KeyMissing):
            self._view.show_refusal(error)

    def _on_at_service(self, said: str) -> None:
        self._desk.notifier.done(said)
        self._office.on_shared()
        self._has_lost_key = self._is_forgotten = False
        self.load()
        self.look()

    def _on_code(self, code: str, text: str) -> None:
        self._view.close_sheet()
        self._view.show_code(code, self._facts.server if self._facts else "", text)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if isinstance(error, KeyMissing):
            error = KeyMissing(
                _("This computer has no keyring for the key of this device."),
                remedy=_("Open the book again with its passphrase (Ctrl+O), then share it."),
            )
        if getattr(error, "code", "") == "FACTOR":
            self.is_guarded = True
        self._view.show_refusal(error)

    def _colleague(self, device: "Id") -> "Colleague | None":
        found = self._staff.colleagues if self._staff is not None else ()
        return next((one for one in found if one.device == device), None)

    def _is_owner(self) -> bool:
        return self._facts is not None and self._facts.role == "owner"


def _is_of_the_key(error: Exception) -> bool:
    """Whether this computer has no key, or one that the service does not know (any more)."""
    if isinstance(error, RuleBroken):
        return any(found.code == "DEVICE_KEY" for found in error.problems)
    return getattr(error, "code", "") == "TURNED_AWAY"


def _only_owners() -> Any:
    from core.problems import Problem

    return Problem("ROLE", _("Only an owner may do this."))
