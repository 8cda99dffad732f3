"""Invoices, bills of supply, credit and debit notes as sheets: the particulars of CGST Rules 46, 49 and 53.

A document prints what it carries and nothing else; an empty number makes it a draft.
"""

from dataclasses import replace

from core.invoicing.model import Document
from core.paper.flow import Block
from core.paper.letterhead import (
    MAIN,
    SIDE,
    SIDE_AT,
    letterhead,
    party_panel,
    payment_panel,
    seller_name,
    ship_panel,
    signature_panel,
    state_text,
    title_panel,
)
from core.paper.lines import hsn_grid, is_taxed, line_grid, state_tax_name
from core.paper.panel import (
    LABEL,
    PLAIN,
    SMALL,
    STRONG,
    Panel,
    above,
    beside,
    block,
    facts,
    ruled,
    space,
    stack,
    sums,
    titled,
    wrapped,
)
from core.paper.payment import document_link
from core.paper.pen import BLACK, DEEP, PALE, WIDTH, Style
from core.paper.sheet import Say, Sheet, spoken, wording
from core.words import amount_in_words, amount_text, date_text, money_text

_TAIL_MOST = 330.0  # a longer ending may break before its tax by HSN
_HSN_MOST = 300.0  # and a tax by HSN longer than this may break within
_TERMS_BESIDE = 11
_SERVICES = "99"


def document_sheet(
    document: Document, *, copy: str = "original", cancelled: bool = False, open_paise: int | None = None
) -> Sheet:
    """Lays a document out. `open_paise` is what is still due of it: the whole value unless told."""
    _ = wording(document.language)
    title = document_title(document, _)
    watermark = ""
    if cancelled:
        watermark = _("CANCELLED")
    elif not document.number:
        watermark = _("DRAFT")
    mark = watermark or _copy_mark(document, copy, _)
    blocks = [
        block(
            beside(
                (0, letterhead(document.seller, _)),
                (SIDE_AT, title_panel(title, mark, _naming(document, _))),
            ),
            after=7,
        ),
        block(ruled(1.4, DEEP, WIDTH, 7), glued=True),
        block(_parties(document, _), after=9, glued=True),
        *_table(document, _),
        *_ending(document, _, cancelled=cancelled, open_paise=open_paise),
    ]
    name = f"{title} {document.number}".strip()
    return Sheet(name, seller_name(document.seller), blocks, _, watermark)


def document_title(document: Document, _: Say) -> str:
    """What the law calls this paper."""
    if document.type == "CRN":
        return _("Credit Note")
    if document.type == "DBN":
        return _("Debit Note")
    if document.opening or not document.seller.gstin:
        return _("Invoice")
    taxed = [is_taxed(line) for line in document.lines]
    if not any(taxed):
        return _("Bill of Supply")
    if not all(taxed) and document.buyer.kind == "unregistered":
        return _("Invoice-cum-Bill of Supply")
    return _("Tax Invoice")


def _copy_mark(document: Document, copy: str, _: Say) -> str:
    """CGST Rule 48: goods in three copies, services in two."""
    services = bool(document.lines) and all(line.hsn.startswith(_SERVICES) for line in document.lines)
    marks = {
        "original": _("ORIGINAL FOR RECIPIENT"),
        "duplicate": _("DUPLICATE FOR SUPPLIER") if services else _("DUPLICATE FOR TRANSPORTER"),
        "triplicate": _("TRIPLICATE FOR SUPPLIER"),
    }
    return marks[copy]


def _naming(document: Document, _: Say) -> list[tuple[str, str]]:
    names = {"CRN": _("Credit note no."), "DBN": _("Debit note no.")}
    bill = _("Bill no.") if document_title(document, _) == _("Bill of Supply") else _("Invoice no.")
    pairs = [
        (names.get(document.type, bill), document.number or _("not issued")),
        (_("Date"), date_text(document.dated_on)),
    ]
    if document.type != "CRN":
        pairs.append((_("Due date"), date_text(document.due_on)))
    if document.reference:
        pairs.append((_("Your order"), document.reference))
    return pairs


