"""Files that are cut off, not closed, or in another money are never read as whole: refused, or told of."""

import pytest

from core.bank.reading.statement import Statement
from tests.core.bank.statements import FILES, HEAD, moved, problems_of, read

OFX = (FILES / "hdfc.ofx").read_text()
MT940 = (FILES / "hdfc.sta").read_text()
ENTRY = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260405<TRNAMT>12.00<FITID>77<NAME>UPI A</STMTTRN>\n"


def found_in(statement: Statement) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in statement.problems]


def ofx_with(*entries: str) -> str:
    return OFX.replace("</BANKTRANLIST>", "".join(entries) + "</BANKTRANLIST>")


@pytest.mark.parametrize(
    "rows",
    [
        '13/04/26,A,,,,5.00,5\n13/04/26,"B,,,,1.00,6\n14/04/26,C,,,,7.00,13\n15/04/26,D,,,,9.00,22\n',
        '13/04/26,A,,,,5.00,\n13/04/26,"B,,,,1.00,\n14/04/26,C,,,,7.00,\n15/04/26,D" x,,,,9.00,\n',
        '13/04/26,A,,,,5.00,\n13/04/26,"B,,,,1.00,',
        '13/04/26,A,,,,5.00,\n13/04/26,"B,,,,1.00,\n',
    ],
    ids=["open", "closed by a later one", "last line", "last line and its end"],
)
def test_a_quotation_mark_that_is_not_closed_swallows_no_line(rows: str) -> None:
    (problem,) = problems_of(f"{HEAD}\n{rows}")
    assert (problem.code, problem.line) == ("MALFORMED", 3)


def test_quotation_marks_that_are_closed_may_hold_line_breaks() -> None:
    text = f'{HEAD}\n13/04/26,"A\nB, C",,,,5.00,\n13/04/26,M/S "LOTUS" FOODS,,,,1.00,\n13/04/26,"X ""Y""",,,,1.00,'
    assert [line.description for line in read(text).lines] == ["A B, C", 'M/S "LOTUS" FOODS', 'X "Y"']


def test_a_row_with_a_day_and_no_amount_is_told_of() -> None:
    text = f"{HEAD}\n13/04/26,A,,,,5.00,\n14/04/26,NEFT LOTUS,,,,,\n15/04/26,CLOSING BALANCE,,,,,\n"
    assert found_in(read(text)) == [("NO_AMOUNT", 3)]


def test_an_opening_balance_in_the_column_of_deposits_is_no_money_in() -> None:
    text = f"{HEAD}\n01/04/26,OPENING BALANCE,,,,1000.00,1000.00\n13/04/26,A,,,,5.00,1005.00\n"
    statement = read(text)
    assert (moved(statement), statement.opening_paise) == ([("2026-04-13", 500)], 1000_00)


def test_a_month_is_a_month() -> None:
    assert moved(read(f"{HEAD}\n01-Sept-2026,A,,,,5.00,\n")) == [("2026-09-01", 500)]
    assert problems_of(f"{HEAD}\n01-Junk-2026,A,,,,5.00,\n")[0].code == "DATE"


@pytest.mark.parametrize(
    "text",
    [
        OFX.replace("<CURDEF>INR", "<CURDEF>USD"),
        ofx_with(ENTRY.replace("<NAME>", "<CURRENCY><CURRATE>85<CURSYM>USD</CURRENCY><NAME>")),
        MT940.replace("INR", "USD"),
        "Currency : USD,,,,,,\n" + f"{HEAD}\n13/04/26,A,,,,5.00,5.00\n",
        f"{HEAD},Currency\n13/04/26,A,,,,5.00,5.00,USD\n",
    ],
    ids=["ofx", "a line of ofx", "mt940", "named above", "a column"],
)
def test_another_currency_is_not_taken_for_rupees(text: str) -> None:
    assert problems_of(text)[0].code == "CURRENCY"


def test_rupees_by_any_name_are_rupees() -> None:
    assert "INR" in OFX + MT940
    for told in ("INR", "Rupees", "Currency Code: INR"):
        text = f"Currency : {told},,,,,,\n{HEAD},Ccy\n13/04/26,A,,,,5.00,5.00,INR\n"
        assert moved(read(text)) == [("2026-04-13", 500)]


@pytest.mark.parametrize("amount", ["5983.00", "5983.75", "5983,005", "5.983,00", "5983"])
def test_an_amount_of_mt940_is_read_whole_or_refused(amount: str) -> None:
    (problem,) = problems_of(MT940.replace("5983,00", amount))
    assert (problem.code, problem.line) == ("FIGURE", 6)


@pytest.mark.parametrize("balance", [":60F:", ":62F:"])
def test_an_mt940_without_its_balances_was_cut_off(balance: str) -> None:
    text = "\n".join(row for row in MT940.splitlines() if not row.startswith(balance))
    assert problems_of(text)[0].code == "MALFORMED"
    assert problems_of(MT940[: MT940.index(":61:2604020402")])[0].code == "MALFORMED"


def test_an_ofx_without_its_end_was_cut_off() -> None:
    starts = [at for at in range(len(OFX)) if OFX.startswith("<STMTTRN>", at)]
    for end in (starts[2], OFX.index("</BANKTRANLIST>"), OFX.index("<LEDGERBAL>"), OFX.index("</OFX>")):
        assert problems_of(OFX[:end])[0].code == "MALFORMED"


def test_a_transaction_named_twice_is_one_line() -> None:
    once, twice = read(ofx_with(ENTRY)), read(ofx_with(ENTRY, ENTRY))
    assert moved(once) == moved(twice)
    assert [problem.code for problem in twice.problems] == ["REPEATED"]
    other = read(ofx_with(ENTRY, ENTRY.replace("12.00", "13.00")))
    assert len(other.lines) == len(once.lines) + 1
    assert [problem.code for problem in other.problems] == ["REPEATED"]
    unnamed = ENTRY.replace("<FITID>77", "<FITID>0")
    assert len(read(ofx_with(unnamed, unnamed)).lines) == len(once.lines) + 1


def test_a_debit_without_a_minus_is_told_of() -> None:
    assert [problem.code for problem in read(ofx_with(ENTRY.replace("CREDIT", "DEBIT"))).problems] == ["SIGN"]
