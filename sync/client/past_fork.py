"""Meeting a service whose order forked beneath the base of this book, so that the two cannot find a common place.

What this book holds of the order is kept aside, to be handed over and judged anew, and the book is loaded from the
service's snapshot. While the service still gathers, the order may yet come back as this book knows it, and it waits.
"""

from core.book import Book
from core.store import retake
from core.words import translate as _
from sync.client import bootstrap, handback
from sync.client.session import Session


def meet(book: Book, session: Session, tell: bootstrap.Tell) -> None:
    """Come to one mind with the service about the order; raises as `handback.meet` does, and as `Book.load`."""
    try:
        handback.meet(book, session)
    except handback.OutOfReach as beyond:
        if handback.gathering(session).gathering:
            raise
        common = handback.common_place(session, book.read(retake.OlderRuns), beyond.head)
        book.write(_("Sync"), lambda work: retake.take_all_back(work, common))
        handback.ask_anew(book)
        if not bootstrap.load(book, session, tell, anew=True, past_fork=max(beyond.head, 1)):
            raise
