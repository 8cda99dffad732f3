"""Which screens there are, in the order of the sidebar, and what they offer everywhere; read when first shown."""

from collections.abc import Callable, Sequence

from core.words import translate as _
from desktop.kit.screen_view import ScreenView
from desktop.ports import Action, Desk
from desktop.shell.screens import Screen

AHEAD = (
    "desktop.kit.face",
    *(f"desktop.screens.{name}.view" for name in ("invoices", "parties", "receipts", "bank", "collections")),
    *(
        f"desktop.screens.{name}.view"
        for name in ("gst", "tds", "contracts", "statements", "inbox", "settings")
    ),
)
"""What is read in quiet moments after the first screen stands, one a turn, so that each first visit is quick."""


_IN_OFFICE = frozenset({"bank", "gst", "tds"})
"""Screens that tell of the whole company: they are not there on a device that carries only some parties."""


def screens_of(desk: Desk, settings: Callable[[], ScreenView]) -> list[Screen]:
    """The screens of a book. Settings reach further than a desk, so their maker is given."""
    screens = [
        Screen("today", _("Today"), "today", lambda: _today(desk), "Alt+1"),
        Screen("invoices", _("Invoices"), "invoices", lambda: _invoices(desk), "Alt+2"),
        Screen("contracts", _("Contracts"), "contracts", lambda: _contracts(desk), "Alt+3"),
        Screen("parties", _("Parties"), "parties", lambda: _parties(desk), "Alt+4"),
        Screen("receipts", _("Receipts"), "receipts", lambda: _receipts(desk), "Alt+5"),
        Screen("bank", _("Bank"), "bank", lambda: _bank(desk), "Alt+B"),
        Screen("collections", _("Collections"), "collections", lambda: _collections(desk), "Alt+6"),
        Screen("statements", _("Statements"), "statements", lambda: _statements(desk), "Alt+S"),
        Screen("gst", _("GST"), "gst", lambda: _gst(desk), "Alt+7"),
        Screen("tds", _("TDS"), "tds", lambda: _tds(desk), "Alt+T"),
        Screen("inbox", _("Inbox"), "inbox", lambda: _inbox(desk), "Alt+8"),
        Screen("settings", _("Settings"), "settings", settings, "Alt+9"),
    ]
    return [screen for screen in screens if desk.carries_all or screen.name not in _IN_OFFICE]


def actions_of(desk: Desk) -> list[Action]:
    """What can be done from anywhere: a new sale, a receipt, a party …"""
    from desktop.screens.bank.actions import everywhere as bank
    from desktop.screens.collections.actions import everywhere as collections
    from desktop.screens.contracts.actions import everywhere as contracts
    from desktop.screens.gst.actions import everywhere as gst
    from desktop.screens.invoices.actions import everywhere as invoices
    from desktop.screens.parties.actions import everywhere as parties
    from desktop.screens.receipts.actions import everywhere as receipts
    from desktop.screens.settings.actions import everywhere as settings
    from desktop.screens.statements.actions import everywhere as statements
    from desktop.screens.tds.actions import everywhere as tds

    office = (bank, gst, tds) if desk.carries_all else ()
    rooms = (invoices, receipts, parties, contracts, collections, statements, settings, *office)
    offered: list[Sequence[Action]] = [everywhere(desk) for everywhere in rooms]
    return [action for actions in offered for action in actions]


def _today(desk: Desk) -> ScreenView:
    from desktop.screens.today.view import make

    return make(desk)


def _invoices(desk: Desk) -> ScreenView:
    from desktop.screens.invoices.view import make

    return make(desk)


def _contracts(desk: Desk) -> ScreenView:
    from desktop.screens.contracts.view import make

    return make(desk)


def _parties(desk: Desk) -> ScreenView:
    from desktop.screens.parties.view import make

    return make(desk)


def _receipts(desk: Desk) -> ScreenView:
    from desktop.screens.receipts.view import make

    return make(desk)


def _bank(desk: Desk) -> ScreenView:
    from desktop.screens.bank.view import make

    return make(desk)


def _collections(desk: Desk) -> ScreenView:
    from desktop.screens.collections.view import make

    return make(desk)


def _statements(desk: Desk) -> ScreenView:
    from desktop.screens.statements.view import make

    return make(desk)


def _gst(desk: Desk) -> ScreenView:
    from desktop.screens.gst.view import make

    return make(desk)


def _tds(desk: Desk) -> ScreenView:
    from desktop.screens.tds.view import make

    return make(desk)


def _inbox(desk: Desk) -> ScreenView:
    from desktop.screens.inbox.view import make

    return make(desk)
