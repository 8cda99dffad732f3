"""What client and service say to each other: one request and one answer a path, a file a room of the service.

Messages are msgpack arrays; fields are only ever appended, with a default.
"""

from sync.protocol.messages.base import Count, First, Key16, Key32, Message, Name, Refusal, Signature, Signed
from sync.protocol.messages.entrance import (
    Challenge,
    Found,
    Founded,
    Invite,
    Invited,
    Join,
    Joined,
    Knock,
    Prove,
    Token,
)
from sync.protocol.messages.order import Author, Page, Pull, Pulled, Push, Pushed, entries_of, page_of
from sync.protocol.messages.people import DeviceRow, People, SeriesRow

__all__ = [
    "Author",
    "Challenge",
    "Count",
    "DeviceRow",
    "First",
    "Found",
    "Founded",
    "Invite",
    "Invited",
    "Join",
    "Joined",
    "Key16",
    "Key32",
    "Knock",
    "Message",
    "Name",
    "Page",
    "People",
    "Prove",
    "Pull",
    "Pulled",
    "Push",
    "Pushed",
    "Refusal",
    "SeriesRow",
    "Signature",
    "Signed",
    "Token",
    "entries_of",
    "page_of",
]
