"""What happens to whole machines in a simulated world: versions, roles, copies, losses, a service of last night."""

from collections.abc import Callable, Sequence

from core.book import PLAN
from core.changes.change import Role
from core.store.plan import Plan
from tests.simulation.photos import photo_attached, photo_looked_at, photo_taken_off, photos_sent
from tests.simulation.rows import rows_of
from tests.simulation.world import ROLES, Device, World

NEWER = ("inbox.accepted", "inbox.voided")
OLDER_PLAN: Plan = PLAN._replace(
    kinds={name: kind for name, kind in PLAN.kinds.items() if name not in NEWER},
    projections={name: made for name, made in PLAN.projections.items() if name not in NEWER},
)
"""The app of last year: it knows nothing of deciding on held papers."""
DEVICES_MAX = 6
_SHARE_OF_PHOTOS = 0.7


def other_version(world: World) -> None:
    """A device is started with an older app, or is upgraded."""
    device = world.chance.choice(world.devices)
    device.plan = PLAN if device.plan is OLDER_PLAN else OLDER_PLAN
    device.restart()


def other_role(world: World) -> None:
    """An owner changes somebody's role."""
    world.appoint(world.chance.choice(world.devices[1:]), world.chance.choice(ROLES))


def power_cut(world: World) -> None:
    """A machine stops between two deeds; its courier forgets what it believed."""
    world.chance.choice(world.devices).restart()


def backup_written(world: World) -> None:
    """Somebody's night job, or the service's."""
    if world.chance.random() < 0.5:
        world.back_up_service()
    else:
        world.chance.choice(world.devices).back_up()


def book_restored(world: World) -> None:
    """A disk dies; the book of the last backup takes its place."""
    device = world.chance.choice(world.devices)
    if device.has_backup() and not device.is_ending and not world.is_gathering():
        device.put_back()


def book_copied(world: World) -> None:
    """Somebody takes a book along on a second computer."""
    device = world.chance.choice(world.devices[1:])
    is_out = device.id in world.field
    if len(world.devices) < DEVICES_MAX and not device.is_ending and not is_out and not world.is_gathering():
        world.copied(device)


def profile_cloned(world: World) -> None:
    """A whole computer is cloned: book, keys and marks. Only the service can tell the two apart."""
    device = world.chance.choice(world.devices[1:])
    if len(world.devices) < DEVICES_MAX and not device.is_ending and not world.is_gathering():
        world.copied(device, with_marks=True)


def somebody_joins(world: World) -> None:
    """One more device."""
    if len(world.devices) < DEVICES_MAX and not world.is_gathering():
        world.newcomer()


def somebody_leaves(world: World) -> None:
    """An owner revokes a device; now and then because it was lost."""
    if len(world.devices) == 1:
        return
    device = world.chance.choice(world.devices[1:])
    stay = [each for each in world.devices if each.id != device.id]
    if (
        len(stay) > 1
        and device.id not in world.watch.clones
        and not device.is_ending
        and not world.is_gathering()
        and world.is_of_one_mind()
    ):
        world.revoke(device, is_lost=world.chance.random() < 0.3)


def deposit_released(world: World) -> None:
    """An owner lets in what revoked devices laid down."""
    if not world.is_gathering():
        world.release_deposits()


def service_restored(world: World) -> None:
    """The service goes on from its last backup; its devices hand back what it lost."""
    are_copies = len({device.id for device in world.devices}) < len(world.devices)
    if not are_copies and not any(device.is_ending for device in world.devices):
        world.put_service_back()


def rest_declared_lost(world: World) -> None:
    """The service goes on from its last backup, and an owner waits for nobody: what others hold is judged anew."""
    if not world.has_backup():
        world.back_up_service()
        return
    service_restored(world)
    if world.is_gathering():
        world.declare_lost()


def field_work(world: World) -> None:
    """A device is sent out with some parties, is given others there, or comes back."""
    if len(world.devices) == 1:
        return
    device = world.chance.choice(world.devices[1:])
    is_copied = [each.id for each in world.devices].count(device.id) > 1
    if is_copied or device.is_ending or world.is_gathering():
        return
    if device.id in world.field and world.chance.random() < 0.2:
        world.appoint(device, Role.OWNER)
        return
    parties = world.devices[0].book.read(lambda read: rows_of(read, "SELECT id FROM parties ORDER BY id"))
    some = world.chance.sample(parties, world.chance.randrange(1, len(parties) + 1))
    world.send_out(device, [row[0] for row in some])


def field_restored(world: World) -> None:
    """Devices are in the field while the service goes on from its last backup, now and then for good."""
    _one_of(world, (field_work, field_work, service_backed_up, service_restored, rest_declared_lost))


def photographed(world: World) -> None:
    """Photos are attached, sent, looked at and taken off, while devices come and go and the service is restored."""
    if world.chance.random() < _SHARE_OF_PHOTOS:
        _one_of(
            world,
            (photo_attached, photo_attached, photos_sent, photos_sent, photo_looked_at, photo_taken_off),
        )
    else:
        _one_of(
            world,
            (
                service_backed_up,
                service_restored,
                rest_declared_lost,
                somebody_leaves,
                somebody_joins,
                field_work,
            ),
        )


def _one_of(world: World, mishaps: Sequence[Callable[[World], None]]) -> None:
    chosen = world.chance.choice(mishaps)
    world.story.append(chosen.__name__)
    chosen(world)


def service_backed_up(world: World) -> None:
    """The service's night job."""
    world.back_up_service()


def compaction(world: World) -> None:
    """The service moves its log into the archive."""
    world.compact()


MISHAPS: tuple[Callable[[World], None], ...] = (
    other_version, other_version, other_role, power_cut, backup_written, backup_written, backup_written,
    book_restored, book_copied, somebody_joins, somebody_leaves, deposit_released, service_restored, service_restored,
    compaction,
)  # fmt: skip
Theme = Callable[[World], None]
THEMES: tuple[Theme, ...] = (profile_cloned, rest_declared_lost, field_work)
"""In some histories one of these happens again and again."""
FULL_OF: tuple[Theme, ...] = (field_restored, photographed)
"""And some are full of one of these."""


def mishap(world: World) -> None:
    """One of them."""
    is_theme = world.theme is not None and world.chance.random() < 0.6
    chosen = world.theme if is_theme and world.theme is not None else world.chance.choice(MISHAPS)
    world.story.append(chosen.__name__)
    chosen(world)


def everybody_back(world: World) -> None:
    """Everybody has the newest app again; who was revoked has heard of it, and what they laid down is let in."""
    for device in world.devices:
        if device.plan is not PLAN:
            device.plan = PLAN
            device.restart()
    for device in [device for device in world.devices if device.is_ending]:
        device.sync()
    if world.is_gathering():  # nothing is let in until a service that was put back has met its devices
        for device in list(world.devices):
            device.sync()
    world.release_deposits()


__all__ = ["Device", "everybody_back", "mishap"]
