"""Sample papers of money: a pay-in slip, a cheque returned, money given back, a letter about TDS."""

import datetime as dt

from core.ids import imported_id
from core.paper import PayIn, SlipCheque
from core.receipts.model import Cheque, Payback, Reversal
from core.tds.letters import LetterLine, TdsLetter
from core.tds.matching import Outcome
from tests.core.paper.house import AFAR, DAY, LOCAL, SELLER

_ASKED = (Outcome.MISSING, Outcome.SHORT, Outcome.WRONG_SECTION, Outcome.OTHER_QUARTER, Outcome.NOT_FINAL)


def slip(count: int = 5, language: str = "en") -> PayIn:
    """Cheques paid in together."""
    banks = ("Canara Bank", "State Bank of India", "The Karnataka State Co-operative Apex Bank Limited", "")
    cheques = tuple(
        SlipCheque(
            f"{402_118 + 37 * n:06d}", DAY - dt.timedelta(n), banks[n % 4],
            f"{LOCAL.name if n % 2 else AFAR.name}", 27_039_50 * (n + 1),
        )
        for n in range(count)
    )  # fmt: skip
    return PayIn(
        SELLER, DAY, SELLER.bank.name, SELLER.bank.account, SELLER.bank.ifsc, cheques, "0117", language
    )


def returned() -> Reversal:
    """A cheque that the bank returned, with its charges."""
    return Reversal(
        "KPX/26-27/0003", "KPX", DAY, DAY, imported_id("receipt", "1"), "KPR/26-27/0407", SELLER, LOCAL,
        1_59_271_00, reason="Funds insufficient", charges_paise=590_00,
        cheque=Cheque("402266", DAY - dt.timedelta(8), "Canara Bank", "Peenya"),
    )  # fmt: skip


def given_back() -> Payback:
    """Money given back out of a receipt."""
    return Payback(
        "KPY/26-27/0001", "KPY", DAY, SELLER, LOCAL, 2_500_00, imported_id("receipt", "2"), "KPR/26-27/0021",
        reference="SBIN326325000123", reason="Paid twice",
    )  # fmt: skip


def tds_letter(count: int = 7, language: str = "en") -> TdsLetter:
    """Every kind of difference, some of them of several bills."""
    lines = tuple(
        LetterLine(
            tuple(f"KP/26-27/{12 * n + m:04d}" for m in range(1 + n % 3)), f"KPR/26-27/{n:04d}",
            DAY - dt.timedelta(40 + n), 2_79_754_00 + n, 4_742_00, 0 if n % 5 == 0 else 4_000_00, "1024",
            _ASKED[n % 5], "1027" if n % 5 == 2 else "2026-09-30" if n % 5 == 3 else "", 2, 2026,
        )
        for n in range(count)
    )  # fmt: skip
    return TdsLetter(DAY, 2026, SELLER, AFAR, SELLER.pan, "CHEA41325A", lines, language)
