"""Kills at seeded points: which process, at which moment of which request or Work, and how it is brought back."""

import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from tests.sync.desks import Desk, Desks
from tests.sync.faults import Moment, Strike
from tests.sync.server.postgres import Postgres
from tests.sync.serving import Serving

IN_DATABASE_S, IN_BOOK_S = 0.03, 0.06
"""How long after a request was sent the service is at its work, and after an answer the device is at its own."""

TURNS_MAX, SEEDS_APART = 5, 1_000_003
"""On a busy machine a round may give up before the request that was meant: then another one follows."""

WHILE_WRITING = 3
"""Of so many kills of a desk one comes while it writes, the others while it syncs."""


class Kill(NamedTuple):
    """What was done: to whom, and when."""

    victim: str
    moment: str


class Killer:
    """Kills desks, the service, and its database where that is a process of its own; seeded."""

    def __init__(self, desks: Desks, serving: Serving, postgres: Postgres | None, seed: int) -> None:
        self._desks = desks
        self._serving = serving
        self._postgres = postgres
        self._dice = random.Random(seed)
        self._turn = seed
        self._victims = ["desk", "service"] if postgres is None else ["desk", "service", "database"]

    def kill(self) -> Kill:
        """One turn of everybody, in which one process dies; it is brought back, its file looked at before."""
        victim, place = self._dice.choice(self._victims), self._dice.randrange(len(self._desks.each))
        desk = self._desks.each[place]
        self._turn += 1
        if victim == "desk" and not self._dice.randrange(WHILE_WRITING):
            self._while_writing(desk)
            return Kill(victim, "WRITING")
        moment = self._dice.choice(list(Moment))
        delay_s = {Moment.SENT: IN_DATABASE_S, Moment.TOLD: IN_BOOK_S}.get(moment, 0.0)
        hand, back = self._hands(victim, desk)
        desk.line.strike = Strike(self._dice.randint(1, 2), moment, delay_s * self._dice.random(), hand)
        for again in range(TURNS_MAX):
            self._desks.turn(self._turn + again * SEEDS_APART)
            self._desks.heard()
            if desk.line.strike is None:
                break
        assert desk.line.strike is None, "nobody was killed"
        back()
        return Kill(victim, moment.name)

    def _while_writing(self, desk: Desk) -> None:
        works = self._dice.randint(1, 3)
        self._desks.turn(self._turn, works=works + 1)
        for each in self._desks:
            if each is not desk:
                each.answer() and each.answer()
        left = iter(range(works - 1, -1, -1))

        def wrote() -> None:
            if next(left, None) == 0:
                time.sleep(IN_BOOK_S * self._dice.random())
                desk.kill()

        desk.answer(wrote) and desk.answer()
        desk.process.kill()
        desk.revive()

    def _hands(self, victim: str, desk: Desk) -> tuple[Callable[[], None], Callable[[], None]]:
        if victim == "desk":
            return desk.kill, desk.revive
        if victim == "service":
            return self._serving.process.kill, self._revive_service
        how = self._dice.choice((signal.SIGQUIT, signal.SIGKILL))
        assert self._postgres is not None
        return lambda: self._postgres.process.send_signal(how), self._revive_database

    def _revive_service(self) -> None:
        ended = self._serving.ended()
        assert ended == -signal.SIGKILL, ended
        if self._postgres is None:
            with closing(sqlite3.connect(self._serving.folder / "service.db")) as kept:
                assert kept.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        self._serving.start()

    def _revive_database(self) -> None:
        """Its processes notice that their first one has gone, and end; then it recovers from its log."""
        assert self._postgres is not None
        self._postgres.process.wait(30)
        time.sleep(0.5)
        self._postgres.start()
