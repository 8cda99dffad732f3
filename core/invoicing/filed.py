"""Whether a filed return rests on a document, told from what stands alone, alike on the device and at the service.

The returns' own room takes the places named here; it lies above this one.
"""

import datetime as dt

from core.changes.record import from_image
from core.changes.standing import Stand, Standing
from core.company.model import COMPANY_ID, Company
from core.fiscal import month_bounds, period
from core.ids import Id

_LENGTH, _DERIVED = 16, 8
"""The length of an id, and the version of one made from what a file states."""


def filed_place(form: str, month: str) -> str:
    """The place that a filed return holds for ever: one a form and period."""
    return f"filed/{form}/{month}"


def is_imported(record: Id) -> bool:
    """Whether a record came by a file: its id is then made from what the file states."""
    return len(record) == _LENGTH and record[6] >> 4 == _DERIVED


def covering_return(document: Id, dated_on: dt.date, standing: Standing) -> Id | None:
    """The filed GSTR-1 that has taken a document; None while none has.

    It goes the way the papers go: from the month of their date on, the first return that covers them, and none once
    a return is not filed yet. What came in the order before a return is held to be covered by it; an imported return
    covers the imported papers of its own months.
    """
    known = standing.stand(document)
    quarterly = from_image(Company, standing.image(COMPANY_ID) or {}).filing == "quarterly"
    month, is_own = period(dated_on), True
    while known is not None:
        ends_quarter = int(month[5:]) % 3 == 0
        filed = standing.holder(filed_place("GSTR1", month))
        stand = standing.stand(filed) if filed is not None else None
        if filed is not None and stand is not None and stand.stands:
            if is_imported(filed):
                if is_own and is_imported(document):
                    return filed
            elif _came_before(known, stand):
                return filed
        elif ends_quarter or not quarterly:
            return None
        is_own = is_own and quarterly and not ends_quarter
        month = period(month_bounds(month)[1] + dt.timedelta(days=1))
    return None


def _came_before(known: Stand, filed: Stand) -> bool:
    """Until the service has ordered both, the order of this device's own log tells."""
    if filed.seq and known.seq:
        return known.seq < filed.seq
    return not filed.seq and known.entry < filed.entry
