"""Hearing that the head has moved, as soon as it has: a stream of events, begun anew whenever it ends.

What is heard is only a hint that a round is worth while; polling stands behind it, and a hint that is lost costs at
most the quiet interval. The caller gives the thread, the clock, the randomness and the waiting.
"""

import logging
from collections.abc import Callable

from core.errors import BahiError
from sync.client.cadence import Cadence
from sync.client.session import Busy, Session
from sync.client.transport import Streaming
from sync.protocol.events import seq_of

_log = logging.getLogger(__name__)


class Listener:
    """Listens for one device until it is told to stop; `run` is for a thread of its own, over a way of its own.

    `heard` is given each head, in that thread; `stirred` is called there when something beside the order has changed,
    which the service tells by the same head once more. `wait` waits so many seconds, or less when it is over (that of a
    threading.Event), and answers whether it is.
    """

    def __init__(
        self,
        session: Session,
        way: Streaming,
        heard: Callable[[int], None],
        *,
        now_s: Callable[[], float],
        random: Callable[[], float],
        wait: Callable[[float], bool],
        stirred: Callable[[], None] = lambda: None,
    ) -> None:
        self._session = session
        self._way = way
        self._heard = heard
        self._now_s = now_s
        self._random = random
        self._wait = wait
        self._stirred = stirred

    def run(self) -> None:
        """Listen, for ever: a stream that ended is begun anew, ever more slowly while none begins."""
        cadence = Cadence()
        while not self._wait(max(0.0, cadence.due_at_s - self._now_s())):
            at_least_s, has_begun, told = 0.0, False, -1
            try:
                with self._session.events(self._way) as lines:
                    for line in lines:
                        has_begun = True
                        if self._wait(0):
                            return
                        told = self._tell(line, told)
            except Busy as busy:
                at_least_s = busy.retry_after_s
            except BahiError as error:
                _log.debug("the stream of events has ended (%s)", type(error).__name__)
            before = Cadence() if has_begun else cadence
            cadence = before.failed(self._now_s(), self._random, at_least_s=at_least_s)

    def _tell(self, line: str, told: int) -> int:
        """Tell what a line says after the head `told`; answers the head that is told then."""
        seq = seq_of(line)
        if seq is None:
            return told
        if seq == told:
            self._stirred()
        else:
            self._heard(seq)
        return seq
