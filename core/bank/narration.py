"""What a bank's words say of a payment: the reference that names it, and who paid. Pure."""


def reference_in(description: str) -> str:
    """The UTR, RRN or cheque number in a bank's description of a line; blank when there is none."""
    return ""


def payer_in(description: str) -> str:
    """The other side's name in a bank's description of a line, in capitals; blank when there is none."""
    return ""
