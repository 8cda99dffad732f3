"""The proof of a whole book: its log, and every row that the log makes."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.clock import Clock
from core.problems import Problem
from core.store import log, rebuild
from core.store.plan import Plan
from core.words import translate as _


class Proof(NamedTuple):
    """What verify found. `chain_head` is this device's; `digest` equals that of every book that agrees.

    `proved_from` is the seq at which the log of this book begins: 0, or that of the snapshot it was loaded from;
    `chained_from` that from which every author's chain is proved: 0 as soon as the older log reaches to the beginning.
    """

    ok: bool
    changes: int
    chain_head: str
    digest: str
    problems: tuple[Problem, ...]
    proved_from: int = 0
    chained_from: int = 0


def prove(
    shown: Connection, plan: Plan, clock: Clock, found: Sequence[Problem], *,
    is_balanced: Callable[[Connection], bool],
) -> Proof:  # fmt: skip
    """Prove what the book shows beside what was `found` against its file; reads all of it."""
    meta = log.read_meta(shown)
    since = rebuild.chained_from(shown)
    problems = [*found, *rebuild.base_problems(shown), *rebuild.chain_problems(shown, since)]
    problems += rebuild.older_problems(shown, since)
    problems += rebuild.order_problems(shown, meta.get("run", b""), meta.get("seq", 0))
    digest = meta.get("digest", "0")
    if not problems:
        target = _blank_engine()
        try:
            digest = rebuild.rebuild(shown, target, plan, clock)
            with target.connect() as proved:
                problems += rebuild.row_problems(shown, proved)
        finally:
            target.dispose()
    if not is_balanced(shown):
        problems.append(Problem(code="TRIAL_BALANCE", message=_("The trial balance is not nought.")))
    _number, link = log.chain_head(shown, meta["device"], meta["epoch"])
    base = log.base_of(shown)
    return Proof(not problems, log.last_entry(shown), link.hex(), digest, tuple(problems), base.seq, since)


def _blank_engine() -> Engine:
    from sqlcipher3 import dbapi2

    return sa.create_engine("sqlite+pysqlite://", module=dbapi2, poolclass=sa.StaticPool)
