"""Writes every sample paper into build/papers, to be looked at: `python -m tests.core.paper.gallery [FOLDER]`."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from core.invoicing.model import Document
from core.paper import (
    COPIES,
    draw_confirmation,
    draw_document,
    draw_documents,
    draw_interest,
    draw_payback,
    draw_receipt,
    draw_refund,
    draw_reminder,
    draw_reversal,
    draw_slip,
    draw_statement,
    draw_tds_letters,
    draw_voucher,
)
from tests.core.paper import letters, money, samples, special, test_interest, vouchers

DOCUMENTS = (
    "intra_state", "inter_state", "hindi", "tamil", "long_bill", "credit_note", "debit_note", "bill_of_supply",
    "mixed", "reverse_charge", "export", "zero", "huge", "draft", "opening", "bare",
)  # fmt: skip
SPECIAL: dict[str, Callable[[], Document]] = {
    "export_paid": special.export_paid,
    "zone_paid": partial(special.zone, paid=True),
    "zone_lut": partial(special.zone, paid=False),
    "composition": special.composition,
    "revised": special.revised,
    "amendment": special.amendment,
    "moved": special.moved,
    "operator_52": partial(special.operator, "52"),
    "operator_9_5": partial(special.operator, "9(5)"),
    "part_of_rate": special.part_of_rate,
    "challan_bare": special.challan_without_price,
    "quotation": special.quotation,
    "proforma": special.proforma,
    "territory": special.territory,
}


def sample(name: str) -> Document:
    """The sample document of a name."""
    made: Document = SPECIAL[name]() if name in SPECIAL else getattr(samples, name)()
    return made


def write_gallery(folder: Path) -> list[Path]:
    """Draws each sample into the folder and gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*DOCUMENTS, *SPECIAL):
        draw_document(sample(name), folder / f"{name}.pdf")
    draw_document(special.challan(), folder / "challan.pdf", copies=COPIES)
    for name in ("intra_state", "inter_state", "moved", "export_paid"):
        registered = folder / f"{name}_registered.pdf"
        draw_document(sample(name), registered, registered=vouchers.registered(), noted=vouchers.noted())
    draw_voucher(vouchers.voucher(), folder / "voucher.pdf")
    draw_voucher(vouchers.voucher("goods", "INTRA"), folder / "voucher_goods.pdf")
    draw_refund(vouchers.refund(), folder / "refund.pdf")
    draw_document(samples.intra_state(), folder / "cancelled.pdf", cancelled=True)
    part_paid = samples.intra_state()
    draw_document(part_paid, folder / "part_paid.pdf", copies=["duplicate"], open_paise=500_000)
    draw_documents([samples.intra_state(), samples.inter_state()], folder / "several.pdf")
    for tone in ("gentle", "firm", "final"):
        draw_reminder(letters.reminder(tone), folder / f"reminder_{tone}.pdf")
    draw_statement(letters.statement(), folder / "statement.pdf")
    draw_statement(letters.statement(), folder / "statement_hindi.pdf", language="hi")
    receipt, settled = letters.receipt()
    draw_receipt(receipt, settled, folder / "receipt.pdf")
    write_money(folder)
    return sorted(folder.glob("*.pdf"))


def write_money(folder: Path) -> None:
    """Draws the papers of money: slips, what went back, letters about tax and balances, interest."""
    for language in ("en", "hi"):
        draw_slip(money.slip(language=language), folder / f"slip_{language}.pdf")
        draw_tds_letters([money.tds_letter(language=language)], folder / f"tds_letter_{language}.pdf")
    draw_slip(money.slip(30), folder / "slip_long.pdf")
    draw_reversal(money.returned(), folder / "returned.pdf")
    draw_payback(money.given_back(), folder / "given_back.pdf")
    draw_confirmation(letters.confirmation(), folder / "confirmation.pdf")
    draw_statement(letters.statement_with_cheques(), folder / "statement_cheques.pdf")
    draw_interest(test_interest.BILL, test_interest.of_the_act(), folder / "interest.pdf")


if __name__ == "__main__":
    for written in write_gallery(Path(sys.argv[1] if len(sys.argv) > 1 else "build/papers")):
        print(written)
