"""How everything stands: papers, places, and the fields with who wrote them."""

import sqlalchemy as sa

from sync.server.tables.base import Blob, Whole, Words, column, key, table

standing = table(
    "standing",
    key("tenant", Blob),
    key("record", Blob),
    column("kind", Words),
    column("state", Whole),
    column("entry", Whole),
    column("hash", Blob),
    column("total_paise", Whole),
    column("open_paise", Whole),
    column("rests", Whole),
    column("seq", Whole),
    column("cells", Blob),
    is_large=True,
)
"""How each record stands (core.changes.standing); `entry` is the seq that brought it. `cells` are the fields of one of
class *fields*, with who wrote each when and at which seq (core.changes.merge); empty for papers."""

places = table("places", key("tenant", Blob), key("place", Words), column("paper", Blob), is_large=True)
sa.Index("places_by_paper", places.c.tenant, places.c.paper)
