"""A form before it is taken: what is new, what was corrected, what is wrong; nothing is kept until one says so."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.errors import BahiError, RuleBroken
from core.fiscal import year_label_long
from core.problems import Problem
from core.tds.commands import Imported, keep_form
from core.tds.grid import FILE_BYTES_MAX, refused
from core.tds.queries import Preview, gone_by, preview, problems_with_form
from core.tds.reading import FormRead, read_26as
from core.tds.rules import GST
from core.words import translate as _
from desktop.kit import Banner, KeyHint, ListPage, button
from desktop.ports import Action, Desk, Epoch, Reader
from desktop.screens.tds.columns import coming_listing
from desktop.screens.tds.rows import ComingRow, coming_rows


def read_file(path: Path) -> FormRead:
    """Read a form from a file. Raises `BahiError` when the file cannot be read."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise refused("TOO_LARGE", _("The file is larger than 32 MiB."), path.name)
        return read_26as(path.read_bytes(), path.name)
    except OSError as error:
        raise BahiError(_("The file could not be read: {reason}").format(reason=error.strerror)) from error


def looked_at(form: FormRead, reader: Reader) -> tuple[Preview, list[Problem]]:
    """What a form would bring, and what stands in the way."""
    brings = preview(reader, form.lines)._replace(gone=tuple(gone_by(reader, form)))
    return brings, problems_with_form(reader, form)


class ComingPage(QWidget):
    """A form that was read, to be looked at."""

    def __init__(self, desk: Desk, path: Path, done: Callable[[int, bool], None]) -> None:
        super().__init__()
        self._desk = desk
        self._done = done
        self._epoch = Epoch()
        self._form: FormRead | None = None
        self._rows: list[ComingRow] = []
        self._name = path.name
        self._is_good = False
        self._banner = Banner()
        self.list = ListPage(path.name, coming_listing(lambda: self._rows), desk.runner)
        self._take = button(_("Take it over"), "primary", icon="check", run=self._on_take)
        self._take.setEnabled(False)
        above = self.list.layout()
        if isinstance(above, QVBoxLayout):
            above.insertWidget(1, self._banner)
        self.list.header.add(self._take)
        self.list.header.add(KeyHint(_("Ctrl+Enter")))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.set_title(path.name, _("Reading …"))
        desk.runner.network(partial(read_file, path), self._on_read, self._on_failed, epoch=self._epoch)

    def actions_here(self) -> Sequence[Action]:
        """Taking it."""
        keys = ("Ctrl+Return", "Ctrl+Enter")
        take = Action("tds.take", _("Take it over"), self._on_take, keys, lambda: self._is_good, "check")
        return (take, *self.list.list_actions())

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self.list.put_away()

    def _on_read(self, form: FormRead) -> None:
        self._form = form
        self._desk.runner.read(partial(looked_at, form), self._show, self._on_failed, epoch=self._epoch)

    def _show(self, found: tuple[Preview, list[Problem]]) -> None:
        brings, problems = found
        self._rows = coming_rows(brings, problems)
        form = self._form
        name = _("GST-TDS") if form is not None and form.form == "GST" else _("Form {name}").format(
            name=form.form if form is not None else "")  # fmt: skip
        year = year_label_long(form.year) if form is not None and form.year is not None else ""
        counts = _("{new} new · {corrected} corrected · {known} known").format(
            new=len(brings.new), corrected=len(brings.corrected), known=len(brings.known)
        )
        self.list.set_title(" ".join(part for part in (name, year) if part), f"{self._name} · {counts}")
        fresh = len(brings.new) + len(brings.corrected) + len(brings.gone)
        self._is_good = not problems and fresh > 0
        self._take.setEnabled(self._is_good)
        if problems:
            words = _("{count} problems: nothing of it is taken until they are put right.")
            self._banner.say(words.format(count=len(problems)), "danger")
        elif not fresh:
            self._banner.say(_("The book has every line of it already."), "success")
        elif brings.gone:
            words = _("{count} lines of the book stand in this form no more, and will count no more.")
            self._banner.say(words.format(count=len(brings.gone)), "warning")
        elif brings.unknown_deductors:
            words = _("{count} TANs are no party's yet: {names}").format(
                count=len(brings.unknown_deductors), names=", ".join(brings.unknown_deductors[:3])
            )
            self._banner.say(words, "warning")
        self.list.table.refresh()

    def _on_failed(self, error: Exception) -> None:
        problems = list(error.problems) if isinstance(error, RuleBroken) else [Problem("FILE", str(error))]
        self._show((Preview((), (), (), ()), problems))

    def _on_take(self) -> None:
        if not self._is_good or self._form is None:
            return
        self._is_good = False
        self._take.setEnabled(False)
        command = partial(keep_form, form=self._form)
        self._desk.runner.write(_("Import a form"), command, self._taken, self._desk.notifier.fail)

    def _taken(self, count: Imported) -> None:
        words = _("{count} lines of the form taken over").format(count=count.new)
        self._desk.notifier.done(words)
        lines = self._form.lines if self._form is not None else []
        years = [line.year for line in lines]
        self._done(max(set(years), key=years.count), all(line.form == GST for line in lines))
