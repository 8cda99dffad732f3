"""The contracts screen: its list, one contract, and the page on which it is planned."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.kit import ListPage, ScreenView
from desktop.ports import Action, Desk, Place
from desktop.screens.contracts.columns import contracts
from desktop.screens.contracts.plan.view import PlanPage
from desktop.screens.contracts.stages.view import ContractPage


class ContractsView(ScreenView):
    """Contracts. The pages are made when they are first wanted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._new = Action("contracts.new", _("New contract"), self._ask_new, ("Ctrl+N",), icon="plus")
        self.list_page = ListPage(
            _("Contracts"), contracts(), desk.runner, desk.hub, desk.memory, actions=[self._new]
        )
        self._contract: ContractPage | None = None
        self._plan: PlanPage | None = None
        self.list_page.row_activated.connect(lambda record: desk.navigator.go("contracts", record=record))
        self.list_page.action_asked.connect(self._ask_new)
        self.set_content(self.list_page)

    @property
    def contract(self) -> ContractPage:
        """The page of a contract."""
        if self._contract is None:
            self._contract = ContractPage(self._desk)
        return self._contract

    @property
    def plan(self) -> PlanPage:
        """The page on which a contract is planned."""
        if self._plan is None:
            self._plan = PlanPage(self._desk)
        return self._plan

    def show_place(self, place: Place) -> None:
        """Show the list, a contract, or the plan of one."""
        if place.page in ("new", "plan"):
            record = place.record if place.page == "plan" else None
            goes_on = self.plan.presenter.is_on(record)
            self.set_content(self.plan)
            if not goes_on:
                self.plan.presenter.begin(record)
        elif place.record is not None:
            self.contract.show_contract(place.record)
            self.set_content(self.contract)
        else:
            self.set_content(self.list_page)
        super().show_place(place)

    def actions_here(self) -> Sequence[Action]:
        """What can be done on the page shown."""
        if self._plan is not None and self.content() is self._plan:
            return self._plan.actions()
        if self._contract is not None and self.content() is self._contract:
            return self._contract.actions()
        return [self._new]

    def put_away(self) -> None:
        """The screen goes."""
        self.list_page.put_away()
        if self._contract is not None:
            self._contract.put_away()

    def _ask_new(self) -> None:
        self._desk.navigator.go("contracts", page="new")


def make(desk: Desk) -> ContractsView:
    """The contracts screen of a desk."""
    return ContractsView(desk)
