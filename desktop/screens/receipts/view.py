"""Receipts on the screen: the list, and in its place a receipt or voucher, its entry, or the bills it settles."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from core.statements.money import money_received
from core.words import money_text
from core.words import translate as _
from desktop.kit import ListPage, ScreenView
from desktop.ports import Action, Desk, Place, Reader
from desktop.screens.receipts.cheques import ChequesPage
from desktop.screens.receipts.columns import receipt_listing
from desktop.screens.receipts.editor import EntryPage
from desktop.screens.receipts.page import ReceiptPage, SettlePage
from desktop.screens.receipts.values import Values
from desktop.screens.receipts.vouchers import AdvancePage, RefundPage

Shown = EntryPage | ReceiptPage | SettlePage | AdvancePage | RefundPage | ChequesPage


def make(desk: Desk) -> ScreenView:
    """The screen of receipts."""
    return ReceiptsScreen(desk)


class ReceiptsScreen(ScreenView):
    """A list under the page that is open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._page: Shown | None = None
        self._place = Place("receipts")
        self._new = Action("receipts.enter", _("New receipt"), self._on_new, ("F6", "Ctrl+N"), icon="plus")
        self._cheques = Action(
            "receipts.cheque_list", _("Cheques"), partial(desk.navigator.go, "receipts", page="cheques"),
            ("Ctrl+Shift+H",), icon="bank",
        )  # fmt: skip
        self._list = ListPage(
            _("Receipts"), receipt_listing(), desk.runner, desk.hub, desk.memory,
            actions=[self._new, self._cheques],
        )  # fmt: skip
        self._list.row_activated.connect(lambda record: desk.navigator.go("receipts", record=record))
        self._list.action_asked.connect(self._on_new)
        self._stops = (
            desk.hub.subscribe(lambda _touched: self._load_totals()),
            desk.calendar.subscribe(self._load_totals),
        )
        self.set_content(self._list)
        self._load_totals()

    def show_place(self, place: Place) -> None:
        """Show the list, or a page in its place. A page one comes back to is as one left it."""
        if place == self._place and self._page is not None and not self._page.is_over:
            self._page.setFocus()
            return
        begun = self._begun(place)
        self._drop_page()
        self._place = place
        page = self._page_for(place, begun)
        if page is None:
            if place.page in [scope.name for scope in self._list.table.listing.scopes]:
                self._list.ask(scope=place.page)
            self.set_content(self._list)
            self._list.setFocus()
            return
        self._page = page
        self.set_content(page)
        page.setFocus()

    def actions_here(self) -> Sequence[Action]:
        """What the page offers; the list offers a new receipt."""
        return (
            (self._new, self._cheques, *self._list.list_actions())
            if self._page is None
            else self._page.actions_here()
        )

    def put_away(self) -> None:
        """The screen goes."""
        self._drop_page()
        for stop in self._stops:
            stop()
        self._list.put_away()

    def _begun(self, place: Place) -> Values | None:
        """What was typed as a receipt that turns out to be an advance."""
        is_advance = place == Place("receipts", page="advance")
        return self._page.hand_over() if is_advance and isinstance(self._page, EntryPage) else None

    def _page_for(self, place: Place, begun: Values | None) -> Shown | None:
        if place.page == "new":
            return EntryPage(self._desk, place.record)
        if place.page == "advance":
            return AdvancePage(self._desk, place.record, begun)
        if place.page == "cheques":
            return ChequesPage(self._desk)
        if place.record is None:
            return None
        if place.page == "settle":
            return SettlePage(self._desk, place.record)
        if place.page == "refund":
            return RefundPage(self._desk, place.record)
        return ReceiptPage(self._desk, place.record)

    def _drop_page(self) -> None:
        page: QWidget | None = self._page
        if self._page is not None and page is not None:
            self._page.put_away()
            self._page = None
            self.drop_content(page)

    def _load_totals(self) -> None:
        period = self._desk.calendar.period()

        def received(reader: Reader) -> tuple[tuple[str, str], ...]:
            total = money_received(reader, period.from_on, period.to_on)
            return ((_("Received {period}").format(period=period.name), money_text(total)),)

        self._desk.runner.read(received, self._list.set_footer, self._desk.notifier.fail)

    def _on_new(self) -> None:
        self._desk.navigator.go("receipts", page="new")
