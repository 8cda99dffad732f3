"""The published GST cases that are files, each taken into a book of its company: the returns are those of preview."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.exchange.importing import found_company
from core.facts import Facts
from core.returns.gstr1 import gstr1
from core.returns.gstr3b import gstr3b
from core.returns.queries import month_of
from tests.core.books import a_book
from tests.core.exchange import test_gst_cases as cases
from tests.core.exchange.samples import source, take

pytestmark = pytest.mark.slow
Json = dict[str, Any]
ASKED = ("gstin", "invoice_number", "irn", "upi", "doc_issue")
"""Topics that are questions, most of them without a file."""


def files_of(case: Json, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Json, Json]]:
    """Each file that a case puts to preview, with what preview made of it."""
    put: list[tuple[Json, Json]] = []
    settled = cases.settled

    def kept(file: Json, period: str | None = None) -> Json:
        found = settled(file, period)
        put.append((json.loads(json.dumps(file)), found))
        return found

    monkeypatch.setattr(cases, "settled", kept)
    cases.JUDGES[case["topic"]](case["input"], case["expected"])
    return put


@pytest.mark.parametrize(
    "case", [case for case in cases.CASES if case["topic"] not in ASKED], ids=lambda case: str(case["id"])
)
def test_a_case_taken_into_a_book_has_the_returns_of_preview(
    case: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, (file, found) in enumerate(files_of(case, monkeypatch)):
        company = found_company(source(file))
        with a_book(tmp_path, name=f"case{n}.bahi", company=company) as book:
            take(book, file)
            for form, made in (("gstr1", gstr1), ("gstr3b", gstr3b)):
                if found[form] is None:
                    continue
                fp = found[form].get("fp") or found[form]["ret_period"]
                period = f"{fp[2:]}-{fp[:2]}"
                month = book.read(lambda read: month_of(read, period, form=form.upper()))  # noqa: B023
                assert made(month, Facts.in_force()) == found[form]
