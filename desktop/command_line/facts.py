"""`bahi facts`: what is in force, what a pack would change, taking one, and the codes of goods and services."""

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop.command_line.frame import AsJson, On, answering, columns, tell, tell_problems
from desktop.folders import facts_folder

if TYPE_CHECKING:
    from core.facts import Facts, HsnFact
    from core.facts.changes import FactChange
    from core.facts.records import TrustedKey

HSN_FILE_BYTES_MAX = 128 << 20
FOUND_MAX = 20

PackFile = Annotated[Path, typer.Argument(metavar="FILE", help="A pack of facts, NAME.bahifacts.")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="A public key to trust beside the release's: NAME BASE64."),
]

group = typer.Typer(
    help="Rates, limits and codes: what is in force, and what a pack would change.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
)


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    group.callback()(facts)
    group.command("changes", help="What a pack would change. Nothing is taken.")(changes)
    group.command("apply", help="Take a pack: in force at once and from now on.")(apply)
    group.command("hsn", help="Codes of goods and services by word or first digits, with the usual rate.")(
        hsn
    )
    group.command("import-hsn", help="Take the portal's list of HSN and SAC codes (CSV or XLSX).")(import_hsn)
    program.add_typer(group, name="facts")


def take_up_facts() -> None:
    """Let the program go by what this user applied; what cannot be taken is told, and the release's facts stand."""
    folder = facts_folder()
    if folder.is_dir():
        from core.facts.folder import take_up

        tell_problems(take_up(folder), as_json=False)


def facts(context: typer.Context, on: On = None, as_json: AsJson = False) -> None:
    """Show the version and what is in force on a day."""
    if context.invoked_subcommand is not None:
        return
    with answering(as_json):
        from core.facts import Facts

        answer = _in_force(Facts.in_force(), on or _today())
        tell(answer, as_json, lambda: _in_force_lines(answer))


def changes(file: PackFile, key: KeyFile = None, as_json: AsJson = False) -> None:
    """Show what a pack would change: changes for days to come first, those of days that are over apart."""
    with answering(as_json):
        from core.facts import Facts
        from core.facts.changes import changes_in
        from core.facts.folder import readable_pack

        pack = readable_pack(_bytes_of(file), facts_folder(), own_key=_key(key), file=str(file))
        found, today = changes_in(pack, Facts.in_force()), _today()
        answer = {
            "version": pack.version,
            "in_force": Facts.in_force().version,
            "about": pack.about,
            "key": pack.key,
            "changes": [_change(change) for change in found if not change.alters_past(today)],
            "past": [_change(change) for change in found if change.alters_past(today)],
        }
        tell(answer, as_json, lambda: _change_lines(answer))


def apply(file: PackFile, key: KeyFile = None, as_json: AsJson = False) -> None:
    """Take a pack."""
    with answering(as_json):
        from core.facts import Facts
        from core.facts.folder import apply_pack
        from core.words import translate as _

        before = Facts.in_force().version
        pack = apply_pack(_bytes_of(file), facts_folder(), own_key=_key(key), file=str(file))
        answer = {"version": pack.version, "before": before, "about": pack.about, "key": pack.key}
        said = _("The facts of {version} are in force; before, those of {before}.")
        tell(answer, as_json, lambda: [said.format(version=pack.version, before=before)])


def hsn(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="Words, or the first digits of a code.")
    ],
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Find codes of goods and services."""
    with answering(as_json):
        from core.facts import Facts

        book_of_law, day = Facts.in_force(), on or _today()
        answer = [_code(book_of_law, fact, day) for fact in book_of_law.find_hsn(" ".join(words), FOUND_MAX)]
        tell(answer, as_json, lambda: _code_lines(answer))


def import_hsn(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The portal's list, CSV or XLSX.")],
    as_json: AsJson = False,
) -> None:
    """Take the official list of codes in place of the shipped selection."""
    with answering(as_json):
        from core.exchange.tables import read_tables
        from core.facts.folder import import_hsn_list
        from core.words import translate as _

        sheets = read_tables(_bytes_of(file, HSN_FILE_BYTES_MAX), str(file))
        count = import_hsn_list(sheets, facts_folder(), source=file.name)
        said = _("{count} codes were taken from {file}.")
        tell({"codes": count, "file": str(file)}, as_json, lambda: [said.format(count=count, file=file.name)])


def _today() -> dt.date:
    from core.clock import SystemClock, today

    return today(SystemClock())


def _bytes_of(file: Path, most: int = 64 << 20) -> bytes:
    """The file's bytes, one more than may be at most, so that whoever reads them sees that it is too large."""
    with file.open("rb") as opened:
        return opened.read(most + 1)


def _key(file: Path | None) -> "TrustedKey | None":
    if file is None:
        return None
    from core.facts.folder import read_key

    with file.open(encoding="utf-8", errors="replace") as opened:
        return read_key(opened.read(4096), file=os.fspath(file))


