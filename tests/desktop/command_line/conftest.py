"""What the tests of the command line share: cheap keys, and a book with the sample in it."""

from pathlib import Path
from typing import Any

import pytest

from core.store import wraps
from tests.core.exchange.samples import COMPANY, INVOICE, NOTE, RECEIPT, a_file
from tests.desktop.command_line.runs import here, written


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase costs next to nothing here."""
    cheap = wraps.Cost(passes=1, memory_kib=64, lanes=1)
    monkeypatch.setattr("core.book.Book.create.__func__.__kwdefaults__", _cheap_defaults(cheap))


def _cheap_defaults(cheap: wraps.Cost) -> dict[str, Any]:
    from core.book import Book

    return {**(Book.create.__func__.__kwdefaults__ or {}), "cost": cheap}  # type: ignore[attr-defined]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with the sample in it."""
    path = tmp_path / "nandi.bahi"
    company = written(tmp_path, "company.json", {"format": "bahi/1", "company": COMPANY})
    made = here("new", path, "--company", company, "--recovery-file", tmp_path / "code.txt")
    assert made.code == 0, made.err
    sample = written(tmp_path, "sample.json", a_file(documents=[INVOICE, NOTE], receipts=[RECEIPT]))
    assert here("import", path, sample).code == 0
    return path
