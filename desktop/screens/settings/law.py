"""Law decides: what is in force, what a pack of facts would change, taking it, the list of codes. Free of Qt."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from core.errors import BahiError
from core.exchange.tables import read_tables
from core.facts import Facts
from core.facts.changes import FactChange, changes_in
from core.facts.folder import apply_pack, import_hsn_list, readable_pack
from core.facts.pack import PACK_BYTES_MAX, Pack
from core.words import date_text, money_text, rate_text
from core.words import translate as _
from desktop.ports import Desk

HSN_FILE_BYTES_MAX = 128 << 20
_NOT_TOLD = ("from", "to", "source", "confirmed")


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack that was read and not taken: what it is, and what it would change; what alters the past stands apart."""

    title: str
    text: str
    ahead: Sequence[tuple[str, str]]
    past: Sequence[tuple[str, str]]
    data: bytes
    file: str


class LawView(Protocol):
    """The page."""

    def show_law(self, facts: Sequence[tuple[str, str]]) -> None:
        """What is in force today."""
        ...

    def show_offer(self, offer: Offer | None) -> None:
        """A pack that may be taken; None: none."""
        ...

    def show_done(self, text: str) -> None:
        """What was done."""
        ...

    def show_refusal(self, error: Exception) -> None:
        """Why a file was refused."""
        ...


class Law:
    """Shows what is in force; a pack is first shown, then taken. Issued papers keep what they were issued by."""

    def __init__(self, view: LawView, desk: Desk, folder: Path) -> None:
        self._view = view
        self._desk = desk
        self._folder = folder

    def load(self) -> None:
        """Show what is in force today."""
        today = self._desk.calendar.today()
        self._desk.runner.network(lambda: in_force(Facts.in_force(), today), self._view.show_law)

    def read_pack(self, file: Path) -> None:
        """Show what a pack would change."""
        question = partial(offer_of, file, self._folder, self._desk.calendar.today())
        self._desk.runner.network(question, self._view.show_offer, self._view.show_refusal)

    def take(self, offer: Offer) -> None:
        """Take the pack that was shown."""
        task = partial(apply_pack, offer.data, self._folder, file=offer.file)
        self._desk.runner.network(task, self._on_taken, self._view.show_refusal)

    def leave(self) -> None:
        """Take nothing."""
        self._view.show_offer(None)

    def take_codes(self, file: Path) -> None:
        """Take the portal's list of HSN and SAC codes."""
        self._desk.runner.network(
            partial(_taken_codes, file, self._folder), self._on_codes, self._view.show_refusal
        )

    def _on_taken(self, pack: Pack) -> None:
        self._view.show_offer(None)
        self._view.show_done(_("The facts of {version} are in force.").format(version=pack.version))
        self.load()

    def _on_codes(self, count: int) -> None:
        self._view.show_done(_("{count} codes of goods and services were taken in.").format(count=count))
        self.load()


def in_force(facts: Facts, on: dt.date) -> list[tuple[str, str]]:
    """What a bookkeeper asks of the law of a day, each in a line."""
    rates = ", ".join(rate_text(rate) for rate in sorted(facts.rates_on(on)))
    return [
        (_("Facts of"), facts.version),
        (_("Rates of GST"), rates),
        (
            _("Large sale to a consumer"),
            _("above {amount}").format(amount=money_text(facts.limit("b2cl", on))),
        ),
        (
            _("E-invoice"),
            _("turnover above {amount}").format(amount=money_text(facts.limit("einvoice_turnover", on))),
        ),
        (_("E-way bill"), _("goods above {amount}").format(amount=money_text(facts.limit("ewaybill", on)))),
        (_("GSTR-1 file"), facts.schema_version("gstr1", on)),
        (_("Bank rate"), rate_text(facts.bank_rate_bp(on))),
        (_("HSN and SAC codes"), facts.hsn_source() or _("the selection that comes with Bahi")),
    ]


def offer_of(file: Path, folder: Path, today: dt.date) -> Offer:
    """A pack's changes in words. Raises BahiError when it cannot be read or taken."""
    data = _bytes_of(file, PACK_BYTES_MAX)
    pack = readable_pack(data, folder, file=file.name)
    found = changes_in(pack, Facts.in_force())
    ahead = [change_text(one) for one in found if not one.alters_past(today)]
    past = [change_text(one) for one in found if one.alters_past(today)]
    return Offer(
        _("Facts of {version}").format(version=pack.version),
        pack.about or _("Signed by {key}").format(key=pack.key),
        ahead,
        past,
        data,
        file.name,
    )


def change_text(change: FactChange) -> tuple[str, str]:
    """One change: what it is about, and how it was and would be."""
    words = {
        "added": _("new"),
        "ended": _("ends"),
        "altered": _("changes"),
        "removed": _("taken out"),
        "sourced": _("another source"),
    }
    since = "" if change.since is None else _("from {date}").format(date=date_text(change.since))
    before, after = _told(change.before), _told(change.after)
    figures = after if not before or before == after else f"{before} → {after}" if after else before
    return f"{change.name}", " · ".join(part for part in (words[change.what], since, figures) if part)


def _told(fact: dict[str, object] | None) -> str:
    if fact is None:
        return ""
    plain = [str(value) for name, value in fact.items() if name not in _NOT_TOLD and value not in (None, "")]
    return " ".join(plain[1:] or plain)[:120]


def _taken_codes(file: Path, folder: Path) -> int:
    sheets = read_tables(_bytes_of(file, HSN_FILE_BYTES_MAX), file.name)
    return import_hsn_list(sheets, folder, source=file.name)


def _bytes_of(file: Path, most: int) -> bytes:
    """The file's bytes, one more than may be, so that whoever reads them sees that it is too large."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        message = _("{file} could not be read.").format(file=file.name)
        raise BahiError(message, remedy=str(error.strerror or "")) from error