def _in_force(held: "Facts", on: dt.date) -> dict[str, Any]:
    from core.facts.records import Days, Limit
    from core.facts.tables import TABLES
    from core.money import unscaled

    limits = [fact for fact in held.entries("limits", Limit) if fact.holds_on(on)]
    clocks = [fact for fact in held.entries("days", Days) if fact.holds_on(on)]
    tables = {name: held.entries(name, shape.row) for name, shape in TABLES.items()}
    return {
        "version": held.version,
        "hsn_list": held.hsn_source() or None,
        "on": on.isoformat(),
        "rates": [unscaled(rate, 2) for rate in sorted(held.rates_on(on))],
        "limits": [
            {
                "name": fact.name,
                "state": fact.state or None,
                "amount": fact.amount,
                "confirmed": fact.confirmed,
            }
            for fact in limits
        ],
        "clocks": [
            {
                "name": fact.name,
                "count": fact.count,
                "from_turnover": fact.from_turnover,
                "confirmed": fact.confirmed,
            }
            for fact in clocks
        ],
        "tables": {
            name: {"facts": len(rows), "unconfirmed": sum(not row.confirmed for row in rows)}
            for name, rows in tables.items()
        },
    }


def _in_force_lines(answer: dict[str, Any]) -> list[str]:
    from core.money import paise
    from core.words import money_text
    from core.words import translate as _

    unsure = _("not confirmed")
    limits = [
        [
            fact["name"],
            fact["state"] or "",
            money_text(paise(fact["amount"])),
            "" if fact["confirmed"] else unsure,
        ]
        for fact in answer["limits"]
    ]
    clocks = [
        [fact["name"], str(fact["count"]), "" if fact["confirmed"] else unsure] for fact in answer["clocks"]
    ]
    return [
        _("Facts of {version}, on {day}").format(version=answer["version"], day=answer["on"]),
        _("Codes of goods and services: {list}").format(list=answer["hsn_list"] or _("the list shipped")),
        _("Rates in per cent: {rates}").format(rates=", ".join(answer["rates"])),
        "",
        *columns(limits, right=(2,)),
        "",
        *columns(clocks, right=(1,)),
    ]


def _change(change: "FactChange") -> dict[str, Any]:
    return {
        "table": change.table,
        "name": change.name,
        "what": change.what,
        "since": change.since.isoformat() if change.since else None,
        "before": change.before,
        "after": change.after,
    }


def _change_lines(answer: dict[str, Any]) -> list[str]:
    from core.words import translate as _

    head = _("Pack {version}, signed by {key}; in force are the facts of {in_force}.").format(**answer)
    lines = [head, *([answer["about"]] if answer["about"] else ())]
    lines += _change_rows(answer["changes"]) or [_("Nothing changes for days to come.")]
    if answer["past"]:
        lines += ["", _("These change what held on days that are over:"), *_change_rows(answer["past"])]
        lines.append(_("Papers already issued keep their figures."))
    return lines


def _change_rows(changes: list[dict[str, Any]]) -> list[str]:
    from core.words import translate as _

    said = {
        "added": _("added"),
        "ended": _("ended"),
        "altered": _("altered"),
        "removed": _("removed"),
        "sourced": _("source noted"),
    }
    return columns(
        [
            [
                said[one["what"]],
                one["table"],
                one["name"],
                one["since"] or "",
                _fields(one["before"], one["after"]),
            ]
            for one in changes
        ]
    )


def _fields(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """The fields that differ, or all that an entry says where there is only one."""
    old, new = before or {}, after or {}
    if before and after:
        return ", ".join(
            f"{name} {old.get(name)} → {new[name]}" for name in new if old.get(name) != new[name]
        )
    said = {**old, **new}.items()
    return ", ".join(
        f"{name} {value}" for name, value in said if value not in (None, "", []) and name != "source"
    )


def _code(held: "Facts", fact: "HsnFact", on: dt.date) -> dict[str, Any]:
    from core.money import unscaled

    rate = held.usual_rate(fact.code, on)
    told = None if rate is None or rate.rate_bp is None else unscaled(rate.rate_bp, 2)
    return {
        "code": fact.code,
        "description": fact.description,
        "is_service": fact.is_service,
        "gst_rate": told,
        "treatment": rate.treatment if rate else None,
        "note": rate.note if rate else "",
        "confirmed": bool(rate and rate.confirmed),
        "source": rate.source if rate else "",
    }


def _code_lines(answer: list[dict[str, Any]]) -> list[str]:
    from core.words import translate as _

    if not answer:
        return [_("No code fits.")]
    rows = []
    for fact in answer:
        rate = f"{fact['gst_rate']} %" if fact["gst_rate"] is not None else "-"
        unsure = "" if fact["gst_rate"] is None or fact["confirmed"] else _("not confirmed")
        meant = "; ".join(part for part in (fact["description"], fact["note"]) if part)
        rows.append([fact["code"], rate, unsure, meant])
    return columns(rows, right=(1,))
