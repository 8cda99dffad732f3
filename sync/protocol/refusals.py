"""Why a request is not answered: stable codes, each with its HTTP status."""

from collections.abc import Mapping

UNREADABLE = "UNREADABLE"
TOO_LARGE = "TOO_LARGE"
UPGRADE = "UPGRADE"
NO_SUCH_PATH = "NO_SUCH_PATH"
BAD_CODE = "BAD_CODE"
TOKEN = "TOKEN"
TURNED_AWAY = "TURNED_AWAY"
NO_BUSINESS = "NO_BUSINESS"
ROLE = "ROLE"
NOT_READY = "NOT_READY"
FORKED = "FORKED"
REVOKED = "REVOKED"
LAST_OWNER = "LAST_OWNER"
FACTOR = "FACTOR"
CURSOR = "CURSOR"
HAND_BACK = "HAND_BACK"
GONE = "GONE"
TOO_SLOW = "TOO_SLOW"
TOO_MANY = "TOO_MANY"
NO_SUCH_FILE = "NO_SUCH_FILE"
QUOTA = "QUOTA"
AGREE = "AGREE"
OLD_SERVICE = "OLD_SERVICE"
TROUBLE = "TROUBLE"
FAILED = "FAILED"

STATUS: Mapping[str, int] = {
    UNREADABLE: 400,
    TOKEN: 401,
    BAD_CODE: 403,
    TURNED_AWAY: 403,
    ROLE: 403,
    REVOKED: 403,
    FACTOR: 403,
    NO_SUCH_PATH: 404,
    NO_BUSINESS: 404,
    NO_SUCH_FILE: 404,
    TOO_SLOW: 408,
    NOT_READY: 409,
    FORKED: 409,
    LAST_OWNER: 409,
    AGREE: 409,
    OLD_SERVICE: 409,
    CURSOR: 410,
    HAND_BACK: 410,
    GONE: 410,
    TOO_LARGE: 413,
    QUOTA: 413,
    UPGRADE: 426,
    TOO_MANY: 429,
    FAILED: 500,
    TROUBLE: 503,
}
"""TOKEN: prove yourself again. FORKED: these numbers were used for other changes. CURSOR: this place in the order is
of another era, and HAND_BACK: it is not known here; the device meets the service anew (sync.server.handback).
REVOKED: this device may lay down what it holds, and do nothing else. FACTOR: an owner's second factor is asked for.
NO_BUSINESS: the service has no such business (any more); an owner's device founds it here again.
TOO_SLOW: the body did not come in time. TOO_MANY: wait as long as told, then ask again.
NOT_READY: the first device has not sent everything yet, or the service gathers what it lost. FAILED: the
service's own mistake. TROUBLE: try again later. AGREE: it takes much away; ask again, agreed to.
UPGRADE: the app is too old for the service, and OLD_SERVICE: the service is too old for the app."""


class Refused(Exception):
    """Raised where a request cannot be answered; becomes a `Refusal`."""

    def __init__(self, code: str, message: str = "", *, retry_after_s: float = 0.0) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s
