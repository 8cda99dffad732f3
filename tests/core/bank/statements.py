"""How the tests of the readers read: texts and files of statements, and what is told of those that are refused."""

from pathlib import Path

import pytest

from core.bank.model import Layout
from core.bank.reading import read_statement
from core.bank.reading.statement import Statement
from core.errors import RuleBroken
from core.problems import Problem

FILES = Path(__file__).parents[2] / "data" / "bank"
HEAD = "Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance"


def read(text: str | bytes, name: str = "statement.csv", layout: Layout | None = None) -> Statement:
    return read_statement(text if isinstance(text, bytes) else text.encode(), name, layout)


def problems_of(text: str | bytes, layout: Layout | None = None) -> tuple[Problem, ...]:
    with pytest.raises(RuleBroken) as refused:
        read(text, layout=layout)
    return refused.value.problems


def moved(statement: Statement) -> list[tuple[str, int]]:
    return [(line.dated_on.isoformat(), line.paise) for line in statement.lines]
