"""What the bank offers everywhere: importing a statement, and the reconciliation."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """Import a statement from anywhere; look at the reconciliation."""

    def bring() -> None:
        desk.navigator.go("bank", page="import")

    def reconcile() -> None:
        desk.navigator.go("bank", page="reconcile")

    return (
        Action("bank.import", _("Import a bank statement"), bring, icon="import",
               words=_("csv excel ofx mt940 lines passbook")),
        Action("bank.reconcile", _("Bank reconciliation"), reconcile, icon="bank", words=_("brs uncleared cheques")),
    )  # fmt: skip
