"""Subcommands about papers: issue, preview, show, print."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.books import source_of
from desktop.command_line.frame import (
    REFUSED,
    AsJson,
    BookPath,
    Day,
    On,
    Output,
    PaperType,
    PassphraseFile,
    answering,
    columns,
    opened,
    tell,
    tell_warnings,
    today_of,
    write_file,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from core.exchange.finding import Found
    from core.invoicing.model import Document

COPIES = ("original", "duplicate", "triplicate")
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The paper's number.")]
InterchangeFile = Annotated[Path, typer.Argument(metavar="FILE", help="An interchange file.")]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("issue", help="Issue the file's papers and receipts that carry no number.")(issue)
    program.command("preview", help="Settle an interchange file without a book.")(preview)
    program.command("show", help="One document with its settled figures.")(show)
    program.command("print", help="One paper as PDF.")(print_)


def issue(
    book: BookPath,
    file: InterchangeFile,
    on: On = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Issue papers; `--on` is today's date, confirmed."""
    with answering(as_json):
        from core.exchange import answers
        from core.exchange.issuing import issue_file
        from core.words import translate as _

        source = source_of(file)
        with opened(book, passphrase_file, to_write=True) as found:
            today = today_of(found, on)
            issued = found.write(
                _("Issue"), lambda work: issue_file(work, source, today=today, date_confirmed=on is not None)
            )
            answer = found.read(
                lambda read: {
                    "documents": [answers.show(read, record, _link) for record in issued.documents],
                    "receipts": [
                        answers.receipt(read, record) | answers.warned(issued.warnings.get(record))
                        for record in issued.receipts
                    ],
                    "advances": [answers.voucher(read, record) for record in issued.advances],
                }
            )
        tell(answer, as_json, lambda: _listed(answer))
        tell_warnings(issued.warnings.values(), as_json)


