"""Pages: nothing is lost, parted wrongly or drawn beyond the margins, and sums are carried over."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.paper import draw_document
from core.paper.flow import Block, lay
from core.paper.invoice import document_sheet
from core.paper.pen import BOTTOM, FOOT, LEFT, PAGE_HEIGHT, PAGE_WIDTH, RIGHT, TOP
from core.words import amount_text
from tests.core.paper import samples
from tests.core.paper.gallery import write_gallery
from tests.core.paper.house import settled, ware
from tests.core.paper.reading import drawn, ink_box, page_texts, pictures

ROOM = TOP - BOTTOM - FOOT


def blank(height: float, glued: bool) -> Block:
    return Block(height, lambda pen, top: None, glued)


@given(
    st.lists(st.tuples(st.floats(1, 300), st.booleans()), min_size=1, max_size=60),
    st.floats(300, 700),
    st.floats(300, 700),
)
def test_every_block_stands_once_in_order_and_within_its_page(
    given_blocks: list[tuple[float, bool]], first: float, following: float
) -> None:
    blocks = [blank(height, glued) for height, glued in given_blocks]
    pages = lay(blocks, first, following)
    assert [part for page in pages for part in page.blocks] == blocks
    for n, page in enumerate(pages):
        assert sum(part.height for part in page.blocks) <= (following if n else first) + 1e-6


def test_what_is_glued_moves_on_together() -> None:
    blocks = [blank(100, False), blank(100, False), blank(60, False), blank(60, True), blank(60, True)]
    pages = lay(blocks, 300, 300)
    assert [len(page.blocks) for page in pages] == [2, 3]


def test_what_is_taller_than_a_page_is_parted_all_the_same() -> None:
    blocks = [blank(100, n > 0) for n in range(10)]
    assert [len(page.blocks) for page in lay(blocks, 350, 250)] == [3, 2, 2, 2, 1]


@pytest.mark.parametrize("count", [*range(1, 40), 60, 61, 62, 120])
def test_totals_never_stand_without_a_line_above_them(count: int) -> None:
    sheet = document_sheet(samples.long_bill(count))
    pages = lay(sheet.blocks, ROOM, ROOM - 22)
    grid = sheet.blocks[3].table
    lines = [part for part in sheet.blocks if part.table is grid]
    head, total = lines[0], lines[-1]
    figures = sheet.blocks[sheet.blocks.index(total) + 2]
    (page,) = (page for page in pages if total in page.blocks)
    assert figures in page.blocks
    assert len([part for part in page.blocks if part in lines[1:-1]]) >= min(count, 2)
    hsn = [part for part in sheet.blocks if part.table not in (None, grid)]
    title = sheet.blocks[sheet.blocks.index(hsn[0]) - 1]
    (page,) = (page for page in pages if title in page.blocks)
    assert set(map(id, hsn)) <= set(map(id, page.blocks))
    assert sheet.blocks[-1] in pages[-1].blocks
    assert hsn[-1] in pages[-1].blocks
    assert head in pages[0].blocks


def test_a_long_invoice_carries_its_sums_over_every_page() -> None:
    document = samples.long_bill()
    texts = page_texts(drawn(lambda target: draw_document(document, target)))
    assert len(texts) == 5
    done = 0
    for n, text in enumerate(texts, 1):
        assert f"Page {n} of 5" in text
        assert "Description" in text
        assert ("Brought forward" in text) == (n > 1)
        assert ("Carried forward" in text) == (n < 5)
        done += len(re.findall(r"HB-\d{3}", text))
        if n < 5:
            value = amount_text(sum(line.taxable_paise for line in document.lines[:done]))
            assert f"Carried forward {value}" in text
            assert f"Brought forward {value}" in texts[n]
    assert done == 120


@pytest.mark.parametrize("count", [1, 5, 10])
def test_ten_lines_go_on_one_page(count: int) -> None:
    assert len(page_texts(drawn(lambda target: draw_document(samples.long_bill(count), target)))) == 1


def test_nothing_is_drawn_beyond_the_margins(tmp_path: Path) -> None:
    for file in write_gallery(tmp_path / "papers"):
        for n, page in enumerate(pictures(file.read_bytes()), 1):
            left, top, right, bottom = ink_box(page)
            where = f"{file.name} page {n}"
            assert left >= LEFT - 1, where
            assert right <= RIGHT + 2, where
            assert top >= PAGE_HEIGHT - TOP - 1, where
            assert bottom <= PAGE_HEIGHT - BOTTOM + 2, where
            assert page.size == (round(PAGE_WIDTH + 0.3), round(PAGE_HEIGHT + 0.1)), where


def test_every_face_is_embedded_and_none_is_the_readers_own(tmp_path: Path) -> None:
    for file in write_gallery(tmp_path / "papers"):
        pdf = file.read_bytes()
        assert b"Helvetica" not in pdf, file.name
        faces = pdf.count(b"/Subtype /TrueType")
        assert faces >= 2
        assert pdf.count(b"/FontFile2") == faces, file.name


def test_a_one_page_invoice_stays_small() -> None:
    pdf = drawn(lambda target: draw_document(samples.intra_state(), target))
    assert len(pdf) < 30_000


def test_the_same_record_gives_the_same_bytes_on_every_thread() -> None:
    papers = [samples.intra_state(), samples.hindi(), samples.tamil(), samples.inter_state()] * 3
    alone = [drawn(lambda target, paper=paper: draw_document(paper, target)) for paper in papers]
    together: dict[int, bytes] = {}

    def work(n: int) -> None:
        together[n] = drawn(lambda target: draw_document(papers[n], target))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(papers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(len(papers))] == alone


def test_a_face_with_more_letters_than_one_set_holds_still_prints_each() -> None:
    letters = [chr(code) for code in range(0x21, 0x7F)] + [chr(code) for code in range(0xC0, 0x180)]
    lines = [ware(" ".join(letters[n : n + 24]), "848210", 1, "10") for n in range(0, len(letters), 24)]
    text = " ".join(page_texts(drawn(lambda target: draw_document(settled(lines), target))))
    missing = [letter for letter in letters if letter not in text]
    assert missing == []


def test_long_terms_run_on_below_the_signature() -> None:
    terms = "\n".join(
        f"{n}. A condition of sale that someone once wished to see in print." for n in range(90)
    )
    texts = page_texts(
        drawn(lambda target: draw_document(settled([ware("Lamp", "940540", 1, "100")], terms=terms), target))
    )
    assert len(texts) == 2
    assert "89. A condition" in texts[-1]
    assert "Authorised signatory" in texts[0]


def test_what_draws_is_loaded_only_when_something_is_drawn() -> None:
    asked = "import sys, core.paper; print([name for name in ('reportlab', 'segno', 'PIL') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