def _parties(document: Document, _: Say) -> Panel:
    """Who is billed, where it goes, and the facts of the supply under the facts of the paper."""
    buyer, ship_to = document.buyer, document.ship_to
    half = (MAIN - 12) / 2
    label = _("Bill to") if document.type == "INV" else _("To")
    placed = [(0.0, party_panel(label, buyer, _, half if ship_to else MAIN))]
    if ship_to:
        state = _state_of_ship_to(document)
        placed.append((half + 12, ship_panel(_("Ship to"), buyer.name, ship_to, state, _, half)))
    pairs = [
        (_("Place of supply"), state_text(document.place_name, document.place_of_supply)),
        (_("Reverse charge"), _("Yes") if document.reverse_charge else _("No")),
    ]
    if document.original:
        original = document.original
        pairs.append(
            (
                _("Against"),
                _("{number} of {date}").format(number=original.number, date=date_text(original.dated_on)),
            )
        )
    if document.reason:
        pairs.append((_("Reason"), document.reason))
    placed.append((SIDE_AT, facts(pairs, SIDE)))
    return beside(*placed)


def _state_of_ship_to(document: Document) -> str:
    """The delivery State's name, which the record holds under whichever place shares its code."""
    code = document.ship_to.state_code if document.ship_to else ""
    known = {
        document.seller.address.state_code: document.seller.state_name,
        document.buyer.address.state_code: document.buyer.state_name,
        document.place_of_supply: document.place_name,
    }
    return known.get(code, "")


def _table(document: Document, _: Say) -> list[Block]:
    if document.lines:
        return line_grid(document, _).blocks()
    brought = _("Balance brought forward from earlier books")
    amount = amount_text(document.totals.invoice_value_paise)
    return [block(sums([(brought, amount, False)], WIDTH), glued=True)]


def _ending(document: Document, _: Say, *, cancelled: bool, open_paise: int | None) -> list[Block]:
    """Totals, words, where to pay, tax by HSN, terms and signature; kept on one page while they are short."""
    totals = _totals(document, _, cancelled=cancelled, open_paise=open_paise)
    tail = [block(space(7), glued=True), block(totals, after=9, glued=True)]
    hsn: list[Block] = []
    if any(is_taxed(line) for line in document.lines):
        title = block(stack([(_("Tax by HSN/SAC"), LABEL)]), after=1.5)
        head, *rows = hsn_grid(document, _).blocks()
        rows.append(block(space(9), glued=True))
        whole = sum(row.height for row in rows) <= _HSN_MOST
        hsn = [title, replace(head, glued=True), *(replace(row, glued=whole or row.glued) for row in rows)]
    tail += [*hsn, *_closing(document, _)]
    if sum(part.height for part in tail) > _TAIL_MOST:
        return tail
    return [replace(part, glued=True) for part in tail]


def _totals(document: Document, _: Say, *, cancelled: bool, open_paise: int | None) -> Panel:
    """What it comes to in figures and words, and where to pay what is due."""
    totals = document.totals
    value_paise = totals.invoice_value_paise
    due_paise = value_paise if open_paise is None else open_paise
    pays = document.type != "CRN" and bool(document.number) and not cancelled
    words = amount_in_words(value_paise, spoken(document.language))
    left = [titled(_("Amount in words"), wrapped(words, MAIN, STRONG))]
    tax_paise = totals.igst_paise + totals.cgst_paise + totals.sgst_paise + totals.cess_paise
    if tax_paise and not document.reverse_charge:
        spelt = _("Tax: {words}").format(words=amount_in_words(tax_paise, spoken(document.language)))
        lines = wrapped(spelt, MAIN, SMALL)
        left += [stack(lines)] if len(lines) == 1 else []
    note = endorsement(document, _)
    left += [stack(wrapped(note, MAIN, STRONG))] if note else []
    if pays:
        link = document_link(document, open_paise=due_paise)
        left.append(payment_panel(document.seller.bank, link, due_paise, _, MAIN))
    right = [sums(_total_pairs(document, _), SIDE)]
    if pays and due_paise != value_paise:
        settled = (_("Received or adjusted"), amount_text(value_paise - due_paise), False)
        right.append(sums([settled, (_("Balance due"), money_text(due_paise), True)], SIDE))
    return beside((0, above(*left, gap=6)), (SIDE_AT, above(*right)))


