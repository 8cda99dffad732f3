"""What parties write to the log."""

from core.changes.kind import COLLECTORS, fields_kind
from core.parties.model import Party
from core.parties.rules import problems_with_party

EDITED = fields_kind("parties.edited", Party, problems=problems_with_party, roles=COLLECTORS)
KINDS = (EDITED,)
