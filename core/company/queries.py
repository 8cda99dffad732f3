"""Questions about the company."""

from sqlalchemy.engine import Connection

from core.company.model import COMPANY_ID, Company
from core.store.read import record_of


def company(read: Connection) -> Company:
    """The company that keeps this book; blank before it was entered."""
    return record_of(read, Company, COMPANY_ID) or Company()
