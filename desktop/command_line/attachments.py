"""Subcommands about proofs beside papers: attach, attachments."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.frame import (
    AsJson,
    BookPath,
    Day,
    PaperType,
    PassphraseFile,
    answering,
    opened,
    passphrase,
    tell,
    today_of,
)
from desktop.command_line.papers import Number

if TYPE_CHECKING:
    from core.attachments.queries import AttachmentRow
    from core.book import Book
    from core.ids import Id

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Photos (JPEG, PNG, WebP) or PDF.")]
Note = Annotated[str, typer.Option("--note", metavar="WORDS", help="What they show.")]
Folder = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Write the files into this folder.")
]


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("attach", help="Attach photos or PDF to a paper.")(attach)
    program.command("attachments", help="What is attached to a paper; with -o, the files themselves.")(
        attachments
    )


def attach(
    book: BookPath,
    number: Number,
    files: Files,
    note: Note = "",
    paper_type: PaperType = None,
    date: Day = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Attach files; all of them or none."""
    with answering(as_json):
        from core.attachments.commands import attach as put_on
        from core.attachments.rules import SIZE_BYTES_MAX
        from core.attachments.vault import Vault
        from core.errors import BahiError
        from core.words import translate as _
        from sync.client.tenant_key import ring_of

        def read(file: Path) -> bytes:
            try:
                with file.open("rb") as source:
                    return source.read(SIZE_BYTES_MAX + 1)
            except OSError as error:
                words = _("{file} could not be read: {reason}")
                raise BahiError(words.format(file=file.name, reason=error.strerror)) from error

        with opened(book, passphrase_file, to_write=True) as found:
            paper = _paper(found, number, paper_type, date)
            vault, ring, today = Vault(found.path), ring_of(found), today_of(found, None)
            sealed = [(file.name, vault.seal(read(file), ring, name=file.name)) for file in files]
            found.write(
                _("Attach a file"),
                lambda work: [
                    put_on(work, paper, each, name=name, today=today, note=note) for name, each in sealed
                ],
            )
            answer = _told(found, paper)
        tell(answer, as_json, lambda: [each["name"] for each in answer])


def attachments(
    book: BookPath,
    number: Number,
    output: Folder = None,
    paper_type: PaperType = None,
    date: Day = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """List what is attached, and write it out where asked."""
    with answering(as_json):
        from core.words import translate as _

        with opened(book, passphrase_file) as found:
            paper = _paper(found, number, paper_type, date)
            answer = _told(found, paper)
            if output is not None:
                _write_out(found, paper, output, passphrase(passphrase_file))
        lines = [
            f"{each['name']}  {each['size']}  {each['added_on']}  {each['user']}".rstrip() for each in answer
        ]
        tell(answer, as_json, lambda: lines or [_("Nothing is attached.")])


def _paper(book: "Book", number: str, paper_type: str | None, date: Any) -> "Id":
    from core.exchange.finding import find_paper

    return book.read(lambda read: find_paper(read, number, paper_type=paper_type, on=date)).id


def _rows(book: "Book", paper: "Id") -> "list[AttachmentRow]":
    from core.attachments.queries import attachments_of

    return book.read(lambda read: attachments_of(read, paper))


def _told(book: "Book", paper: "Id") -> list[dict[str, Any]]:
    from core.attachments.vault import Vault
    from core.ids import id_text

    vault = Vault(book.path)
    return [
        {
            "id": id_text(row.id), "name": row.name, "media": row.media, "size": row.size_bytes,
            "added_on": row.added_on.isoformat(), "user": row.user, "note": row.note, "here": vault.has(row.address),
        }
        for row in _rows(book, paper)
    ]  # fmt: skip


def _write_out(book: "Book", paper: "Id", folder: Path, words: str | None) -> None:
    """Each file under its name; one of a name that stands there gets a number, nothing is written over."""
    from core.errors import BahiError
    from core.words import translate as _
    from sync.client.attachments import bytes_of
    from sync.client.courier import courier_of

    courier = courier_of(book, passphrase=words) if book.facts().get("shared") else None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for row in _rows(book, paper):
            data = bytes_of(book, courier.session if courier is not None else None, row)
            if data is None:
                text = _("{name} is not on this device, and the service does not have it yet.")
                raise BahiError(text.format(name=row.name))
            with _free(folder, row.name).open("xb") as target:
                target.write(data)
    except OSError as error:
        raise BahiError(_("The file could not be written: {reason}").format(reason=error.strerror)) from error
    finally:
        if courier is not None:
            courier.close()


def _free(folder: Path, name: str) -> Path:
    path, n = folder / name, 2
    while path.exists():
        path = folder / f"{Path(name).stem} {n}{Path(name).suffix}"
        n += 1
    return path
