"""What the Government's portals gave a document: its IRN with the signed QR, and its e-way bill.

The QR is drawn as the portal signed it; nothing here makes one up.
"""

import datetime as dt

from core.clock import INDIA
from core.einvoice.model import Registered
from core.eway.model import Noted
from core.paper.panel import LABEL, PLAIN, Panel, above, beside, stack, titled, wrapped
from core.paper.pen import Style
from core.paper.qr import QUIET, qr_panel
from core.paper.sheet import Say
from core.words import date_text

_MODULE = 1.02  # points: 0.36 mm, four dots of a plain office printer
_QR_MOST = 2_953  # bytes of the largest QR
_IRN = Style(7.4)


def irn_panel(registered: Registered, _: Say, room: float) -> Panel:
    """The IRN with the number and time of its acknowledgement."""
    lines = wrapped(registered.irn, room, _IRN)
    told = _("Ack no. {number} of {time}").format(
        number=registered.ack_number, time=_time_text(registered.acknowledged_at)
    )
    return titled(_("Invoice Reference Number (IRN)"), [*lines, *wrapped(told, room, PLAIN)])


def signed_qr_panel(registered: Registered, _: Say, room: float) -> Panel:
    """The portal's QR, as large as a phone needs it, with what it is; empty where there is none that a QR holds."""
    if not 0 < len(registered.signed_qr.encode()) <= _QR_MOST:
        return stack([])
    label = stack(wrapped(_("e-Invoice QR, signed by the portal"), room, LABEL))
    return above(label, beside((-QUIET * _MODULE, qr_panel(registered.signed_qr, module=_MODULE))))


def bill_text(noted: Noted, _: Say) -> str:
    """An e-way bill's number, and until when it holds where a vehicle has been entered."""
    if noted.valid_until is None:
        return noted.bill_number
    return _("{number} until {time}").format(number=noted.bill_number, time=_time_text(noted.valid_until))


def _time_text(at: dt.datetime) -> str:
    """The day and time in India: "21-11-2026 14:05"."""
    here = at.astimezone(INDIA) if at.tzinfo else at
    return f"{date_text(here.date())} {here:%H:%M}"
