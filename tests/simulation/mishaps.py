"""What happens to whole machines in a simulated world: apps of other versions, roles, services of last night."""

from collections.abc import Callable

from core.book import PLAN
from core.changes.change import Role
from core.store.plan import Plan
from tests.simulation.world import Device, World

NEWER = ("inbox.accepted", "inbox.voided")
OLDER_PLAN: Plan = PLAN._replace(
    kinds={name: kind for name, kind in PLAN.kinds.items() if name not in NEWER},
    projections={name: made for name, made in PLAN.projections.items() if name not in NEWER},
)
"""The app of last year: it knows nothing of deciding on held papers."""


def other_version(world: World) -> None:
    """A device is started with an older app, or is upgraded."""
    device = world.chance.choice(world.devices)
    device.plan = PLAN if device.plan is OLDER_PLAN else OLDER_PLAN
    device.restart()


def other_role(world: World) -> None:
    """An owner changes somebody's role."""
    world.appoint(world.chance.choice(world.devices[1:]), world.chance.choice(list(Role)))


def power_cut(world: World) -> None:
    """A machine stops between two deeds; its courier forgets what it believed."""
    world.chance.choice(world.devices).restart()


MISHAPS: tuple[Callable[[World], None], ...] = (other_version, other_version, other_role, power_cut)


def mishap(world: World) -> None:
    """One of them."""
    chosen = world.chance.choice(MISHAPS)
    world.story.append(chosen.__name__)
    chosen(world)


def mend(world: World) -> None:
    """Everybody has the newest app again."""
    for device in world.devices:
        if device.plan is not PLAN:
            device.plan = PLAN
            device.restart()


__all__ = ["Device", "mend", "mishap"]
