"""What devices in the field carry, and whose each record of the books is."""

import sqlalchemy as sa

from sync.server.tables.base import Blob, Whole, column, key, table

scopes = table(
    "scopes", key("tenant", Blob), key("device", Blob), key("party", Blob), column("is_lost", Whole)
)
"""The parties that a device in the field carries. One that is lost stays until the device has let go of it: what it
wrote about that party before it knew is taken as it was."""

carriers = table(
    "carriers", key("tenant", Blob), key("device", Blob), column("version", Whole), column("seen", Whole)
)
"""How often what a device carries has changed, and the scope that it has last worked by."""

belongings = table("belongings", key("tenant", Blob), key("record", Blob), key("party", Blob), is_large=True)
"""The parties that each record is about; of a paper or claim that did not stand because it is about a party out of its
author's scope, that device besides."""
sa.Index("belongings_by_party", belongings.c.tenant, belongings.c.party, belongings.c.record)

gone_through = table("gone_through", key("tenant", Blob), column("seq", Whole))
"""Up to which place the order was gone through for them; a tenant without devices in the field has no row."""
