"""What the GST screen asks: that a return was filed, why a number is missing, where a file goes."""

import datetime as dt
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from core.words import translate as _
from desktop.kit import ChoiceField, DateField, Form, TextField, ToggleField
from desktop.ports import Choice, Memory
from desktop.screens.gst.reading import Whole
from desktop.screens.gst.rows import GapRow


def filing_form(whole: Whole, today: dt.date) -> Form:
    """Which return was filed, when, under which ARN; despite what the check holds against it."""
    form = Form(save=_("It is filed"), back=_("Leave it"))
    forms = [Choice(name, title) for name, title in whole.may_file]
    form.add("form", _("Return"), ChoiceField.of(forms), required=True)
    form.add("filed_on", _("Filed on"), DateField(today=today), required=True)
    form.add("arn", _("ARN of the portal"), TextField(max_length=20, placeholder="AA290526000000A"))
    form.set_values({"form": forms[0], "filed_on": today, "arn": ""})
    if whole.blocks:
        despite = _("{count} findings stand in the way: tick that it was filed so.").format(
            count=whole.blocks
        )
        form.add("despite", _("Despite the check"), ToggleField(_("It was filed so")), hint=despite)
    return form


def why_form(row: GapRow) -> Form:
    """Why a number is missing."""
    form = Form(save=_("Keep"), back=_("Leave it"))
    words = TextField(placeholder=_("Torn page of the old book"), max_length=200)
    form.add("words", _("Why it is missing"), words)
    form.set_values({"words": row.reason if row.gap.why == "explained" else ""})
    return form


def asked_file(parent: QWidget, memory: Memory, name: str, what: str) -> Path | None:
    """Where a file of the return goes, in the folder of the last one at first; None: nowhere."""
    folder = Path(str(memory.recall("gst.folder", str(Path.home()))))
    kinds = _("Excel files (*.xlsx)") if what == "excel" else _("JSON files (*.json)")
    chosen, _kind = QFileDialog.getSaveFileName(parent, _("Write the return"), str(folder / name), kinds)
    if not chosen:
        return None
    memory.keep("gst.folder", str(Path(chosen).parent))
    return Path(chosen)
