"""Checks of somebody else's portal files: a return, an e-invoice, and the signed QR of one."""

from typing import Any

from core.einvoice.portal_rules import problems_with_einvoice_json
from core.einvoice.portal_rules import totals as sums_of
from core.einvoice.signed import PORTAL_KEYS, keys_in, read_qr
from core.exchange.asking import Asking, Checked, checked
from core.exchange.parts import Part
from core.exchange.reading import read_json
from core.problems import Problem
from core.returns.schema import problems_with_return, totals
from core.words import translate as _

TEXT_KEY_WITHIN = 200
"""A question names its key at once; a payload has no key of that name."""


class AskedQr(Part):
    text: str


def check_return(asking: Asking) -> Checked:
    """A GSTR-1 or GSTR-3B by the portal's own rules, on the rows that are there."""
    value = read_json(asking.text, Any, asking.name)
    problems = problems_with_return(value)
    return checked({"accepted": not problems, "totals": totals(value)}, problems)


def check_einvoice(asking: Asking) -> Checked:
    """An INV-01, or a list of them, by the portal's own rules."""
    value = read_json(asking.text, Any, asking.name)
    problems = problems_with_einvoice_json(value)
    sums = {
        section: {key: f"{figure:.2f}" for key, figure in figures.items()}
        for section, figures in sums_of(value).items()
    }
    return checked({"accepted": not problems, "totals": sums}, problems)


def check_qr(asking: Asking) -> Checked:
    """What a signed QR says, beside who signed it and whether the signature holds: null where that cannot be tried."""
    text = asking.text.strip()
    if text.startswith("{") and '"text"' in text[:TEXT_KEY_WITHIN]:
        text = read_json(text, AskedQr, asking.name).text
    found = read_qr(text, keys_in(PORTAL_KEYS, *asking.key_folders))
    problems = []
    if found.holds is False:
        message = _("The signature is not the portal's: the text was altered, or signed by another.")
        problems.append(Problem("SIGNATURE", message, "text"))
    return checked({**found.payload, "iss": found.iss or None, "signature_holds": found.holds}, problems)
