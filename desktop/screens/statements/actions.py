"""What standing offers everywhere: the ageing, statements for all, the trial balance."""

from collections.abc import Sequence
from functools import partial

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """The pages that people look for by name."""
    go = partial(desk.navigator.go, "statements")
    of_all = (
        Action("statements.trial", _("Trial balance"), partial(go, page="trial"), icon="statements",
               words=_("accounts ledger")),
        Action("statements.closing", _("Close a period"), partial(go, page="closing"), icon="lock",
               words=_("close the books reopen")),
    )  # fmt: skip
    return (
        Action("statements.ageing", _("Ageing"), partial(go, page="ageing"), icon="statements",
               words=_("outstanding receivables by age")),
        Action("statements.behaviour", _("How they pay"), partial(go, page="behaviour"), icon="statements",
               words=_("dso days sales outstanding collection effectiveness")),
        Action("statements.run", _("Statements for all parties"), partial(go, page="run"), icon="print",
               words=_("statement of account balance confirmation letters")),
        *(of_all if desk.carries_all else ()),
    )  # fmt: skip
