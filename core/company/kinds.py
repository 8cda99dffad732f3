"""What the company writes to the log."""

from core.changes.kind import OWNERS, fields_kind
from core.company.model import Company
from core.company.rules import problems_with_company

EDITED = fields_kind("company.edited", Company, problems=problems_with_company, roles=OWNERS)
KINDS = (EDITED,)
