"""The service's seal over what it says of who is there: put back to an older state, it knows again what it said since.

The secret lies in every backup. So a list that a device brings back needs no trust in the device, and no second factor:
it was all decided here, by owners who were asked for theirs then.
"""

import hmac

import msgspec
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from core.ids import Id
from sync.protocol.messages import People
from sync.server import house


def sealed(connection: Connection, tenant: Id, people: People) -> People:
    """The list with its era, and sealed."""
    said = replace(people, era=house.era(connection, tenant), seal=b"")
    return replace(said, seal=_seal(connection, tenant, said))


def is_own(connection: Connection, tenant: Id, told: People) -> bool:
    """Whether this service has said that, of this tenant; believe nothing of the list that `_sealed` does not name."""
    return hmac.compare_digest(told.seal, _seal(connection, tenant, told))


def _seal(connection: Connection, tenant: Id, said: People) -> bytes:
    told = b"bahi 1 people\0" + tenant + msgspec.msgpack.encode(_sealed(said))
    return hmac.digest(house.secret(connection), told, "sha256")


def _sealed(said: People) -> list[object]:
    """What the seal covers, named one by one: a device that is older or newer than the service, and knows fewer fields
    or more, gives back the same."""
    return [
        said.version,
        said.era,
        said.key_version,
        said.schema,
        [
            [
                row.device, row.code, row.name, row.user, row.role, row.state, row.public_key, row.sealing_key,
                row.ending, row.notice,
            ]
            for row in said.devices
        ],
        [[row.series, row.device] for row in said.series],
    ]  # fmt: skip
