"""What GST offers everywhere."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """The returns, and what stands in their way, from anywhere."""
    return (
        Action("gst.returns", _("GST returns"), lambda: desk.navigator.go("gst", page="sections"), icon="gst",
               words=_("gstr-1 gstr-3b return filing tax")),
        Action("gst.check", _("Check the GST return"), lambda: desk.navigator.go("gst", page="checks"), icon="gst",
               words=_("pre-flight problems errors return")),
    )  # fmt: skip
