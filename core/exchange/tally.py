"""Papers as vouchers that Tally imports: one ENVELOPE of XML, masters before vouchers.

Sign rule of Tally: a debit is ISDEEMEDPOSITIVE Yes with a negative AMOUNT, a credit No with a positive one; the
amounts of a voucher add up to nought, and a line's bills carry its sign and add up to it. What is posted is what the
paper itself posts; nothing is worked out again. Ledger names are Tally's user's own: these can be renamed there.

Sources: XML of TallyPrime as public connectors read and write it; Tally's developer reference, case study 1.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from core.advances.model import ReceiptVoucher, RefundVoucher
from core.invoicing.model import Document
from core.ledger.model import Account, Posting
from core.money import rupees

NEW, AGAINST, ADVANCE, ON_ACCOUNT = "New Ref", "Agst Ref", "Advance", "On Account"
DEBTORS_GROUP, BANK_GROUP = "Sundry Debtors", "Bank Accounts"
RETURNS = "Sales Returns"
LEDGERS: Mapping[str, tuple[str, str]] = {
    Account.SALES: ("Sales", "Sales Accounts"),
    Account.OUTPUT_IGST: ("Output IGST", "Duties & Taxes"),
    Account.OUTPUT_CGST: ("Output CGST", "Duties & Taxes"),
    Account.OUTPUT_SGST: ("Output SGST", "Duties & Taxes"),
    Account.OUTPUT_CESS: ("Output Cess", "Duties & Taxes"),
    Account.OTHER_CHARGES: ("Other Charges", "Indirect Incomes"),
    Account.ROUND_OFF: ("Round Off", "Indirect Expenses"),
    Account.BANK: ("Bank", BANK_GROUP),
    Account.CASH: ("Cash", "Cash-in-Hand"),
    Account.TDS_RECEIVABLE: ("TDS Receivable", "Loans & Advances (Asset)"),
    Account.GST_TDS_RECEIVABLE: ("GST TDS Receivable", "Loans & Advances (Asset)"),
    Account.RETENTION: ("Retention Money", "Loans & Advances (Asset)"),
    Account.BANK_CHARGES: ("Bank Charges", "Indirect Expenses"),
    Account.OTHER_DEDUCTIONS: ("Other Deductions", "Indirect Expenses"),
    Account.OPENING: ("Opening Balances", "Suspense A/c"),
    Account.INTEREST: ("Interest Received", "Indirect Incomes"),
    Account.EXCHANGE_DIFFERENCE: ("Exchange Difference", "Indirect Expenses"),
    Account.BAD_DEBTS: ("Bad Debts", "Indirect Expenses"),
}
"""The name and the group of the ledger of each account; debtors have one ledger a party."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Bill(NamedTuple):
    """So much of a party's line stands for one bill; `paise` is positive for a debit."""

    sort: str
    name: str
    paise: int


class Instrument(NamedTuple):
    """How money moved through the bank: by what, under which number, and when the bank told it."""

    sort: str
    dated_on: dt.date
    number: str = ""
    transfer: str = ""
    bank: str = ""
    branch: str = ""
    party: str = ""
    told_on: dt.date | None = None


class Entry(NamedTuple):
    """One line of a voucher; `paise` is positive for a debit."""

    ledger: str
    paise: int
    bills: tuple[Bill, ...] = ()
    group: str = ""
    instrument: Instrument | None = None


class Voucher(NamedTuple):
    """A paper as Tally books it."""

    sort: str
    dated_on: dt.date
    number: str
    party: str
    entries: tuple[Entry, ...]
    narration: str = ""


class Use(NamedTuple):
    """So much of a credit settles the bill of this number."""

    number: str
    paise: int


