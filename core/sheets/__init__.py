"""Spreadsheets, out and in: workbooks that the program writes, and the rows of files that others made."""

from core.sheets.writing import (
    DAY_FORMAT,
    MONEY_FORMAT,
    Column,
    Sheet,
    days,
    figures,
    money,
    numbers,
    quantities,
    rates,
    words,
    write,
)

__all__ = [
    "DAY_FORMAT",
    "MONEY_FORMAT",
    "Column",
    "Sheet",
    "days",
    "figures",
    "money",
    "numbers",
    "quantities",
    "rates",
    "words",
    "write",
]
