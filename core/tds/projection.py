"""How what is seen, certified, linked and claimed becomes rows, and what receipts say was deducted."""

from core.changes.standing import State
from core.receipts.kinds import RECORDED
from core.receipts.model import Receipt
from core.store.plan import Applied, Projection
from core.store.rows import Rows
from core.store.tables.tds import tds_certificates, tds_claims, tds_deductions, tds_forms, tds_links, tds_seen
from core.tds.kinds import CERTIFIED, CLAIMED, FORM_SEEN, LINKED, SEEN, UNDONE
from core.tds.model import Certificate, Claimed, FormSeen, Linked, Seen, TdsUndone
from core.tds.rules import line_id

DEDUCTED = frozenset({"tds", "gst_tds"})


def project_deductions(rows: Rows, applied: Applied) -> None:
    """Each tax that a receipt says was kept back in a row of its own, so that a year of them is one look-up."""
    receipt: Receipt = applied.body
    if applied.state is State.HELD:
        return
    for n, deduction in enumerate(receipt.deductions, 1):
        if deduction.kind in DEDUCTED:
            rows.insert(
                tds_deductions, receipt=applied.record, n=n, kind=deduction.kind, code=deduction.code,
                paise=deduction.paise, party=receipt.buyer.party, number=receipt.number,
                dated_on=receipt.dated_on,
            )  # fmt: skip


def project_seen(rows: Rows, applied: Applied) -> None:
    """Its row, with what stays the same of its line; one that is held counts for nothing."""
    seen: Seen = applied.body
    if applied.state is State.HELD:
        return
    names = (
        "form", "tan", "deductor", "code", "year", "quarter", "paid_on", "paid_paise", "deducted_paise",
        "deposited_paise", "status", "booked_on", "seen_on",
    )  # fmt: skip
    rows.insert(
        tds_seen, id=applied.record, line=line_id(seen), **{name: getattr(seen, name) for name in names}
    )


def project_form(rows: Rows, applied: Applied) -> None:
    """Its row; which lines it shows is read of the form itself. A form that is held shows nothing."""
    form: FormSeen = applied.body
    if applied.state is State.HELD:
        return
    rows.insert(tds_forms, id=applied.record, year=form.year, made_on=form.made_on)


def project_certificate(rows: Rows, applied: Applied) -> None:
    """Its row; one that is held counts for nothing."""
    certificate: Certificate = applied.body
    if applied.state is State.HELD:
        return
    rows.insert(
        tds_certificates,
        id=applied.record,
        **{name: getattr(certificate, name) for name in Certificate.__struct_fields__},
    )


def project_link(rows: Rows, applied: Applied) -> None:
    """Each record of it is linked from now on."""
    linked: Linked = applied.body
    for record in (*linked.seen, *linked.receipts):
        rows.put(tds_links, record=record, claim=applied.record)


def project_claim(rows: Rows, applied: Applied) -> None:
    """The line is claimed in that year's return."""
    claimed: Claimed = applied.body
    rows.put(
        tds_claims, line=claimed.line, claim=applied.record, year=claimed.year,
        claimed_on=claimed.claimed_on, deducted_paise=claimed.deducted_paise,
    )  # fmt: skip


def project_undone(rows: Rows, applied: Applied) -> None:
    """What was linked or noted as claimed is so no more."""
    undone: TdsUndone = applied.body
    body = applied.paper(undone.claim)
    if isinstance(body, Linked):
        for record in (*body.seen, *body.receipts):
            rows.drop(tds_links, (record,))
    else:
        rows.drop(tds_claims, (body.line,))


PROJECTIONS: dict[str, Projection] = {
    RECORDED.name: project_deductions,
    SEEN.name: project_seen,
    FORM_SEEN.name: project_form,
    CERTIFIED.name: project_certificate,
    LINKED.name: project_link,
    CLAIMED.name: project_claim,
    UNDONE.name: project_undone,
}
"""A receipt's projection stands here again, with what TDS adds to it: the roof lists this room after receipts."""
