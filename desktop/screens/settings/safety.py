"""Backup and proof decide: backing the book up, and proving it. Free of Qt."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from core.words import date_text
from core.words import translate as _
from desktop.ports import Desk
from desktop.screens.settings.office import Office

_LAST_BACKUP = "backup.last"
_MIB = 1 << 20


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
