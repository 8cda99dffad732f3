"""The files of a period's return: as the portals take them, and as a workbook. Free of Qt."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from core.einvoice.queries import waiting
from core.einvoice.upload import upload
from core.errors import BahiError, RuleBroken
from core.facts import Facts
from core.fiscal import return_period as written_period
from core.returns.gstr1 import gstr1, iff
from core.returns.gstr3b import gstr3b
from core.returns.periods import bounds
from core.returns.portal import Json, encoded, uploads
from core.returns.portal import file_name as portal_name
from core.returns.preflight import preflight
from core.returns.queries import month_of
from core.returns.rules import GSTR1, GSTR3B, IFF
from core.words import translate as _
from desktop.ports import Reader
from desktop.screens.gst.reading import Kept, Whole


def written(kept: Kept, what: str, file: Path, reader: Reader) -> list[Path]:
    """Write the period's file, each whole or not at all: gstr1 or gstr3b as the portal takes them, or excel.

    A GSTR-1 larger than the portal takes at once is written as several. Raises `BahiError` when it cannot be.
    """
    kept_whole, facts = kept.whole(reader), Facts.in_force()
    month, is_iff = kept_whole.month, kept_whole.filing != kept_whole.month.filing
    if what == "excel":
        from core.returns.workbook import write_workbook  # spreadsheets are read when one is asked for

        told = None if is_iff else month_of(reader, month.period, form=GSTR3B, facts=facts)
        found = preflight(reader, month.period, kept.today(), facts, form=IFF if is_iff else GSTR1)
        _put(file, lambda beside: write_workbook(month, beside, facts, whole=told, findings=found))
        return [file]
    if what == "einvoice":
        sent = _waiting_for_irn(reader, kept_whole, kept.today(), facts)
        _put(file, lambda beside: beside.write_bytes(encoded(sent)))
        return [file]
    if what == "gstr3b":
        parts = [gstr3b(month_of(reader, month.period, form=GSTR3B, facts=facts), facts)]
    else:
        parts = [iff(month, facts)] if is_iff else uploads(gstr1(month, facts))
    files = [file] if len(parts) == 1 else [_nth(file, n) for n in range(1, len(parts) + 1)]
    for part, one in zip(parts, files, strict=True):
        data = encoded(part)
        _put(one, lambda beside, data=data: beside.write_bytes(data))  # type: ignore[misc]
    return files


def _waiting_for_irn(reader: Reader, whole_: Whole, today: dt.date, facts: Facts) -> list[Json]:
    """INV-01 of each paper of the period that waits for its IRN. Raises `BahiError` when none does or can be sent."""
    papers = [row.id for row in waiting(reader, *bounds(whole_.period, whole_.filing), facts)]
    if not papers:
        raise BahiError(_("No paper of this period waits for an IRN."))
    found = upload(reader, papers, today, facts)
    if found.problems:
        raise RuleBroken(found.problems)
    return list(found.papers)


def _nth(file: Path, n: int) -> Path:
    return file.with_name(f"{file.stem}_{n}{file.suffix}")


def _put(file: Path, write: Callable[[Path], object]) -> None:
    beside = file.with_name(f".{file.name}.part")
    try:
        write(beside)
        beside.replace(file)
    except OSError as error:
        message = _("{file} could not be written.").format(file=file.name)
        raise BahiError(message, remedy=str(error.strerror or "")) from error
    finally:
        beside.unlink(missing_ok=True)


def file_name(whole_: Whole, form: str, today: dt.date) -> str:
    """What a file of the return is called: GSTR-1 as the offline tool names it."""
    gstin, fp = whole_.month.gstin, written_period(whole_.period)
    names = {
        "gstr1": portal_name(gstin, today),
        "gstr3b": f"GSTR3B_{gstin}_{fp}.json",
        "excel": f"GSTR1_{gstin}_{fp}.xlsx",
        "einvoice": f"einvoices_{gstin}_{fp}.json",
    }
    return names[form]