def document_voucher(
    document: Document, *, party: str = "", uses: Sequence[Use] | None = None
) -> Voucher | None:
    """A document's voucher; None for one that posts nothing.

    `uses` is what a credit note settles, its original alone when nothing is told; the rest stays on account.
    """
    party = party or document.buyer.name
    owed = debtors(document.postings)
    if not document.postings:
        return None
    if document.opening:
        sort = "Journal"
    elif owed < 0:
        sort = "Credit Note"
    else:
        sort = {"INV": "Sales", "CRN": "Credit Note"}.get(document.type, "Debit Note")
    if not owed:  # paise that are rounded off: they are posted, and nobody owes them
        bills = []
    elif owed > 0:
        bills = [Bill(NEW, document.number, owed)]
    else:
        answered = document.original or document.amends
        if uses is None:
            uses = [Use(answered.number, -owed)] if answered is not None else []
        bills = bills_of(uses, -owed, Bill(ON_ACCOUNT, "", 0))
    renamed = {Account.SALES.value: RETURNS} if owed < 0 else {}
    entries = entries_of(document.postings, party, bills, renamed=renamed)
    said = " ".join(part for part in (document.reference, document.note) if part)
    return Voucher(sort, document.dated_on, document.number, party, entries, said)


def advance_voucher(voucher: ReceiptVoucher, *, party: str = "", uses: Sequence[Use] = ()) -> Voucher | None:
    """A receipt voucher's: an advance under its own number as far as it is not set against bills."""
    return _received(voucher, party, uses, Bill(ADVANCE, voucher.number, 0))


def refund_voucher(refund: RefundVoucher, *, party: str = "") -> Voucher | None:
    """A refund voucher's: paid out against the advance that it gives back."""
    party = party or refund.buyer.name
    owed = debtors(refund.postings)
    if not owed:
        return None
    bills = [Bill(AGAINST, refund.voucher_number, owed)]
    bank = {Account.BANK.value: refund.seller.bank.name}
    entries = entries_of(refund.postings, party, bills, renamed=bank)
    return Voucher("Payment", refund.dated_on, refund.number, party, entries, refund.reason)


def _received(voucher: ReceiptVoucher, party: str, uses: Sequence[Use], left: Bill) -> Voucher | None:
    party = party or voucher.buyer.name
    owed = debtors(voucher.postings)
    if not owed:
        return None
    bank = {Account.BANK.value: voucher.seller.bank.name}
    entries = entries_of(voucher.postings, party, bills_of(uses, -owed, left), renamed=bank)
    said = voucher.reference or voucher.note
    return Voucher("Receipt", voucher.dated_on, voucher.number, party, entries, said)


def debtors(postings: Iterable[Posting]) -> int:
    """What postings debit the party with; below nought what they credit it with."""
    return sum(each.paise for each in postings if each.account == Account.DEBTORS)


def bills_of(uses: Sequence[Use], credited: int, left: Bill) -> list[Bill]:
    """The bills of a credited line: each that is settled, then what is left."""
    found = [Bill(AGAINST, use.number, -use.paise) for use in uses if use.paise]
    rest = credited - sum(use.paise for use in uses)
    return [*found, left._replace(paise=-rest)] if rest else found


def entries_of(
    postings: Sequence[Posting],
    party: str,
    bills: Iterable[Bill],
    *,
    renamed: Mapping[str, str],
    instrument: Instrument | None = None,
) -> tuple[Entry, ...]:
    """The party's line with its bills, then one line for each other account; the first of the bank bears the
    instrument."""
    owed = Entry(party, debtors(postings), tuple(bills), DEBTORS_GROUP)
    others = []
    for each in postings:
        if each.account != Account.DEBTORS:
            name, group = LEDGERS.get(each.account, (each.account.replace("_", " ").title(), "Suspense A/c"))
            is_bank = each.account == Account.BANK
            told, instrument = (instrument, None) if is_bank else (None, instrument)
            others.append(Entry(renamed.get(each.account) or name, each.paise, (), group, told))
    return (owed, *others) if owed.paise else tuple(others)


