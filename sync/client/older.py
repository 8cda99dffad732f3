"""Fetching what was young when the snapshot was made that this book was loaded from, a few pages a round."""

from core.book import Book
from core.store import older
from core.words import translate as _
from sync.client.session import ServiceRefused, Session
from sync.protocol import messages as m
from sync.protocol import refusals

PAGES_A_ROUND = 4


def fetch(book: Book, session: Session) -> None:
    """Fetch the next pages, if any are to come; each is kept as it comes. A service that does not know these, or begins
    another era meanwhile, is asked again in a later round."""
    for _page in range(PAGES_A_ROUND):
        meta = book.facts()
        after = meta.get(older.NEXT)
        if after is None:
            return
        try:
            answer = session.ask("older", m.AskOlder(era=meta["era"], after=after), m.Older)
        except ServiceRefused as refused:
            if refused.code in {refusals.CURSOR, refusals.NO_SUCH_PATH}:
                return
            raise
        entries = m.entries_of(answer.page)
        authors = ((author.device, author.epoch) for author in answer.page.authors)
        links = dict(zip(authors, answer.links, strict=True))
        book.write(_("Sync"), lambda work: older.keep(work, entries, links))  # noqa: B023  written at once
