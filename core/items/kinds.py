"""What items write to the log."""

from core.changes.kind import fields_kind
from core.items.model import Item
from core.items.rules import problems_with_item

EDITED = fields_kind("items.edited", Item, problems=problems_with_item)
KINDS = (EDITED,)
