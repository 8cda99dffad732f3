"""Which day's rate a supply bears when the rate changes between supply, invoice and payment (CGST Act, s. 14).

Two of the three on one side of the change decide.
"""

import datetime as dt


def day_of_rate(
    supplied_on: dt.date, invoiced_on: dt.date, paid_on: dt.date | None, changed_on: dt.date
) -> dt.date:
    """Gives the day whose rate applies: the time of supply by s. 14 where the three lie on both sides of the change.

    `changed_on` is the first day of the new rate; not yet paid (None) is paid after it. Where all three lie on one
    side it is the earlier of invoice and payment, as ever (s. 12 and 13). A supply after the change that was invoiced
    before it and is not yet paid bears the rate of the day of supply.
    """
    supplied_before, invoiced_before = supplied_on < changed_on, invoiced_on < changed_on
    paid_before = paid_on is not None and paid_on < changed_on
    if paid_on is None:
        if supplied_before or not invoiced_before:
            return invoiced_on
        return supplied_on
    if supplied_before and invoiced_before != paid_before:  # (a)(ii), (iii): the one before the change
        return min(invoiced_on, paid_on)
    if not supplied_before and invoiced_before != paid_before:  # (b)(i), (iii): the one after it
        return max(invoiced_on, paid_on)
    return min(invoiced_on, paid_on)  # (a)(i), (b)(ii), and no change between them
