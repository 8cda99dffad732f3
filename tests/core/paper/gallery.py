"""Writes every sample paper into build/papers, to be looked at: `python -m tests.core.paper.gallery [FOLDER]`."""

import sys
from pathlib import Path

from core.paper import draw_document, draw_documents, draw_receipt, draw_reminder, draw_statement
from tests.core.paper import letters, samples

DOCUMENTS = (
    "intra_state", "inter_state", "hindi", "tamil", "long_bill", "credit_note", "debit_note", "bill_of_supply",
    "mixed", "reverse_charge", "export", "zero", "huge", "draft", "opening", "bare",
)  # fmt: skip


def write_gallery(folder: Path) -> list[Path]:
    """Draws each sample into the folder and gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in DOCUMENTS:
        draw_document(getattr(samples, name)(), folder / f"{name}.pdf")
    draw_document(samples.intra_state(), folder / "cancelled.pdf", cancelled=True)
    part_paid = samples.intra_state()
    draw_document(part_paid, folder / "part_paid.pdf", copy="duplicate", open_paise=500_000)
    draw_documents([samples.intra_state(), samples.inter_state()], folder / "several.pdf")
    for tone in ("gentle", "firm", "final"):
        draw_reminder(letters.reminder(tone), folder / f"reminder_{tone}.pdf")
    draw_statement(letters.statement(), folder / "statement.pdf")
    draw_statement(letters.statement(), folder / "statement_hindi.pdf", language="hi")
    receipt, settled = letters.receipt()
    draw_receipt(receipt, settled, folder / "receipt.pdf")
    return sorted(folder.glob("*.pdf"))


if __name__ == "__main__":
    for written in write_gallery(Path(sys.argv[1] if len(sys.argv) > 1 else "build/papers")):
        print(written)