def envelope(company: str, vouchers: Iterable[Voucher], *, with_masters: bool = False) -> str:
    """One ENVELOPE for Tally's import; with masters, every ledger that a voucher names comes before all vouchers."""
    vouchers = list(vouchers)
    root = Xml.Element("ENVELOPE")
    _leaf(Xml.SubElement(root, "HEADER"), "TALLYREQUEST", "Import Data")
    data = Xml.SubElement(Xml.SubElement(root, "BODY"), "IMPORTDATA")
    request = Xml.SubElement(data, "REQUESTDESC")
    _leaf(request, "REPORTNAME", "All Masters" if with_masters else "Vouchers")
    _leaf(Xml.SubElement(request, "STATICVARIABLES"), "SVCURRENTCOMPANY", company)
    body = Xml.SubElement(data, "REQUESTDATA")
    if with_masters:
        ledgers = {entry.ledger: entry.group for voucher in vouchers for entry in voucher.entries}
        for name, group in sorted(ledgers.items()):
            _master(_message(body), name, group)
    for voucher in vouchers:
        _voucher(_message(body), voucher)
    Xml.indent(root, " ")
    return Xml.tostring(root, encoding="unicode") + "\n"


def _message(body: Xml.Element) -> Xml.Element:
    return Xml.SubElement(body, "TALLYMESSAGE", {"xmlns:UDF": "TallyUDF"})


def _master(message: Xml.Element, name: str, group: str) -> None:
    ledger = Xml.SubElement(message, "LEDGER", {"NAME": _clean(name), "ACTION": "Create"})
    _leaf(ledger, "NAME", name)
    _leaf(ledger, "PARENT", group)
    if group == DEBTORS_GROUP:
        _leaf(ledger, "ISBILLWISEON", "Yes")


def _voucher(message: Xml.Element, voucher: Voucher) -> None:
    head = Xml.SubElement(message, "VOUCHER", {"VCHTYPE": voucher.sort, "ACTION": "Create"})
    for name, text in (
        ("DATE", f"{voucher.dated_on:%Y%m%d}"),
        ("VOUCHERTYPENAME", voucher.sort),
        ("VOUCHERNUMBER", voucher.number),
        ("PARTYLEDGERNAME", voucher.party),
        ("PERSISTEDVIEW", "Accounting Voucher View"),
        ("ISINVOICE", "No"),
        ("NARRATION", voucher.narration),
    ):
        if text:
            _leaf(head, name, text)
    for entry in voucher.entries:
        line = Xml.SubElement(head, "ALLLEDGERENTRIES.LIST")
        _leaf(line, "LEDGERNAME", entry.ledger)
        _leaf(line, "ISDEEMEDPOSITIVE", "Yes" if entry.paise > 0 else "No")
        _leaf(line, "AMOUNT", rupees(-entry.paise))
        for bill in entry.bills:
            part = Xml.SubElement(line, "BILLALLOCATIONS.LIST")
            if bill.name:
                _leaf(part, "NAME", bill.name)
            _leaf(part, "BILLTYPE", bill.sort)
            _leaf(part, "AMOUNT", rupees(-bill.paise))
        if entry.instrument is not None:
            _bank(Xml.SubElement(line, "BANKALLOCATIONS.LIST"), entry.instrument, voucher, entry.paise)


def _bank(part: Xml.Element, instrument: Instrument, voucher: Voucher, paise: int) -> None:
    """The bank's side of a line: `BANKERSDATE` is the day the bank told it, which reconciles it in Tally."""
    for name, text in (
        ("DATE", f"{voucher.dated_on:%Y%m%d}"),
        ("INSTRUMENTDATE", f"{instrument.dated_on:%Y%m%d}"),
        ("BANKERSDATE", f"{instrument.told_on:%Y%m%d}" if instrument.told_on is not None else ""),
        ("TRANSACTIONTYPE", instrument.sort),
        ("BANKNAME", instrument.bank),
        ("BANKBRANCHNAME", instrument.branch),
        ("PAYMENTFAVOURING", instrument.party),
        ("TRANSFERMODE", instrument.transfer),
        ("INSTRUMENTNUMBER", instrument.number),
        ("PAYMENTMODE", "Transacted"),
        ("BANKPARTYNAME", instrument.party),
        ("AMOUNT", rupees(-paise)),
    ):
        if text:
            _leaf(part, name, text)


def _leaf(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """A text without signs that XML cannot carry."""
    return _NOT_XML.sub("", text)
