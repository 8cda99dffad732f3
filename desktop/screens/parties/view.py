"""Parties on the screen: the list, and in its place a party's page, its form or its statement."""

from collections.abc import Sequence
from functools import partial

from core.words import translate as _
from desktop.kit import ListPage, ScreenView
from desktop.ports import Action, Desk, Place
from desktop.screens.parties.columns import party_listing
from desktop.screens.parties.dialog import PartyForm
from desktop.screens.parties.page import PartyPage
from desktop.screens.parties.paper import ConfirmationPage, StatementPage
from desktop.screens.parties.presenter import totals_footer

Shown = PartyPage | PartyForm | StatementPage | ConfirmationPage


def make(desk: Desk) -> ScreenView:
    """The screen of parties."""
    return PartiesScreen(desk)


class PartiesScreen(ScreenView):
    """A list under the page, form or paper that is open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._page: Shown | None = None
        self._place = Place("parties")
        self._unsaved: dict[Place, PartyForm] = {}
        self._new = Action("parties.new", _("New party"), self._on_new, ("Ctrl+N",), icon="plus",
                           words=_("customer"))  # fmt: skip
        self._list = ListPage(
            _("Parties"),
            party_listing(desk.calendar),
            desk.runner,
            desk.hub,
            desk.memory,
            actions=[self._new],
        )
        self._list.row_activated.connect(lambda party: desk.navigator.go("parties", record=party))
        self._list.action_asked.connect(self._on_new)
        self._stop = desk.hub.subscribe(lambda _touched: self._load_totals())
        self.set_content(self._list)
        self._load_totals()

    def show_place(self, place: Place) -> None:
        """Show the list, or a page in its place. A page one comes back to is as one left it."""
        if place == self._place and self._page is not None and not self._page.is_over:
            self._page.setFocus()
            return
        self._drop_page()
        self._place = place
        page = self._unsaved.pop(place, None) or self._page_for(place)
        if page is None:
            if place.page in [scope.name for scope in self._list.table.listing.scopes]:
                self._list.ask(scope=place.page)
            self.set_content(self._list)
            self._list.setFocus()
            return
        self._page = page
        if isinstance(page, PartyPage):
            page.actions_changed.connect(self.actions_changed)
        self.set_content(page)
        page.setFocus()

    def actions_here(self) -> Sequence[Action]:
        """What the page offers; the list offers a new party."""
        if self._page is not None:
            return self._page.actions_here()
        return (self._new, *self._list.list_actions())

    def put_away(self) -> None:
        """The screen goes."""
        self._drop_page()
        self._stop()
        self._list.put_away()

    def _page_for(self, place: Place) -> Shown | None:
        if place.page == "new":
            return PartyForm(self._desk, None)
        if place.record is None:
            return None
        if place.page == "edit":
            return PartyForm(self._desk, place.record)
        if place.page == "statement":
            return StatementPage(self._desk, place.record)
        if place.page == "confirmation":
            return ConfirmationPage(self._desk, place.record)
        return PartyPage(self._desk, place.record)

    def _drop_page(self) -> None:
        """Let the page go; a form that was left without being asked waits for its user."""
        page, self._page = self._page, None
        if page is None:
            return
        if isinstance(page, PartyForm) and page.is_changed and not page.is_over:
            self._unsaved[self._place] = page
            return
        page.put_away()
        self.drop_content(page)

    def _load_totals(self) -> None:
        self._desk.runner.read(
            partial(totals_footer, calendar=self._desk.calendar),
            self._list.set_footer,
            self._desk.notifier.fail,
        )

    def _on_new(self) -> None:
        self._desk.navigator.go("parties", page="new")
