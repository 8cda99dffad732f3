"""What the department and the deductors say of tax deducted from us, in and out: credits, certificates, links, claims.

What was undone is left out: a credit says what it is now.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.changes.standing import State
from core.errors import RuleBroken
from core.exchange import figures
from core.exchange.bank_model import FileCertificate, FileClaimed, FileSeen, FileTdsForm, FileTdsLink
from core.exchange.finding import RECEIPT
from core.exchange.model import BahiFile
from core.exchange.named import claims_in, named_papers
from core.exchange.outgoing import Names
from core.exchange.reading import Findings
from core.exchange.register import Register
from core.exchange.report import Tally
from core.ids import Id
from core.problems import Problem
from core.store.work import Work
from core.tds.kinds import CERTIFIED, CLAIMED, FORM_SEEN, LINKED, SEEN
from core.tds.model import Certificate, Claimed, FormSeen, Linked, Seen
from core.tds.rules import bare, certificate_id, claimed_place, form_id, line_id, linked_place, seen_id
from core.words import translate as _

_LIVE = State.LIVE


def take_tds(work: Work, register: Register, file: BahiFile, findings: Findings, tally: Tally) -> None:
    """Take in `tds_seen` with what was claimed of them, `tds_certificates`, `tds_forms` and `tds_links`."""
    linked: dict[int, list[Id]] = {}
    shown: dict[int, set[Id]] = {}
    for n, given in enumerate(file.tds_seen):
        with findings.within(f"tds_seen[{n}]"):
            seen = _seen(given)
            record = seen_id(seen)
            tally.count("tds_seen", was_known=not work.record(SEEN, record, seen))
            if given.link is not None:
                linked.setdefault(given.link, []).append(record)
            for form in given.forms:
                shown.setdefault(form, set()).add(line_id(seen))
            if given.claimed is not None:
                _claim(work, register, seen, given.claimed)
    for n, certificate in enumerate(file.tds_certificates):
        with findings.within(f"tds_certificates[{n}]"):
            body = _certificate(register, certificate)
            known = not work.record(CERTIFIED, certificate_id(body), body)
            tally.count("tds_certificates", was_known=known)
    _take_forms(work, file, shown, findings, tally)
    _take_links(work, register, file, linked, findings, tally)


def _take_forms(
    work: Work, file: BahiFile, shown: dict[int, set[Id]], findings: Findings, tally: Tally
) -> None:
    named: set[int] = set()
    for n, given in enumerate(file.tds_forms):
        with findings.within(f"tds_forms[{n}]"):
            if given.form in named:
                raise RuleBroken([Problem("DUPLICATE", _("This number stands twice in the file."), "form")])
            named.add(given.form)
            body = FormSeen(given.year, given.made_on, tuple(sorted(shown.get(given.form, ()))), given.source)
            tally.count("tds_forms", was_known=not work.record(FORM_SEEN, form_id(body), body))
    for n, seen in enumerate(file.tds_seen):
        if not named.issuperset(seen.forms):
            message = _("The file has no form of this number.")
            findings.add("UNKNOWN_FORM", message, f"tds_seen[{n}].forms")


def _seen(given: FileSeen) -> Seen:
    return Seen(
        form=given.form,
        tan=given.tan.strip().upper(),
        deductor=given.deductor,
        code=given.code,
        year=given.year,
        quarter=given.quarter,
        paid_on=given.paid_on,
        paid_paise=figures.paise(given.paid, "paid"),
        deducted_paise=figures.paise(given.deducted, "deducted"),
        deposited_paise=figures.paise(given.deposited, "deposited"),
        status=given.status,
        booked_on=given.booked_on,
        nth=given.nth,
        source=given.source,
        seen_on=given.seen_on,
    )


def _claim(work: Work, register: Register, seen: Seen, given: FileClaimed) -> None:
    line = line_id(seen)
    holder = work.standing.holder(claimed_place(line))
    if holder is not None and work.paper(holder).year == given.year:
        return
    deducted = seen.deducted_paise
    if given.deducted is not None:
        deducted = figures.paise(given.deducted, "claimed.deducted")
    claim = register.id_of("tds claimed", line.hex(), str(given.year), given.on.isoformat())
    work.record(CLAIMED, claim, Claimed(line, given.year, given.on, deducted))


def _certificate(register: Register, given: FileCertificate) -> Certificate:
    party = register.need_party(given.party)[0] if given.party is not None else None
    return Certificate(
        form=given.form,
        number=given.number.strip(),
        tan=bare(given.tan),
        code=bare(given.code),
        year=given.year,
        quarter=given.quarter,
        deducted_paise=figures.paise(given.deducted, "deducted"),
        issued_on=given.issued_on,
        party=party,
        note=given.note,
    )


def _take_links(
    work: Work,
    register: Register,
    file: BahiFile,
    linked: dict[int, list[Id]],
    findings: Findings,
    tally: Tally,
) -> None:
    named: set[int] = set()
    for n, given in enumerate(file.tds_links):
        with findings.within(f"tds_links[{n}]"):
            if given.link in named:
                raise RuleBroken([Problem("DUPLICATE", _("This number stands twice in the file."), "link")])
            named.add(given.link)
            receipts = [
                register.need_paper(RECEIPT, each.number, each.date, f"receipts[{m}]")
                for m, each in enumerate(given.receipts)
            ]
            tally.count("tds_links", was_known=not _link(work, register, given, linked, receipts))
    for n, seen in enumerate(file.tds_seen):
        if seen.link is not None and seen.link not in named:
            message = _("The file has no link of this number.")
            findings.add("UNKNOWN_LINK", message, f"tds_seen[{n}].link")


def _link(
    work: Work, register: Register, given: FileTdsLink, linked: dict[int, list[Id]], receipts: list[Id]
) -> bool:
    body = Linked(tuple(sorted(linked.get(given.link, ()))), tuple(sorted(receipts)), given.on, given.note)
    records = [record.hex() for record in (*body.seen, *body.receipts)]
    holder = next(filter(None, (work.standing.holder(linked_place(each)) for each in body.seen)), None)
    kept: Linked | None = work.paper(holder) if holder is not None else None
    if kept is not None and (set(kept.seen), set(kept.receipts)) == (set(body.seen), set(body.receipts)):
        return False
    return work.record(LINKED, register.id_of("tds link", given.on.isoformat(), *records), body)


class TdsWritten(NamedTuple):
    """What the file says of TDS."""

    seen: tuple[FileSeen, ...]
    forms: tuple[FileTdsForm, ...]
    links: tuple[FileTdsLink, ...]
    certificates: tuple[FileCertificate, ...]


def tds_as_file(read: Connection, names: Names) -> TdsWritten:
    """`tds_seen` by year, deductor and day; forms numbered by day, links in the order of their first credits."""
    seen: list[tuple[Id, Seen]] = [(record, body) for record, _state, body in claims_in(read, SEEN, Seen)]
    seen.sort(key=lambda each: _order(each[1]))
    place = {record: n for n, (record, _body) in enumerate(seen)}
    links: list[Linked] = [body for _id, state, body in claims_in(read, LINKED, Linked) if state is _LIVE]
    links.sort(key=lambda link: min(place[record] for record in link.seen))
    label = {record: n for n, link in enumerate(links, 1) for record in link.seen}
    claims = {body.line: body for _id, state, body in claims_in(read, CLAIMED, Claimed) if state is _LIVE}
    papers = named_papers(read, [record for link in links for record in link.receipts])
    forms: list[FormSeen] = [body for _id, _state, body in claims_in(read, FORM_SEEN, FormSeen)]
    forms.sort(key=lambda form: (form.made_on, form.year, form.source, form.lines))
    shown: dict[Id, list[int]] = {}
    for n, form in enumerate(forms, 1):
        for line in form.lines:
            shown.setdefault(line, []).append(n)
    certificates = [body for _id, _state, body in claims_in(read, CERTIFIED, Certificate)]
    certificates.sort(key=lambda body: (body.year, body.quarter, body.tan, body.code, body.form, body.number))
    return TdsWritten(
        tuple(
            _file_seen(body, label.get(record), claims.pop(line_id(body), None), shown.pop(line_id(body), ()))
            for record, body in seen
        ),
        tuple(
            FileTdsForm(form=n, year=form.year, made_on=form.made_on, source=form.source)
            for n, form in enumerate(forms, 1)
        ),
        tuple(
            FileTdsLink(
                link=n,
                on=link.linked_on,
                receipts=tuple(
                    sorted(
                        (papers[each].reference for each in link.receipts), key=lambda r: (r.date, r.number)
                    )
                ),
                note=link.note,
            )
            for n, link in enumerate(links, 1)
        ),
        tuple(_file_certificate(body, names) for body in certificates),
    )


def _order(seen: Seen) -> tuple[Any, ...]:
    when = (str(seen.seen_on or ""), str(seen.booked_on or ""), seen.status, seen.deposited_paise)
    return (
        seen.year, seen.quarter, seen.tan, seen.code, seen.paid_on, seen.paid_paise, seen.deducted_paise, seen.nth,
        seen.form, *when,
    )  # fmt: skip


def _file_seen(seen: Seen, link: int | None, claimed: Claimed | None, forms: Sequence[int]) -> FileSeen:
    return FileSeen(
        form=seen.form,  # type: ignore[arg-type]
        tan=seen.tan,
        code=seen.code,
        year=seen.year,
        quarter=seen.quarter,
        paid_on=seen.paid_on,
        paid=figures.rupees(seen.paid_paise),
        deducted=figures.rupees(seen.deducted_paise),
        deposited=figures.rupees(seen.deposited_paise),
        deductor=seen.deductor,
        status=seen.status,  # type: ignore[arg-type]
        booked_on=seen.booked_on,
        nth=seen.nth,
        source=seen.source,
        seen_on=seen.seen_on,
        link=link,
        claimed=_file_claimed(seen, claimed) if claimed is not None else None,
        forms=tuple(forms),
    )


def _file_claimed(seen: Seen, claimed: Claimed) -> FileClaimed:
    is_other = claimed.deducted_paise != seen.deducted_paise
    deducted = figures.rupees(claimed.deducted_paise) if is_other else None
    return FileClaimed(year=claimed.year, on=claimed.claimed_on, deducted=deducted)


def _file_certificate(body: Certificate, names: Names) -> FileCertificate:
    return FileCertificate(
        form=body.form,  # type: ignore[arg-type]
        number=body.number,
        tan=body.tan,
        code=body.code,
        year=body.year,
        quarter=body.quarter,
        deducted=figures.rupees(body.deducted_paise),
        issued_on=body.issued_on,
        party=names.parties[body.party][0] if body.party is not None else None,
        note=body.note,
    )
