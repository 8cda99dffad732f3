"""How a history is lived: by people who trade and who file, in any order, on any device."""

from collections.abc import Callable

from tests.simulation.banking import Banker
from tests.simulation.collecting import Collector
from tests.simulation.deducted import Lender, TaxClerk
from tests.simulation.gst import Filer
from tests.simulation.money import Cashier
from tests.simulation.trade import Trader
from tests.simulation.world import World


class Clerk(Trader, Filer, Cashier, Collector, Banker, TaxClerk, Lender):
    """Somebody who does all of it."""

    def act(self) -> None:
        """Do one thing."""
        do = self.chance.choices([do for do, _weight in _VERBS], _WEIGHTS)[0]
        do(self)


_VERBS: tuple[tuple[Callable[[Clerk], None], int], ...] = (
    (Clerk.new_party, 6), (Clerk.edit_party, 18), (Clerk.new_item, 2), (Clerk.issue, 16),
    (Clerk.credit_note, 5), (Clerk.receive, 6), (Clerk.settle_account, 12), (Clerk.cancel, 9),
    (Clerk.new_contract, 3), (Clerk.work_on_milestone, 10), (Clerk.remind, 6), (Clerk.tend_inbox, 6),
    (Clerk.offer, 4), (Clerk.take_up_offer, 5), (Clerk.take_advance, 6), (Clerk.give_back, 4), (Clerk.file, 8),
    (Clerk.cancel_what_was_told, 9),
    (Clerk.correct, 5), (Clerk.revise, 1), (Clerk.note_unused, 4), (Clerk.explain, 2), (Clerk.register, 9),
    (Clerk.cancel_irn, 2), (Clerk.note_eway, 2), (Clerk.undo_settlement, 6), (Clerk.give_up_rest, 5),
    (Clerk.close_month, 6), (Clerk.open_again, 2), (Clerk.take_cheque, 8), (Clerk.take_dollars, 2),
    (Clerk.take_less_tax, 4), (Clerk.take_nearly_all, 4), (Clerk.handle_cheque, 4), (Clerk.bounce, 8),
    (Clerk.take_back, 3), (Clerk.pay_back, 4), (Clerk.keep_after_all, 2), (Clerk.undo_allocation, 4),
    (Clerk.pay_oldest_later, 8), (Clerk.new_account, 1), (Clerk.edit_account, 2), (Clerk.take_statement, 9),
    (Clerk.accept, 8), (Clerk.match_by_hand, 7), (Clerk.tell_by_hand, 2), (Clerk.set_aside, 4),
    (Clerk.undo_match, 5), (Clerk.keep_form, 4), (Clerk.hold_certificate, 2), (Clerk.link_tax, 5),
    (Clerk.claim_tax, 7), (Clerk.undo_tax, 3), (Clerk.note_acceptance, 2), (Clerk.charge_interest, 6),
    (Clerk.tax_interest, 3), (Clerk.give_up_interest, 2),
)  # fmt: skip
_WEIGHTS = [weight for _do, weight in _VERBS]


def begin(world: World) -> None:
    """A few parties, bills and stages that everybody has."""
    first = Clerk(world.devices[0], world.chance)
    for deed in (
        first.new_party,
        first.new_party,
        first.issue,
        first.issue,
        first.receive,
        first.take_advance,
        first.offer,
        first.new_contract,
        first.take_cheque,
        first.new_account,
        first.take_statement,
        first.keep_form,
    ):
        deed()
    for device in world.devices:
        device.sync()


def live(world: World, steps: int) -> None:
    """From what everybody has (`begin`), let so many things happen: work, sync, weather, time."""
    world.storm()
    for _step in range(steps):
        device = world.chance.choice(world.devices)
        dice = world.chance.randrange(100)
        if dice < 68:
            Clerk(device, world.chance).act()
        elif dice < 86:
            device.sync()
        elif dice < 93:
            world.deliver_late()
        else:
            world.wait()
    world.calm()
