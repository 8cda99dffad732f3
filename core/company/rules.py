"""What must be true of the company: a name, a State, and a GSTIN that is one."""

from collections.abc import Iterator

from core.changes.record import Record
from core.company.model import Address, Company, Registration
from core.gst.gstin import problems_with_gstin
from core.problems import Problem
from core.words import translate as _

AMOUNT_MAX_PAISE = 10**15
"""No amount is larger: what adds up stays far below what a row can hold."""


def problems_with_company(company: Company) -> Iterator[Problem]:
    """Each thing wrong with the company's record."""
    if not company.legal_name.strip():
        yield Problem(code="REQUIRED", message=_("The company needs its legal name."), field="legal_name")
    yield from problems_with_registration(company.registration)
    if company.rounding not in ("none", "rupee"):
        yield Problem(code="CHOICE", message=_("Rounding is none or rupee."), field="rounding")
    if company.filing not in ("monthly", "quarterly"):
        yield Problem(code="CHOICE", message=_("Returns are filed monthly or quarterly."), field="filing")
    if not 0 <= company.write_off_limit_paise <= AMOUNT_MAX_PAISE:
        message = _("A limit is not negative, and no absurd amount.")
        yield Problem("RANGE", message, "write_off_limit_paise")


def problems_with_registration(registration: Registration) -> Iterator[Problem]:
    """GSTIN, kind and State agree: a registered one has a GSTIN, and its first two digits are the State."""
    if registration.gstin:
        yield from problems_with_gstin(registration.gstin, "registration.gstin")
        elsewhere = not registration.gstin.startswith(registration.state_code)
        if elsewhere and registration.kind != "overseas":
            yield Problem(
                code="STATE_GSTIN",
                message=_("The GSTIN belongs to another State than the one chosen."),
                field="registration.state_code",
                remedy=_("Choose the State of the GSTIN's first two digits, or correct the GSTIN."),
            )
    elif registration.kind in ("registered", "composition", "sez", "deemed_export", "uin", "government"):
        yield Problem(
            code="GSTIN_REQUIRED",
            message=_("A party of this kind has a GSTIN."),
            field="registration.gstin",
            remedy=_("Enter the GSTIN, or choose the kind unregistered."),
        )


def is_blank(record: Record) -> bool:
    """Whether a record says nothing that its defaults do not say."""
    return record == type(record)()


def state_of(registration: Registration, address: Address) -> str:
    """The State code someone belongs to: the GSTIN's first, else the chosen one, else the address's."""
    return registration.gstin[:2] or registration.state_code or address.state_code
