"""Verbs of the company."""

from core.changes.record import from_image
from core.company.kinds import EDITED
from core.company.model import COMPANY_ID, Company
from core.store.work import Work


def save_company(work: Work, company: Company) -> None:
    """Keep the company as it is now; only what differs enters the log. Raises `RuleBroken`."""
    work.record(EDITED, COMPANY_ID, company)
    work.memo.pop("company", None)


def company_of(work: Work) -> Company:
    """The company, read once a Work."""
    if "company" not in work.memo:
        work.memo["company"] = from_image(Company, work.standing.image(COMPANY_ID) or {})
    found = work.memo["company"]
    assert isinstance(found, Company)
    return found
