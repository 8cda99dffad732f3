"""An interchange file that names every key of money once, small enough to be read."""

from tests.core.exchange.samples import INVOICE, LOTUS, Json, a_file

SECOND: Json = {**INVOICE, "number": "NI/26-27/0043", "date": "2026-05-06", "due_date": None, "totals": None}
TERMS: Json = {
    **LOTUS, "group": "Food", "salesperson": "Asha", "branch": "Chennai", "agreed_in_writing": True,
    "interest": {"rate": "18.5", "rests": "monthly", "grace_days": 7}, "payer_names": ["LOTUSFOODS"],
}  # fmt: skip
ACCOUNT: Json = {
    "code": "CC", "name": "Current", "bank": "Example Bank", "number": "0001 1122 2333", "ifsc": "EXAM0000001",
    "layout": {"date": "Txn Date", "description": "Narration", "amount": "Amount", "sign": "Dr/Cr", "day_first": True},
    "opened_on": "2026-04-01", "opening": "5000.00",
}  # fmt: skip
CHEQUE: Json = {
    "number": "R/1", "date": "2026-06-05", "party": "LOTUS", "mode": "cheque", "amount": "6087.00",
    "bank_account": "CC",
    "cheque": {"number": "004711", "date": "2026-06-20", "bank": "Canara Bank", "branch": "Fort"},
    "allocations": [{"document": "NI/26-27/0042", "amount": "6087.00"}],
}  # fmt: skip
MONEY: Json = {
    "number": "R/2", "date": "2026-06-28", "party": "LOTUS", "mode": "neft", "reference": "UTR1", "amount": "7000.00",
    "deductions": [{"kind": "tds", "code": "1024", "amount": "104.00"}],
    "allocations": [
        {"document": "NI/26-27/0043", "amount": "500.00", "until": "2026-07-02", "reason": "The wrong bill"},
        {"document": "NI/26-27/0042", "amount": "6080.00"},
    ],
}  # fmt: skip
R1: Json = {"number": "R/1", "date": "2026-06-05"}
R2: Json = {"number": "R/2", "date": "2026-06-28"}
BILL: Json = {"number": "NI/26-27/0042", "date": "2026-05-04"}
PAYBACK: Json = {
    "number": "Y/1", "date": "2026-07-10", "party": "LOTUS", "credit": R2, "amount": "1000.00", "mode": "neft",
    "reference": "PB1", "reason": "Paid too much", "bank_account": "CC",
    "paid": [{**R2, "amount": "400.00", "until": "2026-07-11", "reason": "Mistake"}, {**R2, "amount": "1000.00"}],
}  # fmt: skip
REVERSAL: Json = {
    "number": "X/1", "date": "2026-06-25", "paper": R1, "cause": "bounced", "reason": "Funds insufficient",
    "charges": "295.00",
}  # fmt: skip
LINE: Json = {
    "account": "CC", "date": "2026-06-28", "amount": "7000.00", "description": "NEFT UTR1 LOTUS", "reference": "UTR1",
    "value_date": "2026-06-28", "balance": "12000.00", "source": "june.csv", "place": 1, "match": 1,
}  # fmt: skip
CHARGE: Json = {
    "account": "CC", "date": "2026-06-29", "amount": "-11.80", "description": "SMS CHRG",
    "set_aside": {"on": "2026-07-01", "reason": "bank_charge", "note": "Monthly"},
}  # fmt: skip
SEEN: Json = {
    "form": "168", "tan": "CHEL01234C", "deductor": "LOTUS FOODS", "code": "1024", "year": 2026, "quarter": 1,
    "paid_on": "2026-06-28", "paid": "5209.00", "deducted": "104.00", "deposited": "104.00", "status": "F",
    "booked_on": "2026-07-20", "seen_on": "2026-07-25", "link": 1, "claimed": {"year": 2026, "on": "2026-08-01"},
    "forms": [1],
}  # fmt: skip
CERTIFICATE: Json = {
    "form": "131", "number": "C-1", "tan": "CHEL01234C", "code": "1024", "year": 2026, "quarter": 1,
    "deducted": "104.00", "issued_on": "2026-08-15", "party": "LOTUS", "note": "By post",
}  # fmt: skip
OF_MONEY: Json = {
    "bank_accounts": [ACCOUNT],
    "receipts": [CHEQUE, MONEY],
    "paybacks": [PAYBACK],
    "reversals": [REVERSAL],
    "deposits": [{"date": "2026-06-21", "receipts": [R1], "bank_account": "CC", "slip": "S-7"}],
    "clearings": [{**R2, "on": "2026-06-28"}],
    "write_offs": [
        {**BILL, "on": "2026-06-28", "amount": "7.00", "reason": "rounding", "receipt": R2},
        {"number": "NI/26-27/0043", "date": "2026-05-06", "on": "2026-07-01", "amount": "100.00",
         "reason": "settlement", "note": "Agreed", "until": "2026-07-09", "undone_reason": "It came"},
    ],
    "bank_lines": [LINE, CHARGE],
    "matches": [{"match": 1, "on": "2026-07-01", "papers": [{**R2, "amount": "7000.00"}], "reason": "Reference",
                 "confidence": 95}],
    "tds_seen": [SEEN],
    "tds_forms": [{"form": 1, "year": 2026, "made_on": "2026-07-25", "source": "168.txt"}],
    "tds_links": [{"link": 1, "on": "2026-08-01", "receipts": [R2], "note": "By letter"}],
    "tds_certificates": [CERTIFICATE],
    "acceptances": [{**BILL, "delivered_on": "2026-05-05", "objected_on": "2026-05-06", "removed_on": "2026-05-09",
                     "noted_on": "2026-05-10", "note": "Leaking"}],
    "closes": [
        {"through": "2026-04-30", "on": "2026-05-02", "first": "2026-04", "note": "April",
         "reopened": {"on": "2026-05-03", "reason": "A bill was forgotten"}},
        {"through": "2026-05-31", "on": "2026-08-02", "first": "2026-04"},
    ],
}  # fmt: skip


def a_money_file(**other: object) -> Json:
    """The file, with other keys in place of its own."""
    return a_file(
        **{"documents": [INVOICE, SECOND], "parties": [TERMS, a_file()["parties"][1]], **OF_MONEY, **other}
    )
