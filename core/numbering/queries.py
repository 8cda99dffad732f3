"""Questions about numbers given."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy.engine import Connection

from core.changes.answer import decode_answer
from core.changes.change import decode_change
from core.fiscal import year_label
from core.numbering.rules import number_place
from core.store.log import read_meta


class LastNumber(NamedTuple):
    """The last number that a series gave in a financial year."""

    series: str
    year: int
    last: int


def last_number(read: Connection, series: str, year: int) -> int:
    """The last number a series gave in a financial year; 0 when it gave none."""
    sql = "SELECT issued FROM numbers WHERE series = ? AND year = ?"
    found = read.exec_driver_sql(sql, (series, year)).fetchone()
    return int(found[0]) if found else 0


def highest_number(read: Connection, type_: str, series: str, year: int) -> int:
    """The highest running number that any paper of a type bears in the run of a series, imported ones too; else 0."""
    run = number_place(type_, year, f"{series}/{year_label(year)}/")
    sql = (
        "SELECT max(CAST(substr(place, :at) AS INTEGER)) FROM places "
        "WHERE place >= :run AND place < :beyond AND substr(place, :at) NOT GLOB '*[^0-9]*'"
    )
    asked = {"at": len(run) + 1, "run": run, "beyond": run[:-1] + chr(ord("/") + 1)}
    return int(read.exec_driver_sql(sql, asked).scalar() or 0)


def last_numbers(read: Connection) -> list[LastNumber]:
    """The last number of every series and year."""
    sql = "SELECT series, year, issued FROM numbers WHERE issued > 0 ORDER BY year DESC, series"
    return [LastNumber(*row) for row in read.exec_driver_sql(sql)]


def newest_issue_day(read: Connection) -> dt.date | None:
    """The latest date on a paper that Bahi issued; None when it issued none."""
    sql = "SELECT dated_on FROM issue_days WHERE papers > 0 ORDER BY dated_on DESC LIMIT 1"
    found = read.exec_driver_sql(sql).fetchone()
    return dt.date.fromisoformat(found[0]) if found else None


def newest_confirmed_stamp(read: Connection) -> int | None:
    """The newest stamp among what the service has put in order, as it clamped it; None when there is none."""
    if newest := read_meta(read).get("newest_stamp"):
        return int(newest)
    sql = "SELECT data, answer FROM changes WHERE seq IS NOT NULL AND idle = 0 ORDER BY seq DESC LIMIT 1"
    found = read.exec_driver_sql(sql).fetchone()
    return (decode_answer(found[1]).stamp or decode_change(found[0]).stamp) if found else None
