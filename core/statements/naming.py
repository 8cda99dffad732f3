"""What entries of an account and ages of bills are called; `say` gives the sentences of a language."""

from core.statements.model import BUCKETS
from core.words import Say, translate


def entry_name(kind: str, say: Say = translate) -> str:
    """What an entry of an account is, in words; an unknown kind as it stands."""
    _ = say
    names = {
        "INV": _("Invoice"),
        "CRN": _("Credit Note"),
        "DBN": _("Debit Note"),
        "RCT": _("Receipt"),
        "REC": _("Receipt"),
        "RCV": _("Receipt Voucher"),
        "RFV": _("Refund Voucher"),
        "RVS": _("Taken back"),
        "PBK": _("Paid back"),
        "CAN": _("Cancelled"),
        "WOF": _("Written off"),
        "WOB": _("Write-off taken back"),
    }
    return names.get(kind, kind)


def age_name(label: str, say: Say = translate) -> str:
    """What one of BUCKETS is called."""
    _ = say
    if label == BUCKETS[0]:
        return _("Not due")
    return _("{days} days").format(days=label.replace("-", "–"))


def age_names(say: Say = translate) -> tuple[str, ...]:
    """What the ages are called, in the order of BUCKETS."""
    return tuple(age_name(label, say) for label in BUCKETS)