def _total_pairs(document: Document, _: Say) -> list[tuple[str, str, bool]]:
    totals = document.totals
    discount = sum(line.discount_paise for line in document.lines)
    figures = []
    gross = sum(line.gross_paise for line in document.lines)
    if discount and gross - discount == sum(line.taxable_paise for line in document.lines):
        figures += [(_("Gross value"), gross), (_("Less discount"), -discount)]
    heads = [
        (_("Taxable value"), totals.taxable_paise),
        (_("Nil rated"), totals.nil_paise),
        (_("Exempt"), totals.exempt_paise),
        (_("Non-GST"), totals.non_gst_paise),
    ]
    if not document.reverse_charge:
        heads += _tax_pairs(document, _)
    heads += [(_("Other charges"), totals.other_charges_paise), (_("Round off"), totals.round_off_paise)]
    figures += [(label, paise) for label, paise in heads if paise]
    total = money_text(totals.invoice_value_paise)
    return [(label, amount_text(paise), False) for label, paise in figures] + [(_("Total"), total, True)]


def _tax_pairs(document: Document, _: Say) -> list[tuple[str, int]]:
    totals = document.totals
    return [
        ("IGST", totals.igst_paise),
        ("CGST", totals.cgst_paise),
        (state_tax_name(document), totals.sgst_paise),
        (_("Cess"), totals.cess_paise),
    ]


def endorsement(document: Document, _: Say) -> str:
    """What the law has written on special supplies: reverse charge, exports, supplies to a special zone."""
    if document.reverse_charge:
        heads = ", ".join(
            f"{head}\u00a0{amount_text(paise)}" for head, paise in _tax_pairs(document, _) if paise
        )
        sentence = _("Tax is payable by the recipient under reverse charge: {heads}")
        return sentence.format(heads=heads or amount_text(0))
    if document.type != "INV" or not any(is_taxed(line) for line in document.lines):
        return ""
    paid = document.totals.igst_paise > 0
    if document.buyer.kind == "overseas":
        if paid:
            return _("Supply meant for export on payment of integrated tax")
        return _("Supply meant for export under LUT without payment of integrated tax")
    if document.buyer.kind == "sez":
        if paid:
            return _("Supply to SEZ for authorised operations on payment of integrated tax")
        return _("Supply to SEZ for authorised operations under LUT without payment of integrated tax")
    return ""


def _closing(document: Document, _: Say) -> list[Block]:
    """Note, terms and declaration beside the signature; terms too long for that follow as running lines."""
    declaration = _(
        "We declare that this document shows the actual price of the goods or services described "
        "and that all its particulars are true and correct."
    )
    left = []
    if document.note:
        left.append(titled(_("Note"), wrapped(document.note, MAIN, PLAIN)))
    terms = wrapped(document.terms, MAIN, Style(7.0, ink=BLACK))
    beside_signature = len(terms) <= _TERMS_BESIDE
    if terms and beside_signature:
        left.append(titled(_("Terms"), terms))
    if document.lines:
        left.append(stack(wrapped(declaration, MAIN, SMALL)))
    signature = signature_panel(document.seller, _)
    blocks = [
        block(ruled(0.35, PALE, WIDTH, 6), glued=True),
        block(beside((0, above(*left, gap=5)), (SIDE_AT, signature)), glued=True),
    ]
    if not beside_signature:
        running = wrapped(document.terms, WIDTH, Style(7.0, ink=BLACK))
        blocks.append(block(stack([(_("Terms"), LABEL)]), glued=True))
        blocks += [block(stack([line])) for line in running]
    return blocks
