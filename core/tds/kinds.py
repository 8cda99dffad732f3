"""What TDS writes to the log: credits and certificates as seen (facts), links and claims made on them."""

from collections.abc import Iterator

from core.changes.change import Actor
from core.changes.kind import Effects, claim_kind, once_kind
from core.changes.standing import Standing
from core.ids import Id
from core.problems import Problem
from core.tds.model import Certificate, Claimed, FormSeen, Linked, Seen, TdsUndone
from core.tds.rules import (
    certificate_id,
    claimed_place,
    form_id,
    linked_place,
    problems_with_certificate,
    problems_with_claimed,
    problems_with_form_seen,
    problems_with_link,
    problems_with_seen,
    seen_id,
)
from core.words import translate as _

RECEIPT_KIND = "receipts.recorded"


def _admit_seen(record: Id, seen: Seen, _standing: Standing, _actor: Actor) -> Iterator[Problem]:
    if record != seen_id(seen):
        yield Problem("ID", _("This credit does not bear the identity that is made of it."), "id")


def _admit_form(record: Id, form: FormSeen, _standing: Standing, _actor: Actor) -> Iterator[Problem]:
    if record != form_id(form):
        yield Problem("ID", _("This form does not bear the identity that is made of it."), "id")


def _admit_certificate(
    record: Id, certificate: Certificate, _standing: Standing, _actor: Actor
) -> Iterator[Problem]:
    if record != certificate_id(certificate):
        yield Problem("ID", _("This certificate does not bear the identity that is made of it."), "number")


def _admit_link(_id: Id, linked: Linked, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    for record, kind in (*((seen, SEEN.name) for seen in linked.seen),
                         *((receipt, RECEIPT_KIND) for receipt in linked.receipts)):  # fmt: skip
        known = standing.stand(record)
        if known is None or known.kind != kind or not known.stands:
            message = _("A credit or receipt named here does not stand (taken back, held, unknown).")
            yield Problem("NOT_STANDING", message, "seen")


def _admit_undone(_id: Id, undone: TdsUndone, standing: Standing, _actor: Actor) -> Iterator[Problem]:
    known = standing.stand(undone.claim)
    if known is not None and known.kind not in (LINKED.name, CLAIMED.name):
        yield Problem("CHOICE", _("Only a link or the note of a claim is undone so."), "claim")


def _link_effects(record: Id, linked: Linked) -> Effects:
    return Effects(holds=tuple((linked_place(one), record) for one in (*linked.seen, *linked.receipts)))


SEEN = once_kind(
    "tds.seen", Seen, problems=problems_with_seen, admit=_admit_seen, likeness=seen_id,
)  # fmt: skip
FORM_SEEN = once_kind(
    "tds.form_seen", FormSeen, problems=problems_with_form_seen, admit=_admit_form, likeness=form_id,
)  # fmt: skip
CERTIFIED = once_kind(
    "tds.certified", Certificate, problems=problems_with_certificate, admit=_admit_certificate
)
LINKED = claim_kind(
    "tds.linked", Linked, problems=problems_with_link, admit=_admit_link, effects=_link_effects
)
CLAIMED = claim_kind(
    "tds.claimed", Claimed, problems=problems_with_claimed,
    effects=lambda record, claimed: Effects(holds=((claimed_place(claimed.line), record),)),
)  # fmt: skip
UNDONE = claim_kind(
    "tds.undone", TdsUndone, admit=_admit_undone,
    effects=lambda _record, undone: Effects(undoes=(undone.claim,)),
)  # fmt: skip
KINDS = (SEEN, FORM_SEEN, CERTIFIED, LINKED, CLAIMED, UNDONE)
