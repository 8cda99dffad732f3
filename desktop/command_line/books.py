"""Subcommands about whole books: new, import, export, verify, backup, restore."""

import getpass
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.command_line.frame import (
    REFUSED,
    AsJson,
    BookPath,
    Output,
    PassphraseFile,
    answering,
    not_yet,
    opened,
    passphrase,
    tell,
    tell_warnings,
    write_file,
    write_secret,
)

if TYPE_CHECKING:
    from core.exchange.ledger_files import LedgerFile
    from core.exchange.reading import Source
    from core.exchange.report import Report

RecoveryFile = Annotated[
    Path | None,
    typer.Option(
        "--recovery-file", metavar="FILE", help="Where to write the recovery code, else it is printed once."
    ),
]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("new", help="Make a book from an interchange file's company.")(new)
    program.command("import", help="Take files in: all of it or nothing.")(import_)
    program.command("export", help="Write the whole book as an interchange file.")(export)
    program.command("verify", help="Prove the audit chain, the file, every row and the balances.")(verify)
    program.command("backup", help="Write a backup of a book and prove it.")(backup)
    program.command("restore", help="Bring a book back from a backup under a new name.")(restore)


def new(
    book: BookPath,
    company: Annotated[
        Path, typer.Option("--company", metavar="FILE", help="An interchange file with the company.")
    ],
    recovery_file: RecoveryFile = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a book."""
    with answering(as_json):
        from core.book import Book, Identity
        from core.company.commands import save_company
        from core.company.rules import problems_with_company
        from core.errors import AlreadyThere, RuleBroken
        from core.exchange.importing import found_company
        from core.problems import located
        from core.words import translate as _
        from desktop.folders import marks_folder

        source = source_of(company)
        made = found_company(source)
        problems = [source.placed(located(p, prefix="company")) for p in problems_with_company(made)]
        if problems:
            raise RuleBroken(problems)
        if recovery_file is not None and recovery_file.exists():
            raise AlreadyThere(
                _("There is already a file {path}.").format(path=recovery_file),
                remedy=_("Choose another name."),
            )
        identity = Identity(user=getpass.getuser(), device_name=platform.node())
        opened_book, code = Book.create(
            book, identity, passphrase=passphrase(passphrase_file), marks=marks_folder()
        )
        with opened_book:
            tell_recovery_code(code, recovery_file)
            opened_book.write(_("Company"), lambda work: save_company(work, made))
        answer = {"book": str(book), "company": made.legal_name}
        tell(answer, as_json, lambda: [_("{book} is the book of {company}.").format(**answer)])


def tell_recovery_code(code: str, recovery_file: Path | None) -> None:
    """Write the code to its file, or show it once; a file that cannot be written is no reason to lose it."""
    from core.words import translate as _

    try:
        if recovery_file is not None:
            write_secret(recovery_file, code)
            return
    except OSError as failed:
        print(f"{recovery_file}: {failed.strerror}", file=sys.stderr)
    print(_("Recovery code (shown once; keep it on paper): {code}").format(code=code), file=sys.stderr)


def import_(
    book: BookPath,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Interchange files, CSV or XLSX.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come in, and take nothing in.")
    ] = False,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=HEADER", help="Which column of a table is which field."),
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Take files in."""
    with answering(as_json):
        given = _mapping(mapped or [])
        from core.exchange import answers
        from core.exchange.importing import import_files
        from core.exchange.report import TriedOut
        from core.words import translate as _

        sources = [_read(path, given) for path in files]
        with opened(book, passphrase_file, to_write=True) as found:
            try:
                report = found.write(_("Import"), lambda work: import_files(work, sources, dry_run=dry_run))
            except TriedOut as tried:
                report = tried.report
        tell(answers.imported(report, dry_run=dry_run), as_json, lambda: _told(report, dry_run))
        tell_warnings(report.warnings, as_json)


def export(
    book: BookPath,
    output: Output,
    to: Annotated[str, typer.Option("--to", metavar="bahi|tally", help="The format.")] = "bahi",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole book."""
    if to not in ("bahi", "tally"):
        raise typer.BadParameter("--to is bahi or tally")
    with answering(as_json):
        from core.exchange.exporting import encoded_file, export_book
        from core.words import translate as _

        if to == "tally":
            from core.exchange.tally_book import tally_file

            with opened(book, passphrase_file) as found:
                data = found.read(tally_file)
            write_file(output, data)
            tell({"file": str(output)}, as_json, lambda: [_("{file} is for Tally.").format(file=output)])
            return
        with opened(book, passphrase_file) as found:
            file = found.read(export_book)
        write_file(output, encoded_file(file, output))
        counts = {
            name: len(getattr(file, name))
            for name in (
                "parties",
                "items",
                "contracts",
                "opening",
                "documents",
                "advances",
                "receipts",
                "paybacks",
                "reversals",
                "write_offs",
                "bank_lines",
                "matches",
                "tds_seen",
                "tds_certificates",
                "reminders",
            )
        }
        tell(
            {"file": str(output), "written": counts},
            as_json,
            lambda: [_("{file} holds {what}.").format(file=output, what=_counted(counts))],
        )


def verify(book: BookPath, passphrase_file: PassphraseFile = None, as_json: AsJson = False) -> None:
    """Prove the book."""
    with answering(as_json):
        from core.exchange import answers
        from core.words import translate as _

        with opened(book, passphrase_file) as found:
            proof = found.verify()
        answer = answers.verify(proof)
        says = _("The book is whole: {changes} changes.") if proof.ok else _("The book is not whole.")
        lines = [says.format(changes=proof.changes), *(problem.message for problem in proof.problems)]
        tell(answer, as_json, lambda: [*lines, f"digest {proof.digest}", f"chain head {proof.chain_head}"])
    if not proof.ok:
        raise typer.Exit(REFUSED)


def backup(
    book: BookPath, output: Output, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Write a backup."""
    with answering(as_json):
        from core.words import translate as _

        with opened(book, passphrase_file) as found:
            found.backup(output)
        answer = {"file": str(output)}
        tell(answer, as_json, lambda: [_("The backup {file} is written and proved.").format(**answer)])


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    book: BookPath,
    as_json: AsJson = False,
) -> None:
    """Bring a book back."""
    with answering(as_json):
        from core.book import restore_book
        from core.words import translate as _

        restore_book(file, book)
        answer = {"book": str(book)}
        tell(answer, as_json, lambda: [_("{book} is restored.").format(**answer)])


def _mapping(mapped: list[str]) -> dict[str, str]:
    given = {}
    for each in mapped:
        field, equals, header = each.partition("=")
        if not equals or not field or not header:
            raise typer.BadParameter(f"{each}: write --map field=header")
        given[field.strip()] = header.strip()
    return given


def _bytes(path: Path) -> bytes:
    from core.errors import RuleBroken
    from core.exchange.reading import FILE_BYTES_MAX
    from core.problems import Problem
    from core.words import translate as _

    with path.open("rb") as file:
        data = file.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise RuleBroken([Problem("TOO_LARGE", _("The file is larger than 256 MiB."), file=path.name)])
    return data


def source_of(path: Path) -> "Source":
    from core.exchange.reading import read_source

    return read_source(_bytes(path), path.name)


def _read(path: Path, given: dict[str, str]) -> "Source | LedgerFile":
    """The file by what it holds, whatever its name: interchange, Tally XML or a table."""
    from core.exchange.ledger_files import ledger_file
    from core.exchange.reading import is_interchange, read_source
    from core.exchange.tables import read_table

    data = _bytes(path)
    if is_interchange(data):
        return read_source(data, path.name)
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] == b"<":
        raise not_yet("import of Tally XML")
    return ledger_file(read_table(data, path.name), given)


def _told(report: "Report", dry_run: bool) -> list[str]:
    from core.words import translate as _

    lines = [_("Nothing was taken in; this is what would come.")] if dry_run else []
    parts: list[tuple[str, dict[str, int]]] = [
        (_("New"), report.new),
        (_("Changed"), report.changed),
        (_("Here already"), report.known),
    ]
    lines += [f"{name}: {_counted(counts)}" for name, counts in parts if counts]
    return lines or [_("The files hold nothing new.")]


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"