def preview(
    file: InterchangeFile,
    period: Annotated[
        str | None, typer.Option("--period", metavar="YYYY-MM", help="The return's month.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Settle a file."""
    if period is not None:
        _check_period(period)
    with answering(as_json):
        from core.exchange.preview import preview as settle

        answer = settle(source_of(file), _link, period=period)
        tell(answer, as_json, lambda: [*_listed(answer), *_problem_lines(answer)])
    if answer["problems"]:
        raise typer.Exit(REFUSED)


def show(
    book: BookPath,
    number: Number,
    paper_type: PaperType = None,
    date: Day = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Show a document, or a receipt."""
    with answering(as_json):
        from core.exchange import answers
        from core.exchange.finding import PAYBACK, RECEIPT, REMINDER, REVERSAL, VOUCHERS, find_paper

        def answer_of(read: "Connection") -> dict[str, Any]:
            found = find_paper(read, number, paper_type=paper_type, on=date)
            if found.type == RECEIPT:
                return answers.receipt(read, found.id)
            if found.type == REMINDER:
                return answers.reminder(read, found.id)
            if found.type in VOUCHERS:
                return answers.voucher(read, found.id)
            if found.type == REVERSAL:
                return answers.reversal(read, found.id)
            if found.type == PAYBACK:
                return answers.payback(read, found.id)
            return answers.show(read, found.id, _link)

        with opened(book, passphrase_file) as opened_book:
            answer = opened_book.read(answer_of)
        tell(answer, as_json, lambda: _shown(answer) if "totals" in answer else _plain_lines(answer))


def print_(
    book: BookPath,
    number: Number,
    output: Output,
    paper_type: PaperType = None,
    date: Day = None,
    copies: Annotated[
        list[str] | None,
        typer.Option(
            "--copy", metavar="COPY", help="original, duplicate or triplicate; again for more copies."
        ),
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Print a paper."""
    wanted = tuple(copies or ("original",))
    if not set(wanted) <= set(COPIES):
        raise typer.BadParameter(f"a copy is one of {', '.join(COPIES)}")
    with answering(as_json):
        from core.exchange.finding import find_paper
        from core.words import translate as _

        with opened(book, passphrase_file) as opened_book:
            found = opened_book.read(lambda read: find_paper(read, number, paper_type=paper_type, on=date))
            data = opened_book.read(lambda read: _drawn(read, found, wanted))
        write_file(output, data)
        answer = {"file": str(output), "type": found.type, "number": found.number}
        tell(answer, as_json, lambda: [_("{number} is printed to {file}.").format(**answer)])


def _drawn(read: "Connection", found: "Found", copies: tuple[str, ...]) -> bytes:
    """The paper as PDF."""
    from core.changes.standing import State
    from core.dunning.queries import reminder
    from core.exchange.finding import PAYBACK, RECEIPT, REMINDER, REVERSAL, VOUCHERS, stand_of_paper
    from core.paper import draw_receipt, draw_reminder
    from core.receipts.queries import bills_settled, receipt

    target = io.BytesIO()
    if found.type == RECEIPT:
        received = receipt(read, found.id)
        assert received is not None
        taken_back = stand_of_paper(read, found.id)[0] is State.CANCELLED
        bills = settled_bills(bills_settled(read, found.id))
        draw_receipt(received, bills, target, taken_back=taken_back)
    elif found.type == REMINDER:
        letter = reminder(read, found.id)
        assert letter is not None
        draw_reminder(letter, target)
    elif found.type in VOUCHERS:
        _draw_voucher(read, found, target)
    elif found.type in (REVERSAL, PAYBACK):
        _draw_money_back(read, found, target)
    else:
        _draw_document(read, found, target, copies)
    return target.getvalue()


def _draw_voucher(read: "Connection", found: "Found", target: io.BytesIO) -> None:
    from core.advances.queries import refund, voucher
    from core.paper import draw_refund, draw_voucher

    received, back = voucher(read, found.id), refund(read, found.id)
    if received is not None:
        draw_voucher(received, target)
    else:
        assert back is not None
        draw_refund(back, target)


def _draw_money_back(read: "Connection", found: "Found", target: io.BytesIO) -> None:
    from core.exchange.finding import REVERSAL
    from core.paper import draw_payback, draw_reversal
    from core.receipts.queries import payback, reversal

    if found.type == REVERSAL:
        taken_back = reversal(read, found.id)
        assert taken_back is not None
        draw_reversal(taken_back, target)
    else:
        given_back = payback(read, found.id)
        assert given_back is not None
        draw_payback(given_back, target)


def _draw_document(read: "Connection", found: "Found", target: io.BytesIO, copies: tuple[str, ...]) -> None:
    from core.changes.standing import State
    from core.einvoice.queries import registered
    from core.eway.queries import noted
    from core.exchange.finding import stand_of_paper
    from core.invoicing.queries import document
    from core.paper import draw_document

    paper = document(read, found.id)
    assert paper is not None
    state, open_paise = stand_of_paper(read, found.id)
    draw_document(
        paper,
        target,
        copies=copies,
        cancelled=state is State.CANCELLED,
        open_paise=open_paise,
        registered=registered(read, found.id),
        noted=noted(read, found.id),
    )


def settled_bills(bills: list[Any]) -> list[Any]:
    """The bills that a receipt settles, as its paper names them."""
    from core.paper.model import Settled

    return [
        Settled(
            number=bill.number,
            dated_on=bill.dated_on,
            amount_paise=bill.amount_paise,
            settled_paise=bill.settled_paise,
        )
        for bill in bills
    ]


def _link(document: "Document", open_paise: int) -> str:
    from core.paper.payment import document_link

    return document_link(document, open_paise=open_paise)


def _check_period(period: str) -> None:
    from core.fiscal import month_bounds

    try:
        month_bounds(period)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _listed(answer: dict[str, Any]) -> list[str]:
    """Documents and receipts, one line each."""
    rows = [
        (d["type"], d.get("number") or "-", d.get("date") or "-", d["party"], d["totals"]["invoice_value"])
        for d in answer["documents"]
    ]
    rows += [("RCT", r["number"], r["date"], r["party"], r["amount"]) for r in answer.get("receipts", [])]
    rows += [("RCV", a["number"], a["date"], a["party"], a["amount"]) for a in answer.get("advances", [])]
    return columns(rows, right=(4,))


def _problem_lines(answer: dict[str, Any]) -> list[str]:
    return [f"{p['file']}:{p['line'] or ''} {p['field']}: {p['message']}" for p in answer["problems"]]


def _shown(answer: dict[str, Any]) -> list[str]:
    head = columns(
        [
            ("Number", answer["number"]), ("Type", answer["type"]), ("Date", answer["date"]),
            ("Due", answer.get("due_date") or ""), ("Party", answer["party"]),
            ("Place of supply", answer["place_of_supply"]), ("State", answer["state"]),
        ]
    )  # fmt: skip
    rows = [("", "HSN", "Quantity", "Price", "Taxable", "GST %", "IGST", "CGST", "SGST")]
    rows += [
        (
            line["description"][:40], line.get("hsn", ""), line.get("quantity", "1"), line.get("price", ""),
            line["taxable"], line["gst_rate"], line["igst"], line["cgst"], line["sgst"],
        )
        for line in answer["lines"]
    ]  # fmt: skip
    lines = columns(rows, right=(2, 3, 4, 5, 6, 7, 8)) if answer["lines"] else []
    totals = [(key.replace("_", " "), value) for key, value in answer["totals"].items() if value != "0.00"]
    return [*head, "", *lines, "", *columns([*totals, ("open", answer["open"])], right=(1,))]


def _plain_lines(answer: dict[str, Any]) -> list[str]:
    plain = [(key, str(value)) for key, value in answer.items() if isinstance(value, str | int)]
    return columns(plain)
