"""What the first run asks of a company, and how its answers become one. Free of Qt."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from core.company.model import Address, Bank, Company, Registration
from core.facts import Facts
from core.gst.gstin import LENGTH, GstinAnswer, check, problem_of
from core.problems import Problem
from core.words import translate as _
from desktop.screens.first_run.books import SUFFIX

_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_NAME_MAX = 60
PASSPHRASE_MIN = 8
_FIELDS = {"registration.gstin": "gstin", "registration.state_code": "state", "registration.kind": "gstin"}


def states() -> list[tuple[str, str]]:
    """Every State a company may be registered in: (code, name), by name."""
    living = [state for state in Facts.in_force().states().values() if state.in_gstin and not state.retired]
    return sorted(((state.code, state.name) for state in living), key=lambda state: state[1])


def state_name(code: str) -> str:
    """The name of a State code; empty for an unknown one."""
    state = Facts.in_force().state(code)
    return "" if state is None else state.name


def gstin_answer(typed: str, *, is_whole: bool) -> tuple[GstinAnswer | None, Problem | None]:
    """What a typed GSTIN shows, and what is wrong with it; nothing of either while more is to be typed."""
    if not typed.strip() or (len(typed.strip()) < LENGTH and not is_whole):
        return None, None
    answer = check(typed)
    return answer, None if answer.valid else problem_of(answer, "gstin")


def company_of(values: Mapping[str, Any]) -> Company:
    """The company that the form's values describe; who has a GSTIN is registered."""
    gstin, state = values["gstin"], values["state"].value if values["state"] else ""
    return Company(
        legal_name=values["legal_name"],
        trade_name=values["trade_name"],
        registration=Registration(
            kind="registered" if gstin else "unregistered", gstin=gstin, state_code=state
        ),
        pan=values["pan"],
        address=Address(
            line1=values["line1"], city=values["city"], state_code=state, pincode=values["pincode"]
        ),
        phone=values["phone"],
        email=values["email"],
        bank=Bank(upi_id=values["upi_id"]),
    )


def book_name(company_name: str) -> str:
    """A name for the file of a company's book, fit for every system; empty for an empty name."""
    name = _UNFIT.sub(" ", company_name)
    return " ".join(name.split())[:_NAME_MAX].strip(" .")


def for_form(problems: Iterable[Problem]) -> list[Problem]:
    """Problems with a company, each at the field of the form that shows it."""
    return [replace(problem, field=_FIELDS.get(problem.field, problem.field)) for problem in problems]


def book_path(typed: str) -> Path:
    """The file a typed place means; the suffix may be left out."""
    path = Path(typed).expanduser()
    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def problems_with_passphrase(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a passphrase typed twice; blank is none."""
    typed, again = values["passphrase"], values["again"]
    if typed and len(typed) < PASSPHRASE_MIN:
        return [Problem("SHORT", _("A passphrase has at least 8 characters."), "passphrase")]
    if typed != again:
        return [Problem("AGAIN", _("The two do not agree."), "again")]
    return []
