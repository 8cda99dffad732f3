"""Statements or confirmation letters for many parties in one go: what, of which days, whose, into which folder."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from core.errors import BahiError
from core.paper import draw_confirmation, draw_statement
from core.statements.ageing import ageing
from core.statements.model import Confirmation, Statement
from core.statements.run import Run, confirmations_run, parties_with_account, statements_run
from core.statements.workbook import confirmation_file, statement_file
from core.words import translate as _
from desktop.kit import Banner, Card, ChoiceField, DateField, Form, label
from desktop.ports import Action, Choice, Desk, Reader
from desktop.theme import size, space

STATEMENTS, CONFIRMATIONS = "statements", "confirmations"
MOVED, OWING, ALL = "moved", "owing", "all"
PDF, EXCEL, BOTH = "pdf", "excel", "both"
_POLL_MS = 120
_FOLDER = "statements.folder"


@dataclass
class Progress:
    """How far a run has come; the reading thread writes it, the window reads it."""

    done: int = 0
    total: int = 0
    is_stopped: bool = False

    def told(self, done: int, total: int) -> None:
        """Note how far it has come."""
        self.done, self.total = done, total


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is to write."""

    what: str
    from_on: dt.date
    to_on: dt.date
    whose: str
    ways: str
    folder: Path


class RunPage(QWidget):
    """A form, and how far the run has come."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._progress: Progress | None = None
        self._folder: Path | None = None
        self._banner = Banner()
        self.form = Form(save=_("Write the papers"))
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._show_progress)
        self._fill()
        self._lay()
        self.form.save_asked.connect(self._on_run)
        self._banner.acted.connect(self._on_banner)
        self.setFocusProxy(self.form.field("what"))

    def actions_here(self) -> Sequence[Action]:
        """Writing, and stopping."""
        return (
            Action("statements.write", _("Write the papers"), self._on_run, (), self._is_idle, "print"),
            Action("statements.stop", _("Stop writing"), self._stop, (), lambda: self._progress is not None, "close"),
        )  # fmt: skip

    def _is_idle(self) -> bool:
        return self._progress is None

    def refresh(self) -> None:
        """Nothing here is read before it is asked for."""

    def put_away(self) -> None:
        """The page goes: what is under way stops after the paper it is at."""
        self._stop()
        self._timer.stop()

    # --- building

    def _fill(self) -> None:
        form, calendar = self.form, self._desk.calendar
        today, period = calendar.today(), calendar.period()
        form.add("what", _("Papers"), ChoiceField.of(_kinds()), required=True)
        form.add_beside(
            ("from_on", _("From"), DateField(today=today)), ("to_on", _("Up to"), DateField(today=today)),
            required=("to_on",),
        )  # fmt: skip
        form.add("whose", _("Whose"), ChoiceField.of(_owners()), required=True)
        form.add("ways", _("As"), ChoiceField.of(_ways()), required=True)
        form.set_values(
            {
                "what": _kinds()[0],
                "from_on": min(period.from_on, today),
                "to_on": min(period.to_on, today),
                "whose": _owners()[0],
                "ways": _ways()[0],
            }
        )

    def _lay(self) -> None:
        card = Card(_("Statements for all parties"), margin="wide")
        text = _(
            "One file a party, named by its code and name, in its language. Stopping leaves whole papers."
        )
        card.add(label(text, "small", tone="muted", wrap=True))
        card.add(self._banner)
        card.add(self.form)
        card.setMaximumWidth(size("form") + 2 * space("wide"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card)
        whole.addStretch(1)

    # --- the run

    def _on_run(self) -> None:
        if self._progress is not None:
            return
        values = self.form.values()
        folder = self._asked_folder()
        if folder is None:
            return
        self._folder = folder
        asked = Asked(
            values["what"].value, values["from_on"] or values["to_on"], values["to_on"], values["whose"].value,
            values["ways"].value, folder,
        )  # fmt: skip
        self._progress = Progress()
        self.form.set_busy(True)
        self._timer.start()
        self._show_progress()
        question = partial(_written, asked, self._desk.calendar.today(), self._progress)
        self._desk.runner.read(question, self._ended, self._failed)

    def _asked_folder(self) -> Path | None:
        kept = str(self._desk.memory.recall(_FOLDER, str(Path.home())))
        chosen = QFileDialog.getExistingDirectory(self, _("Write the papers into"), kept)
        if not chosen:
            return None
        self._desk.memory.keep(_FOLDER, chosen)
        return Path(chosen)

    def _show_progress(self) -> None:
        if self._progress is not None:
            text = _("Writing {number} of {total}").format(
                number=min(self._progress.done + 1, max(self._progress.total, 1)),
                total=self._progress.total or "…",
            )
            self._banner.say(text, "accent", _("Stop"))

    def _ended(self, run: Run) -> None:
        self._over()
        name = "" if self._folder is None else self._folder.name
        text = _("{count} files are in {folder}").format(count=len(run.files), folder=name)
        if run.is_cancelled:
            text = _("Stopped after {parties} parties. {text}").format(parties=run.parties, text=text)
        if not run.files and not run.is_cancelled:
            self._banner.say(_("No party has an entry or a balance in these days."), "warning")
            return
        self._banner.say(text, "success", _("Open the folder"))

    def _failed(self, error: Exception) -> None:
        self._over()
        self._banner.say(str(error), "danger")

    def _over(self) -> None:
        self._progress = None
        self._timer.stop()
        self.form.set_busy(False)

    def _on_banner(self) -> None:
        if self._progress is not None:
            self._stop()
        elif self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _stop(self) -> None:
        if self._progress is not None:
            self._progress.is_stopped = True


def _written(asked: Asked, today: dt.date, progress: Progress, reader: Reader) -> Run:
    """Write what was asked for; a BahiError says why a file could not be written."""
    parties = _parties(reader, asked)
    rest: dict[str, Any] = {"progress": progress.told, "cancelled": lambda: progress.is_stopped}
    progress.total = len(parties)
    try:
        if asked.what == CONFIRMATIONS:
            ways = _chosen(asked.ways, _confirmation_pdf, confirmation_file)
            return confirmations_run(
                reader, parties, asked.folder, on=asked.to_on, dated_on=today, ways=ways, **rest
            )
        return statements_run(
            reader, parties, asked.folder, from_on=asked.from_on, to_on=asked.to_on, today=today,
            ways=_chosen(asked.ways, _statement_pdf, statement_file), **rest,
        )  # fmt: skip
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BahiError(_("The file could not be written: {reason}").format(reason=reason)) from error


def _parties(reader: Reader, asked: Asked) -> list[bytes]:
    if asked.whose == OWING:
        rows, _total = ageing(reader, on=asked.to_on)
        return [row.party for row in rows]
    return parties_with_account(reader, asked.from_on, asked.to_on, with_empty=asked.whose == ALL)


def _chosen(
    ways: str, pdf: Callable[[Any], bytes], excel: Callable[[Any], bytes]
) -> dict[str, Callable[[Any], bytes]]:
    found = {".pdf": pdf, ".xlsx": excel}
    return {
        name: way
        for name, way in found.items()
        if ways == BOTH or name == (".pdf" if ways == PDF else ".xlsx")
    }


def _statement_pdf(statement: Statement) -> bytes:
    target = BytesIO()
    draw_statement(statement, target, language=statement.language)
    return target.getvalue()


def _confirmation_pdf(letter: Confirmation) -> bytes:
    target = BytesIO()
    draw_confirmation(letter, target)
    return target.getvalue()


def _kinds() -> list[Choice]:
    return [
        Choice(STATEMENTS, _("Statements of account")),
        Choice(CONFIRMATIONS, _("Balance confirmation letters"), _("as on the last day")),
    ]


def _owners() -> list[Choice]:
    return [
        Choice(MOVED, _("Parties with entries or a balance")),
        Choice(OWING, _("Parties with open bills")),
        Choice(ALL, _("All parties")),
    ]


def _ways() -> list[Choice]:
    return [Choice(PDF, _("PDF")), Choice(EXCEL, _("Excel")), Choice(BOTH, _("PDF and Excel"))]
