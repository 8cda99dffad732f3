"""Hostile and mistyped files: each refused with file, line and field, and never half-read."""

import json
import time

import pytest
import zstandard

from core.errors import RuleBroken
from core.exchange import reading
from core.exchange.places import Places
from core.exchange.reading import read_source
from core.problems import Problem
from tests.core.exchange.samples import INVOICE, NOTE, a_file, source


def refused(data: bytes) -> Problem:
    with pytest.raises(RuleBroken) as caught:
        read_source(data, "in.json")
    (problem,) = caught.value.problems
    assert problem.file == "in.json"
    return problem


SHAPES = {
    "a key mistyped at the top": ('{"format":"bahi/1",\n"docments":[]}', "UNKNOWN_KEY", "docments", 2),
    "a key mistyped in a line": (
        '{"format":"bahi/1","documents":[\n{"type":"INV","party":"A","lines":[{},\n{"pric":"1"}]}]}',
        "UNKNOWN_KEY", "documents[0].lines[1].pric", 3,
    ),
    "a code as a number": (
        '{"format":"bahi/1","items":[\n{"code":"A",\n"hsn":8413}]}', "SHAPE", "items[0].hsn", 3,
    ),
    "a figure that is none": (
        '{"format":"bahi/1","items":[{"code":"A",\n"price":"ten"}]}', "SHAPE", "items[0].price", 2,
    ),
    "a figure as true": (
        '{"format":"bahi/1","items":[{"code":"A",\n"price":true}]}', "SHAPE", "items[0].price", 2,
    ),
    "a date that is none": (
        '{"format":"bahi/1","receipts":[{"party":"A","amount":1,\n"date":"2026-02-30"}]}',
        "SHAPE", "receipts[0].date", 2,
    ),
    "a kind that is none": (
        '{"format":"bahi/1","parties":[{"code":"A",\n"kind":"regular"}]}', "SHAPE", "parties[0].kind", 2,
    ),
    "a party left out": (
        '{"format":"bahi/1","documents":[\n{"type":"INV"}]}', "REQUIRED", "documents[0].party", 2,
    ),
    "another format": ('{"format":"bahi/9"}', "FORMAT", "format", 1),
    "no format": ("{}", "REQUIRED", "format", 1),
    "a list": ("[]", "SHAPE", "", None),
    "cut short": ('{"format":"bahi/1",\n"parties":[', "MALFORMED", "", 2),
    "nothing": ("", "MALFORMED", "", 1),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "field", "line"), SHAPES.values(), ids=SHAPES.keys())
def test_what_does_not_fit_is_named(text: str, code: str, field: str, line: int | None) -> None:
    problem = refused(text.encode())
    assert (problem.code, problem.field, problem.line) == (code, field, line)


def test_deep_nesting_is_refused_and_does_not_crash() -> None:
    for text in ("[" * 200_000, '{"format":"bahi/1","advances":' + "[" * 200_000, '{"a":' * 100_000):
        assert refused(text.encode()).code in ("MALFORMED", "SHAPE", "UNKNOWN_KEY")


def test_other_letters_than_utf_8_are_refused_with_their_line() -> None:
    problem = refused(b'{"format":"bahi/1",\n"company":{"legal_name":"Caf\xe9"}}')
    assert (problem.code, problem.line) == ("ENCODING", 2)


def test_a_mark_of_byte_order_is_passed_over() -> None:
    assert read_source(b'\xef\xbb\xbf{"format":"bahi/1"}', "in.json").file.format == "bahi/1"


def test_a_packed_file_is_read_and_a_damaged_or_swollen_one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zstandard.ZstdCompressor().compress(json.dumps(a_file(documents=[INVOICE])).encode())
    assert read_source(packed, "in.json.zst").file.documents[0].number == "NI/26-27/0042"
    assert refused(packed[: len(packed) // 2]).code == "MALFORMED"
    assert refused(packed[:8] + bytes(40)).code == "MALFORMED"
    monkeypatch.setattr(reading, "FILE_BYTES_MAX", 1_000)
    assert refused(zstandard.ZstdCompressor().compress(b" " * 100_000)).code == "TOO_LARGE"
    assert refused(b" " * 2_000).code == "TOO_LARGE"


def test_figures_may_be_numbers_or_strings_and_are_exact() -> None:
    text = '{"format":"bahi/1","items":[{"code":"A","price":0.1},{"code":"B","price":"0.10"},{"code":"C","price":3}]}'
    prices = [str(item.price) for item in read_source(text.encode(), "in.json").file.items]
    assert prices == ["0.1", "0.10", "3"]


def test_lines_are_found_by_path() -> None:
    text = json.dumps(a_file(documents=[INVOICE, NOTE]), indent=1)
    lines = text.splitlines()
    places = Places(text)
    found = places.line("documents[1].lines[0].quantity")
    assert found is not None
    assert '"quantity": "1"' in lines[found - 1]
    assert places.line("documents[1].number") == 1 + next(
        n for n, row in enumerate(lines) if "CN/0007" in row
    )
    assert places.line("") is None


def test_many_problems_cost_little_more_than_one() -> None:
    text = json.dumps(a_file(documents=[INVOICE] * 5_000), indent=1)
    places = Places(text)
    start = time.perf_counter()
    found = [places.line(f"documents[{n}].party") for n in range(0, 5_000, 5)]
    assert time.perf_counter() - start < 10
    assert found == sorted(found)  # type: ignore[type-var]


def test_every_key_of_the_sample_is_known() -> None:
    assert source(a_file(documents=[INVOICE, NOTE])).file.documents[1].reason == "return"
