"""What the bank writes to the log: accounts and the lines of their statements."""

from core.bank.model import BankAccount, Line
from core.bank.rules import id_of_line, problems_with_account, problems_with_line
from core.changes.kind import fields_kind, once_kind

ACCOUNT_EDITED = fields_kind("bank.account_edited", BankAccount, problems=problems_with_account)
STATED = once_kind("bank.stated", Line, problems=problems_with_line, likeness=id_of_line)
"""A line is the same line whatever file brought it: the first to arrive stands, a later one is its duplicate."""

KINDS = (ACCOUNT_EDITED, STATED)
