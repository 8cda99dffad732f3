"""This device's clock beside the service's: how far it is off is noted, and the Inbox tells of it until it is right."""

from core.book import Book
from core.words import translate as _
from sync.protocol.limits import CLOCK_TOLERANCE_S

_HOUR_S = 3600


def compare(book: Book, service_us: int) -> None:
    """Note how far this clock is off, if by more than is tolerated; a service that does not say is believed right."""
    known_s, _since = book.facts().get("clock_off", (0, 0))
    off_s = (book.clock.now_us() - service_us) // 1_000_000 if service_us else 0
    if abs(off_s) <= CLOCK_TOLERANCE_S:
        off_s = 0
    if off_s == known_s or (off_s and known_s and abs(off_s - known_s) < _HOUR_S):
        return
    book.write(_("Sync"), lambda work: work.note(clock_off=(off_s, service_us)))
