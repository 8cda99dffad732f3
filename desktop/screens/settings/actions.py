"""What Settings offers everywhere: its pages, found by what stands on them."""

from collections.abc import Sequence
from functools import partial

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """The pages that a bookkeeper looks for by another word than Settings."""

    def to(page: str, text: str, icon: str, words: str) -> Action:
        return Action(
            f"settings.{page}",
            text,
            partial(desk.navigator.go, "settings", page=page),
            icon=icon,
            words=words,
        )

    return (
        to("gstin", _("Company details"), "company", _("gstin lut pan tan turnover composition quarterly address")),
        to("bank", _("Bank and papers"), "company", _("upi qr terms signatory numbers series")),
        to("law", _("Law: rates, limits, codes"), "settings", _("gst rates hsn sac pack facts limit")),
        to("devices", _("Devices and sharing"), "local", _("sync share second computer")),
        to("backup", _("Backup and proof"), "export", _("restore copy verify")),
    )  # fmt: skip
