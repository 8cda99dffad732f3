"""How a draft's lines are read and written in the editor."""

import pytest

from core.invoicing.model import Draft, DraftLine
from core.problems import Problem
from core.words import WordsError
from desktop.screens.invoices.editor.cells import (
    BLANK,
    Discount,
    Tax,
    discount_text,
    parse_discount,
    parse_tax,
    problems_in_rows,
    row_of,
    tax_text,
    with_cell,
    with_line,
    without_line,
    written,
)
from desktop.screens.invoices.editor.history import Steps


@pytest.mark.parametrize(
    ("typed", "discount", "shown"),
    [
        ("10", Discount(100_000), "10%"),
        ("10%", Discount(100_000), "10%"),
        ("7.5 %", Discount(75_000), "7.5%"),
        ("3.3333%", Discount(33_333), "3.3333%"),
        ("₹500", Discount(0, 500_00), "₹ 500.00"),
        ("Rs 1.5k", Discount(0, 1_500_00), "₹ 1,500.00"),
        ("500/-", Discount(0, 500_00), "₹ 500.00"),
        ("0", Discount(), ""),
    ],
)
def test_a_discount_is_per_cent_or_rupees(typed: str, discount: Discount, shown: str) -> None:
    assert parse_discount(typed) == discount
    assert discount_text(discount) == shown


@pytest.mark.parametrize(
    ("typed", "tax", "shown"),
    [
        ("18", Tax("taxable", 1800), "18%"),
        ("5%", Tax("taxable", 500), "5%"),
        ("0", Tax("taxable", 0), "0%"),
        ("nil", Tax("nil", 0), "Nil"),
        ("Exempt", Tax("exempt", 0), "Exempt"),
        ("non-gst", Tax("non_gst", 0), "Non-GST"),
    ],
)
def test_a_rate_is_a_figure_or_a_treatment(typed: str, tax: Tax, shown: str) -> None:
    assert parse_tax(typed) == tax
    assert tax_text(tax) == shown


def test_a_rate_that_is_none_says_so() -> None:
    with pytest.raises(WordsError, match="no rate"):
        parse_tax("eighteen")


def test_an_emptied_cell_falls_back_and_is_never_nought() -> None:
    line = with_cell(with_cell(BLANK, "quantity", 5_000), "tax", Tax("nil", 0))
    assert with_cell(line, "quantity", None).quantity_thousandths == 1_000
    assert with_cell(line, "tax", None).treatment == "taxable"
    assert with_cell(line, "tax", None).rate_bp == 1800


def test_a_blank_line_reads_as_an_empty_row_and_is_not_written() -> None:
    draft = with_line(Draft(), 2, DraftLine("Freight"))
    assert draft.lines == (BLANK, BLANK, DraftLine("Freight"))
    assert set(row_of(BLANK, None, {}).values()) == {None}
    assert written(draft).lines == (DraftLine("Freight"),)
    assert without_line(draft, 0).lines == (BLANK, DraftLine("Freight"))
    assert without_line(draft, 9) == draft


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("lines.1.rate_bp", "lines[1].tax"),
        ("lines.2.price_tenthousandths", "lines[3].price"),
        ("lines.2", "lines[3].description"),
        ("lines.3.hsn", "lines.3.hsn"),
        ("lines", "lines"),
        ("party", "party"),
    ],
)
def test_problems_find_their_row_among_blank_ones(field: str, shown: str) -> None:
    lines = (BLANK, DraftLine("Meter"), BLANK, DraftLine("Freight"))
    [found] = problems_in_rows([Problem("X", "wrong", field)], lines)
    assert found.field == shown


def test_steps_go_back_and_on_until_another_is_taken() -> None:
    steps = Steps(Draft())
    assert steps.put(Draft(note="a"))
    assert not steps.put(Draft(note="a"))
    steps.put(Draft(note="b"))
    steps.amend(Draft(note="b", reference="from the item"))
    assert steps.undo()
    assert steps.now.note == "a"
    assert steps.redo()
    assert steps.now.reference == "from the item"
    steps.undo()
    steps.put(Draft(note="c"))
    assert not steps.redo()
    assert steps.undo()
    assert steps.undo()
    assert not steps.undo()
    assert steps.now == Draft()
