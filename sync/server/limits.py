"""How often one may ask: requests of an address on the open paths, codes tried in vain, requests of a device.

Kept in the process's memory: with several workers each holds its own, so that what is allowed is at most that many
times more. Guessing is hopeless still: a code has 10 letters of 32, so 2^50, about 10^15, and serves for two days. One
address may try 10 wrong ones a minute, 28,800 in the life of a code; against 1,000 codes that wait at once the chance
is 28,800 x 1,000 / 10^15, one in forty million.
"""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

from sync.protocol import refusals
from sync.server.route import Route

KEYS_MAX = 100_000


class Pace(NamedTuple):
    """So many requests a minute, of which `burst` may come at once."""

    each_minute: int
    burst: int


OPEN = Pace(1_200, 1_200)
"""Requests of one address on the paths that need no token: an office of many devices behind one address comes in."""

WRONG_CODES = Pace(10, 10)
"""Codes that one address, or one device, tries in vain."""

DEVICE = Pace(3_000, 600)
"""Requests of one device: at 2,000 changes each it drains a million changes without waiting."""


class Limiter:
    """Keeps one pace for each key; threads may share it. Its memory is bounded: the oldest keys are forgotten."""

    def __init__(self, pace: Pace, now_s: Callable[[], float] = time.monotonic) -> None:
        self._each_s = 60 / pace.each_minute
        self._slack_s = self._each_s * (pace.burst - 1)
        self._now_s = now_s
        self._due_s: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, key: Hashable) -> float:
        """Seconds until this key may ask; 0 when it may now. Nothing is counted."""
        with self._lock:
            now_s = self._now_s()
            return max(0.0, self._due_s.get(key, now_s) - now_s - self._slack_s)

    def count(self, key: Hashable) -> None:
        """One request of this key, allowed or not."""
        with self._lock:
            now_s = self._now_s()
            self._due_s[key] = max(now_s, self._due_s.get(key, now_s)) + self._each_s
            self._due_s.move_to_end(key)
            if len(self._due_s) > KEYS_MAX:
                self._due_s.popitem(last=False)

    def take(self, key: Hashable) -> float:
        """Count a request if it may be made now: 0, or the seconds to wait, uncounted."""
        wait_s = self.wait_s(key)
        if not wait_s:
            self.count(key)
        return wait_s


class Limits:
    """What the service allows to an address and to a device."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._open = Limiter(OPEN, now_s)
        self._wrong = Limiter(WRONG_CODES, now_s)
        self._device = Limiter(DEVICE, now_s)

    def arriving(self, route: Route | None, address: str) -> float:
        """Seconds an address must wait before it asks this; 0 when it may. Signed requests count for their device."""
        if route is not None and route.is_signed:
            return 0.0
        return self._wrong.wait_s(address) or self._open.take(address)

    def asking(self, tenant: bytes, device: bytes) -> float:
        """Seconds a device must wait before it asks anything; 0 when it may."""
        return self._wrong.wait_s((tenant, device)) or self._device.take((tenant, device))

    def refused(self, code: str, key: Hashable) -> None:
        """A request of an address or a device was refused: wrong codes are counted."""
        if code in (refusals.BAD_CODE, refusals.FACTOR):
            self._wrong.count(key)


def place_of(host: str) -> str:
    """By what an address is counted: itself, or the network of 64 bits that one customer is given under IPv6."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host
