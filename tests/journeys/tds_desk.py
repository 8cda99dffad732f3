"""A year of TDS for journeys and pictures: deductors of every state, forms read, a certificate, a government buyer."""

import datetime as dt
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from core.book import Book
from core.company.model import Registration
from core.ids import Id
from core.parties.commands import party_in, save_party
from core.receipts.model import Deduction
from core.store.work import Work
from core.tds.commands import keep_form, note_certificate
from core.tds.reading import read_26as
from tests.core.dealings import RUPEE, a_bill, a_party, money_in

DATA = Path(__file__).parents[1] / "data"
FORM, OLD_FORM, GST_LIST = DATA / "form_168_2026.txt", DATA / "form_26as_2025.txt", DATA / "gst_tds_2026.csv"
D = dt.date


def a_year(book: Book) -> dict[str, Id]:
    """Parties by code: LOTUS (wrong section, missing), KAVERI (short), INDUS (missing), PWD (government)."""
    lotus = a_party(book, "LOTUS", tan="CHEL01234A", tds_code="194C")
    kaveri = a_party(book, "KAVERI", tan="BLRK04321C", tds_code="194J(b)")
    indus = a_party(book, "INDUS", tan="MUMI07777B", tds_code="194C")
    pwd = a_party(book, "PWD", pan="BLRP01234A")
    book.write("Party", partial(_government, pwd))
    a_bill(book, lotus, 200_000, D(2026, 5, 10), rate_bp=1800)
    a_bill(book, lotus, 75_000, D(2026, 8, 1), rate_bp=1800)
    a_bill(book, kaveri, 60_000, D(2026, 7, 2), rate_bp=1800)
    a_bill(book, indus, 450_000, D(2026, 6, 11), rate_bp=1800)
    a_bill(book, indus, 120_000, D(2026, 10, 11), rate_bp=1800)
    a_bill(book, pwd, 500_000, D(2026, 5, 20), rate_bp=1800)
    paid(book, lotus, 232_000, 4000, D(2026, 6, 2))
    paid(book, lotus, 58_000, 1000, D(2026, 8, 18))
    paid(book, lotus, 24_500, 500, D(2026, 9, 5))
    paid(book, kaveri, 64_800, 6000, D(2026, 7, 20), "1027")
    paid(book, indus, 522_000, 9000, D(2026, 6, 25))
    paid(book, indus, 139_200, 2400, D(2026, 10, 30))
    money_in(book, pwd, 580_000, D(2026, 6, 12), kept_back=(Deduction("gst_tds", 10_000 * RUPEE),))
    return {"LOTUS": lotus, "KAVERI": kaveri, "INDUS": indus, "PWD": pwd}


def _government(party: Id, work: Work) -> None:
    body = party_in(work, party)
    assert body is not None
    save_party(work, replace(body, registration=Registration("government", "29BLRP01234A1D3", "29")), party)


def paid(book: Book, party: Id, rupees: int, tds: int, on: dt.date, code: str = "1024") -> Id:
    """Money less TDS."""
    return money_in(book, party, rupees, on, kept_back=(Deduction("tds", tds * RUPEE, code),))


def read_forms(book: Book, *paths: Path) -> None:
    """Keep forms as the screen would."""
    for path in paths:
        book.write("Form", partial(keep_form, form=read_26as(path.read_bytes(), path.name)))


def hold(book: Book) -> None:
    """A certificate of the first quarter."""
    book.write("Hold", partial(
        note_certificate, form="131", number="KLMNOPQ", tan="CHEL01234A", code="1024", year=2026, quarter=1,
        deducted_paise=4000 * RUPEE, issued_on=D(2026, 8, 14), note="by e-mail",
    ))  # fmt: skip
