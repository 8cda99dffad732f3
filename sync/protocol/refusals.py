"""Why a request is not answered: stable codes, each with its HTTP status."""

from collections.abc import Mapping

UNREADABLE = "UNREADABLE"
TOO_LARGE = "TOO_LARGE"
UPGRADE = "UPGRADE"
NO_SUCH_PATH = "NO_SUCH_PATH"
BAD_CODE = "BAD_CODE"
TOKEN = "TOKEN"
TURNED_AWAY = "TURNED_AWAY"
ROLE = "ROLE"
NOT_READY = "NOT_READY"
FORKED = "FORKED"
CURSOR = "CURSOR"
TROUBLE = "TROUBLE"

STATUS: Mapping[str, int] = {
    UNREADABLE: 400,
    TOKEN: 401,
    BAD_CODE: 403,
    TURNED_AWAY: 403,
    ROLE: 403,
    NO_SUCH_PATH: 404,
    NOT_READY: 409,
    FORKED: 409,
    CURSOR: 410,
    TOO_LARGE: 413,
    UPGRADE: 426,
    TROUBLE: 503,
}
"""TOKEN: prove yourself again. FORKED: these numbers were used for other changes. CURSOR: this place in the order is
not known here. NOT_READY: the first device has not sent everything yet. TROUBLE: try again later."""


class Refused(Exception):
    """Raised where a request cannot be answered; becomes a `Refusal`."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
