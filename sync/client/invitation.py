"""An invitation in one line, for a QR code or a message: where the service is, and the code that lets a device in."""

from typing import NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

_BEGINS = "bahi:join?"


class Invitation(NamedTuple):
    """Where to join, and by which code; no `server` where the code alone was typed."""

    server: str
    code: str


def line_of(server: str, code: str) -> str:
    """The invitation as one line."""
    return f"{_BEGINS}server={quote(server, safe=':/')}&code={quote(code)}"


def read(typed: str) -> Invitation:
    """What was typed or pasted: the line, or a code alone."""
    text = "".join(typed.split())
    if not text.lower().startswith(_BEGINS):
        return Invitation("", typed.strip())
    told = parse_qs(urlsplit(text).query)
    return Invitation(told.get("server", [""])[0], told.get("code", [""])[0])
