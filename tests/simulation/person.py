"""Somebody at a device of a simulated world: the day it shows, and what its own book offers to act upon."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from core.clock import today
from core.ids import Id
from core.invoicing.model import DraftLine
from tests.simulation.world import Device

SERVICE, GOODS = "998346", "84138190"


class Person:
    """Somebody at a device, with the world's dice."""

    def __init__(self, device: Device, chance: random.Random) -> None:
        self.device = device
        self.chance = chance

    @property
    def today(self) -> dt.date:
        """The day this machine believes it is."""
        return today(self.device.clock)

    def some_day(self) -> dt.date:
        """Today, or a day of the last two months: papers are often entered late."""
        return self.today - dt.timedelta(days=self.chance.choice((0, 0, 9, 24, 36, 48)))

    def lines(self) -> tuple[DraftLine, ...]:
        """A line or two, of services or of goods."""
        return tuple(
            DraftLine(
                description="Work", hsn=self.chance.choice((SERVICE, SERVICE, GOODS)),
                price_tenthousandths=self.chance.randrange(1, 2000) * 10_000,
                rate_bp=self.chance.choice((0, 500, 1800)),
            )
            for _n in range(self.chance.randrange(1, 3))
        )  # fmt: skip

    def any(self, sql: str) -> Id | None:
        """One of the records that the device's own book shows; None when it shows none."""
        found: Sequence[Any] = self.device.book.read(
            lambda read: read.exec_driver_sql(sql + " ORDER BY 1").fetchall()
        )
        return self.chance.choice(found)[0] if found else None
