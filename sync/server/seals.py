"""The service's seal over what it says of who is there: put back to an older state, it knows again what it said since.

The secret lies in every backup. So a list that a device brings back needs no trust in the device, and no second factor:
it was all decided here, by owners who were asked for theirs then.
"""

import hmac

from msgspec.structs import replace
from sqlalchemy.engine import Connection

from core.ids import Id
from sync.protocol.messages import People
from sync.protocol.packing import plain
from sync.server import house


def sealed(connection: Connection, tenant: Id, people: People) -> People:
    """The list with its era, and sealed."""
    said = replace(people, era=house.era(connection, tenant), seal=b"")
    return replace(said, seal=_seal(connection, tenant, said))


def is_own(connection: Connection, tenant: Id, told: People) -> bool:
    """Whether this service has said that, of this tenant."""
    return hmac.compare_digest(told.seal, _seal(connection, tenant, replace(told, seal=b"")))


def _seal(connection: Connection, tenant: Id, said: People) -> bytes:
    return hmac.digest(house.secret(connection), b"bahi 1 people\0" + tenant + plain(said), "sha256")
