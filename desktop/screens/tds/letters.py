"""Letters to deductors: looked at, saved as PDFs one by one or all together. The sums are free of Qt."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from io import BytesIO
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from core.errors import BahiError
from core.fiscal import year_label_long
from core.ids import Id
from core.paper import draw_tds_letters
from core.tds.letters import TdsLetter, letters_due
from core.words import amount_text
from core.words import translate as _
from desktop.kit import Card, PagedTable, PageHeader, PaperView, button, row
from desktop.ports import Action, Ask, Column, Desk, Epoch, Listing, Nothing, Page, PageLike, Reader
from desktop.screens.tds.columns import HEARD
from desktop.theme import space


def letter_listing(year: int, today: dt.date, party: Id | None) -> Listing[TdsLetter]:
    """The deductors that a letter is due to; one alone when a party is named."""

    def fetch(reader: Reader, ask: Ask, after: object, limit: int) -> PageLike[TdsLetter]:
        found = letters_due(reader, year=year, on=today)
        return Page([one for one in found if party is None or one.buyer.party == party])

    return Listing(
        name="tds.letters",
        columns=(
            Column("name", _("Deductor"), lambda one: one.buyer.name, width=13, stretch=True,
                   detail=lambda one: one.tan),
            Column("lines", _("Rows"), lambda one: str(len(one.lines)), "right", 5),
            Column("missing", _("Not shown"), lambda one: amount_text(one.missing_paise), "right", 11,
                   tone=lambda _one: "danger"),
        ),
        fetch=fetch,
        reread=lambda reader, ask, ids: fetch(reader, ask, None, 0).rows,
        row_id=lambda one: one.buyer.party,
        shows=frozenset(),
        depends=HEARD,
        nothing=Nothing(
            _("No letter is due"), _("The form shows everything that was kept back from us."), icon="success"
        ),
    )  # fmt: skip


def drawn(letters: Sequence[TdsLetter]) -> bytes:
    """Letters as one PDF."""
    target = BytesIO()
    draw_tds_letters(letters, target)
    return target.getvalue()


def file_name(letter: TdsLetter) -> str:
    """What a letter's PDF is called, in letters every system takes."""
    named = f"TDS {year_label_long(letter.year)} {letter.buyer.code} {letter.buyer.name}"
    return "".join(sign if sign.isalnum() or sign in " -_." else "_" for sign in named).strip() + ".pdf"


def written(letters: Sequence[TdsLetter], folder: Path) -> int:
    """Write each letter into a folder; two deductors of one name do not overwrite each other."""
    used: set[str] = set()
    try:
        for letter in letters:
            name, n = file_name(letter), 1
            while name.casefold() in used:
                n += 1
                name = f"{file_name(letter)[:-4]} {n}.pdf"
            used.add(name.casefold())
            (folder / name).write_bytes(drawn([letter]))
    except OSError as error:
        raise BahiError(_("The file could not be written: {reason}").format(reason=error.strerror)) from error
    return len(letters)


class LettersPage(QWidget):
    """Who is asked what: deductors at the left, the letter itself at the right."""

    def __init__(self, desk: Desk, year: int, party: Id | None) -> None:
        super().__init__()
        self._desk = desk
        self._epoch = Epoch()
        self._shown: TdsLetter | None = None
        self._header = PageHeader(_("Letters about TDS"), year_label_long(year))
        self.paper = PaperView(
            desk.runner, file_name=lambda: file_name(self._shown) if self._shown else "tds.pdf"
        )
        self.paper.setAccessibleName(_("The letter"))
        self.table = PagedTable(letter_listing(year, desk.calendar.today(), party), desk.runner, desk.hub)
        self.table.view.setAccessibleName(_("Letters about TDS"))
        self._lay()
        self.table.selection_changed.connect(self._on_selected)
        self.table.row_activated.connect(lambda one: desk.navigator.go("parties", record=one))
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))

    def actions_here(self) -> Sequence[Action]:
        """Saving and printing."""
        return (
            Action("tds.save_all", _("Save all letters"), self._on_save_all, ("Ctrl+Return", "Ctrl+Enter"),
                   icon="export"),
            Action("tds.save", _("Save this letter"), self.paper.save, ("Ctrl+Shift+S",), icon="export"),
            Action("tds.print", _("Print this letter"), self.paper.print_out, ("Ctrl+P",), icon="print"),
        )  # fmt: skip

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self.table.put_away()

    def _lay(self) -> None:
        self._header.add(
            button(_("Save all letters"), "primary", icon="export", keys="Ctrl+Return", run=self._on_save_all)
        )
        card = Card(margin="hair")
        card.set_margins(1, 1, 1, 6)
        card.add(self.table, 1)
        across = row(spacing="medium")
        across.addWidget(card, 5)
        across.addWidget(self.paper, 6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("medium"))
        whole.addWidget(self._header)
        whole.addLayout(across, 1)
        self.setFocusProxy(self.table)

    def _on_selected(self, parties: list[Id]) -> None:
        letter = self.table.row_of(parties[0]) if len(parties) == 1 else None
        if letter is None:
            return
        self._epoch.turn()
        self._shown = letter
        self._desk.runner.network(partial(drawn, [letter]), self.paper.show_pdf, epoch=self._epoch)

    def _on_save_all(self) -> None:
        model = self.table.model
        letters = [model.row(at) for at in range(model.rowCount())]
        if not letters:
            return
        kept = str(self._desk.memory.recall("tds.folder", str(Path.home())))
        folder = QFileDialog.getExistingDirectory(self, _("Save the letters in"), kept)
        if not folder:
            return
        self._desk.memory.keep("tds.folder", folder)

        def done(count: int) -> None:
            text = _("{count} PDFs are in {folder}").format(count=count, folder=Path(folder).name)
            self._desk.notifier.done(text)

        self._desk.runner.network(partial(written, letters, Path(folder)), done, self._desk.notifier.fail)
