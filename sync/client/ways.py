"""The way on from each refusal of the service: none is a dead end.

A round goes on by itself wherever it can, and where it cannot a person reads what to do. What stops it leaves the
outbox as it is, and the next round begins again.
"""

import enum
from collections.abc import Mapping

from core.words import translate as _
from sync.protocol import refusals


class Step(enum.StrEnum):
    """What follows. PROVE: show the key and ask again. MEET: find out where a restored service stands. BEGIN_ANEW: go
    on in a new epoch. SMALLER: send smaller pages. LATER: the next round tries again. STOP: a person must act; what
    comes from the service is taken in all the same, where it lets this device."""

    PROVE = "prove"
    MEET = "meet"
    BEGIN_ANEW = "begin_anew"
    SMALLER = "smaller"
    LATER = "later"
    STOP = "stop"


WAYS: Mapping[str, Step] = {
    refusals.TOKEN: Step.PROVE,
    refusals.CURSOR: Step.MEET,
    refusals.HAND_BACK: Step.MEET,
    refusals.NOT_READY: Step.MEET,
    refusals.FORKED: Step.BEGIN_ANEW,
    refusals.TOO_LARGE: Step.SMALLER,
    refusals.TOO_MANY: Step.LATER,
    refusals.TOO_SLOW: Step.LATER,
    refusals.TROUBLE: Step.LATER,
    refusals.FAILED: Step.LATER,
    refusals.UNREADABLE: Step.STOP,
    refusals.UPGRADE: Step.STOP,
    refusals.NO_SUCH_PATH: Step.STOP,
    refusals.BAD_CODE: Step.STOP,
    refusals.TURNED_AWAY: Step.STOP,
    refusals.NO_BUSINESS: Step.STOP,
    refusals.REVOKED: Step.STOP,
    refusals.ROLE: Step.STOP,
    refusals.LAST_OWNER: Step.STOP,
    refusals.FACTOR: Step.STOP,
    refusals.NO_SUCH_FILE: Step.STOP,
    refusals.QUOTA: Step.STOP,
    refusals.AGREE: Step.STOP,
    refusals.OLD_SERVICE: Step.STOP,
}

CLOSED = frozenset({refusals.TURNED_AWAY, refusals.NO_BUSINESS, refusals.REVOKED})
"""Refusals of whatever a device asks: nothing more is asked in this round."""


def step_after(code: str) -> Step:
    """What follows a refusal; a code that this version does not know stops the round."""
    return WAYS.get(code, Step.STOP)


def remedy(code: str) -> str:
    """What a person reads beside the refusal's own words."""
    kept = _("Nothing is lost: your changes wait on this computer.")
    said = {
        refusals.UNREADABLE: _("Update Bahi here and at the service."),
        refusals.UPGRADE: _("Update Bahi on this computer; you can work on meanwhile."),
        refusals.NO_SUCH_PATH: _("The service is older than this app: ask whoever runs it to update it."),
        refusals.BAD_CODE: _("Ask an owner for a new code."),
        refusals.TURNED_AWAY: _("Ask an owner to invite this computer again."),
        refusals.NO_BUSINESS: _(
            "An owner brings it back: get a founding code from whoever runs the service, and enter it under Settings, "
            "Devices (or `bahi share`). Then every device hands back what it has."
        ),
        refusals.REVOKED: _("Ask an owner what became of this device."),
        refusals.ROLE: _("Ask an owner for the role you need."),
        refusals.LAST_OWNER: _("Make somebody else an owner first."),
        refusals.FACTOR: _("Enter the six digits from your authenticator app."),
        refusals.TOO_LARGE: _("Something between here and the service lets no large message through."),
        refusals.FORKED: _("Ask an owner to look at the devices of this business."),
        refusals.NO_SUCH_FILE: _("The device that has the file must sync first."),
        refusals.OLD_SERVICE: _("The service is older than this app: ask whoever runs it to update it."),
        refusals.AGREE: _("Ask again and agree to it, if it is meant so."),
        refusals.QUOTA: _("Ask whoever runs the service for more room."),
    }.get(code, _("The next round tries again."))
    return f"{kept} {said}"
