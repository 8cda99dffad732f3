"""What the Inbox tells of the returns: papers that are told in a later return than that of their date."""

from sqlalchemy.engine import Connection

from core.changes.stamp import instant_of
from core.company.queries import company
from core.ids import id_text
from core.inbox.model import Attention, Choice, InboxItem
from core.invoicing.papers import type_words
from core.returns.periods import label, period_of
from core.returns.queries import LatePaper, late_papers
from core.store.read import change_of
from core.words import date_text
from core.words import translate as _


def late_items(read: Connection) -> list[InboxItem]:
    """One item a late paper, until the return that takes it is filed."""
    late = late_papers(read)
    filing = company(read).filing if late else ""
    return [_item(read, paper, filing) for paper in late]


def _item(read: Connection, paper: LatePaper, filing: str) -> InboxItem:
    missed = label(period_of(paper.dated_on, filing), filing)
    text = _(
        "It is dated {day}, but came after the return for {missed} was filed; it is told in {period}."
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
