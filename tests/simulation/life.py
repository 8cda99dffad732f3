"""How a history is lived: by people who trade and who file, in any order, on any device."""

from collections.abc import Callable

from tests.simulation.gst import Filer
from tests.simulation.money import Cashier
from tests.simulation.trade import Trader
from tests.simulation.world import World


class Clerk(Trader, Filer, Cashier):
    """Somebody who does all of it."""

    def act(self) -> None:
        """Do one thing."""
        do = self.chance.choices([do for do, _weight in _VERBS], _WEIGHTS)[0]
        do(self)


_VERBS: tuple[tuple[Callable[[Clerk], None], int], ...] = (
    (Clerk.new_party, 6), (Clerk.edit_party, 14), (Clerk.new_item, 2), (Clerk.issue, 16),
    (Clerk.credit_note, 5), (Clerk.receive, 8), (Clerk.settle_account, 12), (Clerk.cancel, 9),
    (Clerk.new_contract, 3), (Clerk.work_on_milestone, 10), (Clerk.remind, 6), (Clerk.tend_inbox, 6),
    (Clerk.offer, 4), (Clerk.take_up_offer, 5), (Clerk.take_advance, 6), (Clerk.give_back, 4), (Clerk.file, 8),
    (Clerk.cancel_what_was_told, 6),
    (Clerk.correct, 5), (Clerk.revise, 1), (Clerk.note_unused, 4), (Clerk.explain, 2), (Clerk.register, 9),
    (Clerk.cancel_irn, 2), (Clerk.note_eway, 2), (Clerk.undo_settlement, 6), (Clerk.give_up_rest, 5),
    (Clerk.close_month, 2), (Clerk.open_again, 2),
)  # fmt: skip
_WEIGHTS = [weight for _do, weight in _VERBS]


def live(world: World, steps: int) -> None:
    """From a few parties, bills and stages that everybody has, let so many things happen: work, sync, weather, time."""
    first = Clerk(world.devices[0], world.chance)
    for begin in (
        first.new_party,
        first.new_party,
        first.issue,
        first.issue,
        first.receive,
        first.take_advance,
        first.offer,
        first.new_contract,
    ):
        begin()
    for device in world.devices:
        device.sync()
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
