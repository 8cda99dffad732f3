"""Devices and safety decide: sharing, inviting, syncing; backing up and proving the book. Free of Qt."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from core.book import device_rows
from core.errors import KeyMissing
from core.words import date_text
from core.words import translate as _
from desktop.ports import Desk
from desktop.screens.settings.office import BookFacts, Office

_LAST_BACKUP = "backup.last"
_MIB = 1 << 20


class DevicesView(Protocol):
    """The page of devices."""

    def show_unshared(self) -> None:
        """The book is on this computer alone: offer to share it."""
        ...

    def show_shared(self, facts: Sequence[tuple[str, str]], devices: Sequence[tuple[str, str]]) -> None:
        """Where the book is shared, and who writes in it."""
        ...

    def show_code(self, code: str, server: str) -> None:
        """Show an invitation, large."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Show why it was refused."""
        ...

    def set_busy(self, is_busy: bool) -> None:
        """Hold the page while the service answers."""
        ...


class Devices:
    """Shares the book, invites devices."""

    def __init__(self, view: DevicesView, desk: Desk, office: Office) -> None:
        self._view = view
        self._desk = desk
        self._office = office
        self._server = ""
        self._is_busy = False

    def load(self) -> None:
        """Show how the book is shared."""
        self._desk.runner.read(lambda read: (self._office.facts(), device_rows(read)), self._show)

    def share(self, server: str, code: str) -> None:
        """Found the company at a service."""
        self._ask(lambda: self._office.share(server, code), self._on_shared)

    def invite(self, role: str) -> None:
        """Ask for a code for one more device."""
        self._ask(lambda: self._office.invite(role), self._on_invited)

    def _ask(self, verb: Callable[[], Any], then: Callable[[Any], None]) -> None:
        if self._is_busy:
            return
        self._set_busy(True)
        self._desk.runner.network(verb, then, self._on_failed)

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self._view.set_busy(is_busy)

    def _show(self, kept: tuple[BookFacts, list[Any]]) -> None:
        facts, rows = kept
        self._server = facts.server
        if not facts.server:
            self._view.show_unshared()
            return
        said = [
            (_("Service"), facts.server),
            (_("This device"), facts.device_code),
            (_("Your role"), role_name(facts.role)),
        ]
        devices = [(f"{row.code} · {row.name or row.user}", _said_of(row)) for row in rows]
        self._view.show_shared(said, devices)

    def _on_shared(self, _none: None) -> None:
        self._set_busy(False)
        self._desk.notifier.done(_("The book is shared"))
        self._office.on_shared()
        self.load()

    def _on_invited(self, code: str) -> None:
        self._set_busy(False)
        self._view.show_code(code, self._server)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(False)
        if isinstance(error, KeyMissing):
            error = KeyMissing(
                _("This computer has no keyring for the key of this device."),
                remedy=_("Open the book again with its passphrase (Ctrl+O), then share it."),
            )
        self._view.show_refusal(error)


def role_name(role: str) -> str:
    """A role as people call it."""
    names = {
        "owner": _("Owner"),
        "bookkeeper": _("Bookkeeper"),
        "field": _("In the field"),
        "auditor": _("Auditor"),
    }
    return names.get(role, role)


def _said_of(row: Any) -> str:
    ended = [] if row.state == "live" else [_("no longer writes here")]
    return ", ".join([row.user, role_name(row.role), *ended])


class SafetyView(Protocol):
    """The page of backups and proof."""

    def show_last(self, text: str) -> None:
        """When the last backup was made."""
        ...

    def show_result(self, text: str, facts: Sequence[tuple[str, str]], *, is_well: bool) -> None:
        """What came of a backup or a proof."""
        ...

    def set_busy(self, text: str) -> None:
        """Say what is under way; empty: nothing is."""
        ...


class Safety:
    """Backs up and proves."""

    def __init__(self, view: SafetyView, desk: Desk, office: Office) -> None:
        self._view = view
        self._desk = desk
        self._office = office
        self._is_busy = False

    def load(self) -> None:
        """Show when the last backup was made from here."""
        last = self._desk.memory.recall(_LAST_BACKUP, "")
        self._view.show_last(last or _("No backup was made on this computer yet."))

    def backup_name(self) -> str:
        """The file a backup is offered to be written to."""
        path = self._office.facts().path
        return str(path.with_name(f"{path.stem} {self._desk.calendar.today():%Y-%m-%d}.bahibackup"))

    def backup(self, target: Path) -> None:
        """Write a backup and prove it."""

        def done(size_bytes: int) -> None:
            on, size = date_text(self._desk.calendar.today()), max(1, round(size_bytes / _MIB))
            last = _("Last backup {date}: {file}").format(date=on, file=target)
            self._desk.memory.keep(_LAST_BACKUP, last)
            self._view.show_last(last)
            facts = [(_("File"), str(target)), (_("Size"), f"{size} MiB")]
            self._view.show_result(_("Backed up, and read back to prove it."), facts, is_well=True)

        self._ask(_("Backing up…"), lambda: self._office.backup(target), done)

    def verify(self) -> None:
        """Prove the whole book; the window goes on working meanwhile."""
        self._ask(_("Proving every entry since the first…"), self._office.verify, self._on_proved)

    def _ask(self, text: str, verb: Callable[[], Any], then: Callable[[Any], None]) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        self._view.set_busy(text)

        def answered(answer: Any) -> None:
            self._end()
            then(answer)

        self._desk.runner.network(verb, answered, self._on_failed)

    def _end(self) -> None:
        self._is_busy = False
        self._view.set_busy("")

    def _on_proved(self, proof: Any) -> None:
        if proof.ok:
            facts = [
                (_("Changes"), f"{proof.changes}"),
                (_("End of the chain"), proof.chain_head),
                (_("Digest"), proof.digest),
            ]
            text = _("Proved: the file is whole, no entry was altered, and every balance follows from them.")
            self._view.show_result(text, facts, is_well=True)
            return
        found = [(problem.code, problem.message) for problem in proof.problems]
        text = _("This book fails its proof. Keep it as it is, and restore a backup beside it.")
        self._view.show_result(text, found, is_well=False)

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self._view.show_result(str(error), (), is_well=False)
