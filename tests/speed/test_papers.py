"""How fast papers are drawn, measured against the one part that cannot be spared: making the QR."""

import io
import time
from collections.abc import Callable

import msgspec
import pytest
import segno

from core.paper import draw_document
from core.paper.payment import document_link
from tests.core.paper import samples

ROUNDS = 40


def _best_of_three(work: Callable[[int], None]) -> float:
    """Seconds that one call takes, in the best of three rounds."""
    best = float("inf")
    for turn in range(3):
        start = time.perf_counter()
        for n in range(ROUNDS):
            work(turn * ROUNDS + n)
        best = min(best, (time.perf_counter() - start) / ROUNDS)
    return best


@pytest.mark.speed
def test_an_invoice_takes_a_few_times_as_long_as_its_bare_qr() -> None:
    bills = [msgspec.structs.replace(samples.long_bill(10), number=f"A/{n}") for n in range(3 * ROUNDS)]
    links = [document_link(bill) for bill in bills]
    bare = _best_of_three(lambda n: segno.make(links[n], error="m", micro=False, mask=2, boost_error=False))
    whole = _best_of_three(lambda n: draw_document(bills[n], io.BytesIO()))
    print(f"papers: {1 / whole:.0f} ten-line invoices with QR a second; {whole / bare:.1f} times the bare QR")
    assert whole < 10 * bare
