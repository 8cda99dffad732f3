"""How acceptances and bookings become rows; the notes themselves are documents."""

from core.changes.standing import State
from core.interest.kinds import ACCEPTED, BOOKED, TAXED
from core.interest.model import Acceptance, Booking, Taxing
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.interest import acceptances, interest_bookings


def project_acceptance(rows: Rows, applied: Applied) -> None:
    """One row each; the one noted last counts. A held one counts for nothing."""
    acceptance: Acceptance = applied.body
    if applied.state is not State.HELD:
        rows.insert(
            acceptances,
            id=applied.record,
            document=acceptance.document,
            delivered_on=acceptance.delivered_on,
            objected_on=acceptance.objected_on,
            removed_on=acceptance.removed_on,
            noted_on=acceptance.noted_on,
            note=acceptance.note,
        )
    rows.touch("interest", acceptance.document)


def project_booking(rows: Rows, applied: Applied) -> None:
    """Up to which day a note has charged interest."""
    booking: Booking = applied.body
    rows.insert(
        interest_bookings,
        id=applied.record,
        document=booking.document,
        note=booking.note,
        from_on=booking.from_on,
        upto_on=booking.upto_on,
        interest_paise=booking.interest_paise,
    )
    rows.touch("interest", booking.document)


def project_taxing(rows: Rows, applied: Applied) -> None:
    """Nothing is written: the place that it holds is all."""
    taxing: Taxing = applied.body
    rows.touch("interest", taxing.note)


PROJECTIONS: dict[str, Projection] = {
    ACCEPTED.name: project_acceptance,
    BOOKED.name: project_booking,
    TAXED.name: project_taxing,
}
