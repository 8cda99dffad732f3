"""What one message may weigh and how long things last: both sides hold each other to it."""

from core.changes.change import CHANGE_BYTES_MAX

PROTOCOL = 1
"""Rises when a message changes so that the version before would not understand it."""

PAGE_CHANGES_MAX = 2_000
PAGE_BYTES_MAX = 1 << 20
"""Changes in one page; a page always takes at least one, and one is never larger."""

MESSAGE_BYTES_MAX = PAGE_BYTES_MAX + (1 << 18)
"""A message unpacked: a page with its answers and headers."""

REQUEST_BYTES_MAX = PAGE_BYTES_MAX + (1 << 16)
"""A request as it travels."""

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
CODE_LASTS_S = 48 * 3600
TOKEN_LASTS_S = 15 * 60
CHALLENGE_LASTS_S = 60
CLOCK_TOLERANCE_S = 5 * 60
"""A stamp further ahead of the service's clock than this is clamped."""

NAME_CHARS_MAX = 120
SERIES_MAX = 1_000
"""Series that one push may begin."""

SNAPSHOT_WORTH = 10_000
"""A device that is more changes behind than this loads a snapshot rather than pull them (docs/sync.md says why)."""

assert CHANGE_BYTES_MAX <= PAGE_BYTES_MAX < REQUEST_BYTES_MAX < MESSAGE_BYTES_MAX


def read_code(text: str) -> str:
    """A typed code as it is kept: no blanks or dashes, capitals, O for 0 and I or L for 1 forgiven."""
    plain = "".join(text.upper().split()).replace("-", "")
    return plain.replace("O", "0").replace("I", "1").replace("L", "1")


def shown_code(code: str) -> str:
    """A code as people read it aloud: two groups of five."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"
