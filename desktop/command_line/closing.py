"""Subcommands about the books as a whole: the trial balance, closing a period and opening it again."""

from typing import TYPE_CHECKING, Annotated

import typer

from desktop.command_line.frame import (
    REFUSED,
    AsJson,
    BookPath,
    On,
    PassphraseFile,
    Through,
    answering,
    columns,
    opened,
    tell,
    tell_problems,
    today_of,
)

if TYPE_CHECKING:
    import datetime as dt

    from core.book import Book
    from core.statements.model import Finding


def register(program: typer.Typer) -> None:
    """Put the subcommands into the program."""
    program.command("trial-balance", help="Every account with its balance at the end of a day.")(
        trial_balance
    )
    program.command("close", help="Close the books through the end of a month; an owner does.")(close)
    program.command("reopen", help="Take the close in force back.")(reopen)


def trial_balance(
    book: BookPath, on: On = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """The balance of each account; both sides come to the same."""
    with answering(as_json):
        from core.money import rupees
        from core.statements.books import trial_balance_on
        from core.words import translate as _

        with opened(book, passphrase_file) as found:
            day = today_of(found, on)
            balance = found.read(lambda read: trial_balance_on(read, day))
        accounts = [
            {
                "account": row.account,
                "name": row.name,
                "debit": rupees(row.debit_paise),
                "credit": rupees(row.credit_paise),
            }
            for row in balance.rows
        ]
        totals = {"debit": rupees(balance.debit_paise), "credit": rupees(balance.credit_paise)}
        answer = {"on": day.isoformat(), "accounts": accounts, "total": totals}

        def lines() -> list[str]:
            body = [(row["name"], row["debit"], row["credit"]) for row in accounts]
            foot = (_("Total"), totals["debit"], totals["credit"])
            return columns([(_("Account"), _("Debit"), _("Credit")), *body, foot], right=(1, 2))

        tell(answer, as_json, lines)


def close(
    book: BookPath,
    through: Through,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A word on the close.")] = "",
    despite: Annotated[bool, typer.Option("--despite", help="Close although things wait.")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Close a period: what waits in it is told first, and closes it only with `--despite`."""
    with answering(as_json):
        from core.clock import today
        from core.closing.commands import close_books
        from core.problems import Problem
        from core.statements.books import first_entry_on
        from core.words import translate as _

        with opened(book, passphrase_file, to_write=True) as found:
            now = today(found.clock)
            waiting = _waiting(found, through, now)
            if waiting and not despite:
                remedy = _("Settle it, or close with --despite.")
                tell_problems(
                    [Problem(each.code, _told(each), "through", remedy) for each in waiting], as_json
                )
                raise typer.Exit(REFUSED)
            first_on = found.read(first_entry_on) or through
            found.write(
                _("Close"),
                lambda work: close_books(work, through=through, today=now, first_on=first_on, note=note),
            )
        answer = {
            "closed_through": through.isoformat(),
            "waiting": [
                {"code": each.code, "count": each.count, "text": each.message, "names": list(each.names)}
                for each in waiting
            ],
        }
        said = _("The books are closed up to {date}.").format(date=through.isoformat())
        tell(answer, as_json, lambda: [*(_told(each) for each in waiting), said])


def reopen(
    book: BookPath,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it stays in the audit trail.")
    ],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Open the period closed last; the close before it is in force again."""
    with answering(as_json):
        from core.clock import today
        from core.closing.commands import reopen_books
        from core.closing.queries import closed_through
        from core.words import translate as _

        with opened(book, passphrase_file, to_write=True) as found:
            now = today(found.clock)
            found.write(_("Open"), lambda work: reopen_books(work, reason=reason, today=now))
            closed = found.read(closed_through)
        answer = {"closed_through": closed.isoformat() if closed else None}
        said = (
            _("The books are closed up to {date}.").format(date=closed.isoformat())
            if closed
            else _("No period is closed.")
        )
        tell(answer, as_json, lambda: [said])


def _waiting(book: "Book", through: "dt.date", now: "dt.date") -> "list[Finding]":
    from core.returns.queries import calendar
    from core.statements.books import before_closing

    last = f"{through:%Y-%m}"
    rows = book.read(lambda read: calendar(read, now))
    unfiled = [
        f"{row.form} {row.period}" for row in rows if row.period <= last and row.state in ("due", "overdue")
    ]
    return book.read(lambda read: before_closing(read, through, unfiled=unfiled))


def _told(each: "Finding") -> str:
    names = "; ".join(each.names)
    more = each.count - len(each.names)
    tail = f" (+{more})" if more > 0 and each.names else ""
    return f"{each.message} {names}{tail}".strip()
