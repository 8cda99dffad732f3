"""A short history: what many devices do to each other through the service, in much weather and little business.

Where the long histories of life.py show every room of the business, these show the wire: a few parties, bills, money
and stages that everybody writes to at once, rounds that fail, clocks that lie, held papers decided on, an app that is
older than the rest, a service that is restored from last night.
"""

from collections.abc import Callable

from core.inbox.commands import accept, void
from sync.client.checkouts import check_in, check_out
from tests.simulation.mishaps import mishap
from tests.simulation.money import Cashier
from tests.simulation.rows import rows_of
from tests.simulation.trade import Trader
from tests.simulation.world import World

_OPEN = "SELECT paper FROM open_items WHERE open_paise > 0 AND side = 'due' ORDER BY paper"
_HELD = "SELECT record FROM standing WHERE state = 2"
_SHARE_OF_ROUNDS = 31
_OFTEN = 4
"""In a history that is full of one mishap it happens every so many steps."""


class Hand(Trader, Cashier):
    """Somebody at one of the devices."""

    def edit_the_same(self) -> None:
        """A word of the party that everybody is busy with."""
        record = self.device.book.read(
            lambda read: read.exec_driver_sql("SELECT min(id) FROM parties").scalar_one()
        )
        if record is not None:  # a device in the field may carry nobody
            self.put(record, self.chance.choice(("phone", "email")), f"v{self.chance.randrange(6)}")

    def decide(self) -> None:
        """Let a held paper stand, or never stand."""
        paper = self.any(_HELD)
        if paper is None or not self.device.knows("inbox.accepted"):
            return
        verb = self.chance.choice((accept, accept, void))
        self.device.write("Decide", lambda work: verb(work, paper, "seen"))

    def take_along(self) -> None:
        """Somebody goes out and takes a bill or two along."""
        bills = self.device.book.read(lambda read: [row[0] for row in rows_of(read, _OPEN)])
        if bills and not self.device.is_ending:
            some = self.chance.sample(bills, min(len(bills), self.chance.choice((1, 1, 2))))
            hours, courier = self.chance.choice((1, 12, 72)), self.device.courier
            self.device.ask(lambda: check_out(self.device.book, courier.session, some, hours=hours))

    def give_back(self) -> None:
        """Somebody is back."""
        if not self.device.is_ending:
            self.device.ask(lambda: check_in(self.device.book, self.device.courier.session))

    def act(self) -> None:
        """Do one thing."""
        verbs = _VERBS + _RARER if self.device.world.theme else _VERBS
        self.chance.choices([do for do, _weight in verbs], [weight for _do, weight in verbs])[0](self)


_VERBS: tuple[tuple[Callable[[Hand], None], int], ...] = (
    (Hand.edit_party, 10), (Hand.edit_the_same, 14),
    (Hand.new_party, 3), (Hand.issue, 14), (Hand.receive, 8), (Hand.settle_account, 14),
    (Hand.cancel, 9), (Hand.credit_note, 5), (Hand.work_on_milestone, 10), (Hand.remind, 4), (Hand.tend_inbox, 6),
    (Hand.undo_settlement, 6), (Hand.give_up_rest, 5), (Hand.close_month, 3), (Hand.decide, 12),
)  # fmt: skip
_RARER: tuple[tuple[Callable[[Hand], None], int], ...] = ((Hand.take_along, 10), (Hand.give_back, 2))


def begin_small(world: World) -> None:
    """A party, a bill, money and two stages that everybody has."""
    first = Hand(world.devices[0], world.chance)
    for deed in (first.new_party, first.new_party, first.issue, first.receive, first.new_contract):
        deed()
    for device in world.devices:
        device.sync()


def live_short(world: World, steps: int) -> None:
    """From what everybody has (`begin_small`), let so many things happen."""
    world.storm()
    for step in range(steps):
        if world.is_full_of_it and step % _OFTEN == 0 and world.theme is not None:
            world.theme(world)
            continue
        device = world.chance.choice(world.devices)
        dice = world.chance.randrange(100)
        if dice < 54:
            for _deed in range(world.chance.choice((1, 2, 3))):
                Hand(device, world.chance).act()
        elif dice < 54 + _SHARE_OF_ROUNDS:
            device.sync()
        elif dice < 89:
            world.deliver_late()
        elif dice < 93:
            world.wait()
        else:
            mishap(world)
    world.calm()
