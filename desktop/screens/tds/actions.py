"""What TDS offers everywhere."""

from collections.abc import Sequence

from core.words import translate as _
from desktop.ports import Action, Desk


def everywhere(desk: Desk) -> Sequence[Action]:
    """TDS and its letters, from anywhere."""
    return (
        Action("tds.life", _("TDS deducted from us"), lambda: desk.navigator.go("tds"), icon="tds",
               words=_("26as 168 form 16a 131 credit tan deductor")),
        Action("tds.letters", _("Letters about TDS"), lambda: desk.navigator.go("tds", page="letters"), icon="mail",
               words=_("deductor missing tds credit letter")),
        Action("tds.gst", _("GST kept back by government buyers"), lambda: desk.navigator.go("tds", page="gst"),
               icon="gst", words=_("gst-tds section 51 gstr-7a")),
    )  # fmt: skip
