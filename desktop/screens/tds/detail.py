"""One deductor's year: each receipt's tax beside the form's line, and what is expected of its bills."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.ids import Id
from core.tds.life import TdsRow
from core.tds.rules import GST_CODE
from core.words import money_text
from core.words import translate as _
from desktop.kit import KeyHint, ListPage, button
from desktop.kit.list_out import export_list
from desktop.ports import Action, Desk, Runner
from desktop.screens.tds.columns import for_export, trail_listing
from desktop.screens.tds.presenter import TdsPresenter
from desktop.screens.tds.rows import TrailRow


def list_actions(page: ListPage, runner: Runner) -> list[Action]:
    """Export and print of a list; the file has its quiet texts (TAN, code) in columns of their own."""

    def export() -> None:
        export_list(
            page, for_export(page.table.listing), page.table.model.asked, runner, title=page.header.title()
        )

    return [
        Action("list.export", _("Export this list"), export, ("Ctrl+E",), icon="export"),
        Action("list.print", _("Print this list"), page.print_out, ("Ctrl+P",), icon="print"),
    ]


class DeductorPage(QWidget):
    """The trail of one deductor; Enter goes to the receipt or the bill."""

    def __init__(
        self,
        desk: Desk,
        presenter: TdsPresenter,
        rows: Sequence[TdsRow],
        ask_link: Callable[[Sequence[Id], Sequence[Id]], None],
        ask_certificate: Callable[[str, str, int], None],
    ) -> None:
        super().__init__()
        self._desk = desk
        self._act = presenter
        self._first = rows[0]
        self._ask_link = ask_link
        self._ask_certificate = ask_certificate
        listing = trail_listing(partial(presenter.trail, self._first))
        self.list = ListPage(self._first.name, listing, desk.runner, desk.hub, desk.memory)
        self.list.row_activated.connect(self._on_row)
        link = button(_("Link by hand"), icon="open", keys="Ctrl+L", run=self._on_link)
        letter = button(_("Letter"), "primary", icon="mail", keys="Ctrl+Shift+L", run=self._on_letter)
        letter.setEnabled(self._may_write())
        for part in (link, letter, KeyHint("Ctrl+Shift+L")):
            self.list.header.add(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.show_rows(rows)

    @property
    def record(self) -> Id:
        """The row that it was opened from."""
        return self._first.id

    def show_rows(self, rows: Sequence[TdsRow]) -> None:
        """What its quarters come to now."""
        tan = self._first.tan or _("no TAN: enter it with the party")
        self.list.set_title(self._first.name, f"{tan} · {self._act.label}")
        sums = [
            (_("Expected"), sum(row.expected_paise for row in rows)),
            (_("Deducted"), sum(row.deducted_paise for row in rows)),
            (_("Form shows"), sum(row.seen_paise for row in rows)),
            (_("Certificates"), sum(row.certified_paise for row in rows)),
            (_("Claimed"), sum(row.claimed_paise for row in rows)),
        ]
        self.list.set_footer([(name, money_text(paise)) for name, paise in sums])

    def actions_here(self) -> Sequence[Action]:
        """Linking, undoing, the letter, the party."""
        return (
            Action("tds.link", _("Link by hand"), self._on_link, ("Ctrl+L",), self._may_link, "open"),
            Action("tds.undo", _("Undo this link"), self._on_undo, ("Ctrl+U",), self._may_undo, "undo"),
            Action("tds.letter", _("Letter to the deductor"), self._on_letter, ("Ctrl+Shift+L",), self._may_write,
                   "mail"),
            Action("tds.certificate", _("Note a certificate"), self._on_certificate, ("Ctrl+Shift+N",), icon="plus"),
            Action("tds.party", _("Open the party"), self._on_party, ("Ctrl+Return",), self._has_party, "parties"),
            *list_actions(self.list, self._desk.runner),
        )  # fmt: skip

    def put_away(self) -> None:
        """The page goes."""
        self.list.put_away()

    def _chosen(self) -> list[TrailRow]:
        found = [self.list.table.row_of(row_id) for row_id in self.list.selected_ids()]
        return [row for row in found if row is not None]

    def _may_link(self) -> bool:
        rows = self._chosen()
        return bool(rows) and all(not row.is_bill and row.link is None for row in rows)

    def _may_undo(self) -> bool:
        return any(row.link is not None for row in self._chosen())

    def _has_party(self) -> bool:
        return self._first.party is not None

    def _may_write(self) -> bool:
        return self._has_party() and self._first.code != GST_CODE

    def _on_link(self) -> None:
        if not self._may_link():
            return
        rows = self._chosen()
        seen = list(dict.fromkeys(row.credit for row in rows if row.credit is not None))
        receipts = list(dict.fromkeys(row.receipt for row in rows if row.receipt is not None))
        self._ask_link(seen, receipts)

    def _on_undo(self) -> None:
        self._act.undo(list(dict.fromkeys(row.link for row in self._chosen() if row.link is not None)))

    def _on_letter(self) -> None:
        if self._may_write():
            self._desk.navigator.go("tds", record=self._first.party, page="letters")

    def _on_certificate(self) -> None:
        self._ask_certificate(self._first.tan, self._first.code, self._first.quarter)

    def _on_party(self) -> None:
        self._desk.navigator.go("parties", record=self._first.party)

    def _on_row(self, row_id: Id) -> None:
        row = self.list.table.row_of(row_id)
        if row is not None and row.bill is not None:
            self._desk.navigator.go("invoices", record=row.bill)
        elif row is not None and row.receipt is not None:
            self._desk.navigator.go("receipts", record=row.receipt)
