"""What the Inbox tells of the returns: papers told in a later return than that of their date, and missing numbers."""

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from core.changes.stamp import instant_of
from core.company.queries import company
from core.fiscal import year_label
from core.ids import id_text, imported_id
from core.inbox.model import Attention, Choice, InboxItem, Told
from core.inbox.rules import paper_name
from core.invoicing.papers import type_words
from core.numbering.queries import last_numbers
from core.numbering.rules import LETTERS, PLACES, number_place
from core.returns.gaps import Gap, gaps
from core.returns.periods import label, period_of
from core.returns.queries import LatePaper, late_papers
from core.store.read import carries_all, change_of
from core.words import date_text
from core.words import translate as _

_YEARS = 2
"""So many years back a missing number is asked for; what lies before was told in returns long filed."""

_KINDS = {"RCV": "advances.received", "RFV": "advances.refunded"}
_BEYOND = "SELECT 1 FROM places WHERE place > ? AND place < ? AND length(place) >= length(?) LIMIT 1"
_RUN = "SELECT count(*), max(CAST(substr(place, ?) AS INTEGER)) FROM places WHERE place >= ? AND place < ?"


def late_items(read: Connection) -> list[InboxItem]:
    """One item a late paper, until the return that takes it is filed."""
    late = late_papers(read)
    filing = company(read).filing if late else ""
    return [_item(read, paper, filing) for paper in late]


def _item(read: Connection, paper: LatePaper, filing: str) -> InboxItem:
    missed = label(period_of(paper.dated_on, filing), filing)
    text = _(
        "It is dated {day}, but came after the return for {missed} was filed. File it with the next return: it is "
        "told in {period}."
    ).format(day=date_text(paper.dated_on), missed=missed, period=label(paper.period, filing))
    change = change_of(read, paper.document)
    return InboxItem(
        id=f"late.{paper.period}.{id_text(paper.document)}",
        kind=Attention.LATE.value,
        about=f"{type_words().get(paper.type, paper.type)} {paper.number}",
        text=text,
        mine=None,
        theirs=None,
        choices=(Choice.DISMISS,),
        of="invoicing.issued",
        record=paper.document,
        paper=paper.document,
        winner=None,
        at_us=instant_of(change.stamp) if change is not None else 0,
    )


def gap_items(read: Connection) -> list[InboxItem]:
    """One item a number of our own series that is missing and that nobody has explained, oldest year first.

    Numbers missing among imported papers are told by the check of the return that counts them.
    """
    if not carries_all(read):
        return []  # the numbers of papers of other parties are not here
    found = [(year, gap) for year in sorted(_years_with_gaps(read)) for gap in gaps(read, year)]
    return [_gap_item(year, gap) for year, gap in found if gap.is_open and gap.is_ours]


def _years_with_gaps(read: Connection) -> set[int]:
    """The years in which a series of ours bears a higher number than it has papers: a look at an index a series, and
    its numbers counted only where others than ours lie beyond them."""
    given = last_numbers(read)
    newest = max((each.year for each in given), default=0)
    recent = [each for each in given if each.year > newest - _YEARS]
    return {
        each.year
        for each in recent
        if any(_is_broken(read, run, each.last) for run in _runs(each.series, each.year))
    }


def _runs(series: str, year: int) -> Iterator[str]:
    """Where the numbers of a series stand among the places: by the letter it ends in, else as invoices."""
    for kind, letter in LETTERS.items():
        if series.endswith(letter):
            yield number_place(PLACES.get(kind, kind), year, f"{series}/{year_label(year)}/")


def _is_broken(read: Connection, run: str, issued: int) -> bool:
    last, beyond = f"{run}{issued:04d}", run[:-1] + chr(ord("/") + 1)
    if read.exec_driver_sql(_BEYOND, (last, beyond, last)).fetchone() is None:
        return False  # no number is higher than as many as were given, so all of them are there
    count, highest = read.exec_driver_sql(_RUN, (len(run) + 1, run, beyond)).one()
    return bool(highest > count)


def _gap_item(year: int, gap: Gap) -> InboxItem:
    missing = _("It is missing in its series. Explain the number: say why it was not used.")
    if gap.last:
        missing = _(
            "The numbers from here to {last} are missing in their series. Explain them: say why they were not used."
        ).format(last=gap.last)
    return InboxItem(
        id=f"gap.{gap.type}.{year}.{gap.number}",
        kind=Attention.GAP.value,
        about=paper_name(_KINDS.get(gap.type, "invoicing.issued"), Told(type=gap.type, number=gap.number)),
        text=missing,
        mine=None,
        theirs=None,
        choices=(Choice.DISMISS,),
        of="returns.gap_explained",
        record=imported_id("gap", gap.type, str(year), gap.number.casefold()),
        paper=None,
        winner=None,
        at_us=0,
    )
