"""What invoices offer everywhere: F8, a new sale; and the other papers that begin from nothing."""

from collections.abc import Sequence
from functools import partial

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """New papers, from any screen. Alt+F8 is a delivery note where Tally is at home."""

    def new(page: str) -> None:
        desk.navigator.go("invoices", page=page)

    return [
        Action(
            "invoices.new",
            _("New sale"),
            partial(new, "new"),
            ("F8", "Ctrl+N"),
            icon="plus",
            words=_("invoice bill"),
        ),
        Action(
            "invoices.quotation",
            _("New quotation"),
            partial(new, "quotation"),
            ("Shift+F8",),
            icon="invoices",
            words=_("offer estimate"),
        ),
        Action(
            "invoices.proforma",
            _("New proforma invoice"),
            partial(new, "proforma"),
            ("Ctrl+Shift+F8",),
            icon="invoices",
            words=_("offer advance"),
        ),
        Action(
            "invoices.challan",
            _("New delivery challan"),
            partial(new, "challan"),
            ("Alt+F8",),
            icon="invoices",
            words=_("delivery note job work goods"),
        ),
    ]
