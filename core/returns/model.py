"""What a return is made of, and what was filed. Shapes only; the sections are built in gstr1.py and gstr3b.py.

A period is written YYYY-MM; a quarter by its last month. Money is paise, rates are basis points.
"""

import datetime as dt
from typing import Literal

import msgspec

from core.advances.rules import Move
from core.changes.record import Record
from core.ids import Id
from core.invoicing.model import Document

Form = Literal["GSTR1", "IFF", "GSTR3B"]


class Reported(msgspec.Struct, frozen=True):
    """A document as a return takes it. `original` is what a note answers, `amended` what an amendment takes the
    place of, where the book has them.

    `id` is None for a file that is settled without a book.
    """

    document: Document
    id: Id | None = None
    original: Document | None = None
    amended: Document | None = None


class UsedNumber(msgspec.Struct, frozen=True):
    """A number used in a period, for Table 13. `nature` is the portal's doc_num (1 invoice .. 12 challan).

    `state` is issued, cancelled or draft (given to a paper that was never issued: it counts as cancelled).
    """

    nature: int
    number: str
    state: Literal["issued", "cancelled", "draft"] = "issued"


class PeriodAmendment(Record):
    """A correction of a filed period's summary row: `section` b2cs, at or txpd. Figures are the corrected ones."""

    section: str
    period: str
    place_of_supply: str
    rate_bp: int
    taxable_paise: int
    cess_paise: int = 0
    applicable_percent_bp: int = 10_000
    reported_in: str = ""
    origin: str = "here"
    stated: bytes = b""


class Month(msgspec.Struct, frozen=True):
    """All that a return of one period is made of. `documents` are those that stand, cancelled ones left out.

    `supplier_state` is the company's, `supplier_in_sez` whether it is a unit of a SEZ, from where all supplies are
    between States; `turnover_paise` last year's, for the digits of HSN codes. `furnished` are the papers of a quarter
    that an IFF has told already: in its GSTR-1 they count in Table 12 alone.
    """

    gstin: str
    supplier_state: str
    period: str
    turnover_paise: int = 0
    filing: Literal["monthly", "quarterly"] = "monthly"
    documents: tuple[Reported, ...] = ()
    advances: tuple[Move, ...] = ()
    amendments: tuple[PeriodAmendment, ...] = ()
    numbers: tuple[UsedNumber, ...] = ()
    furnished: tuple[Reported, ...] = ()
    supplier_in_sez: bool = False

    def is_inter_state(self, place: str) -> bool:
        """Whether a supply of the company to a place is between States (IGST Act, s. 7)."""
        return self.supplier_in_sez or place != self.supplier_state


class SectionSum(Record):
    """What one section of a filed return came to."""

    section: str
    count: int
    taxable_paise: int
    igst_paise: int = 0
    cgst_paise: int = 0
    sgst_paise: int = 0
    cess_paise: int = 0


class Filed(Record):
    """A paper: this return was filed. It covers the papers of its period up to `covers_seq` of the log, and those of
    the device that filed it up to its `covers_number`; an imported one the imported papers of its period alone.

    `digest` is over the file that was sent (empty for an imported one). `covers_earlier` are epoch and number of the
    same device's earlier epochs, as far as the book had them. `exceptions` are papers that an imported one does not
    cover though they are dated in its months (they came after it), or covers though they are not.
    """

    form: str
    period: str
    filed_on: dt.date
    device: Id = b""
    epoch: int = 0
    covers_seq: int = 0
    covers_number: int = 0
    arn: str = ""
    sums: tuple[SectionSum, ...] = ()
    digest: bytes = b""
    origin: str = "here"
    stated: bytes = b""
    covers_earlier: tuple[tuple[int, int], ...] = ()
    exceptions: tuple[Id, ...] = ()


class NumberUnused(Record):
    """A paper: this number was used up by a paper that was never issued; it is reported as cancelled."""

    type: str
    number: str
    dated_on: dt.date
    reason: str = ""
    origin: str = "here"
    stated: bytes = b""


class GapExplained(Record):
    """Why a number was never used, in the user's words; empty takes the explanation back.

    `year` is the one the financial year starts in.
    """

    type: str = ""
    year: int = 0
    number: str = ""
    words: str = ""
