"""The explanations of a short payment over the window, each with its sum; Enter takes one."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.shortfall.model import Explanation
from core.words import translate as _
from desktop.kit import ChoiceField, Form, Sheet, Way, label, scrolling
from desktop.kit.sheet import Dialog
from desktop.screens.receipts.explaining import reason_choices
from desktop.theme import size, space


class ExplainDialog(Dialog):
    """Ranked explanations; arrows walk, Enter takes one, Esc leaves all as it was."""

    def __init__(
        self, found: Sequence[Explanation], take: Callable[[Explanation], None], parent: QWidget
    ) -> None:
        super().__init__(_("What makes this amount"), parent)
        self._take = take
        self.ways: list[Way] = []
        inner = QWidget()
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, space("small"), 0)
        lines.setSpacing(space("tight"))
        for explanation in found:
            lines.addWidget(self._way(explanation))
            for line in explanation.arithmetic:
                told = label(line, "small", tone="muted", wrap=True)
                told.setContentsMargins(space("medium"), 0, 0, 0)
                lines.addWidget(told)
            lines.addSpacing(space("small"))
        if not found:
            lines.addWidget(label(_("Nothing explains this amount to the paisa."), "body", tone="muted"))
        lines.addStretch(1)
        area = scrolling(inner)
        area.setAccessibleName(_("Explanations"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("wide"),) * 4)
        whole.setSpacing(space("medium"))
        whole.addWidget(label(_("What makes this amount"), "heading"))
        text = _("The likeliest first; Enter takes one. Nothing is written off unless it says so.")
        whole.addWidget(label(text, "body", tone="muted", wrap=True))
        whole.addWidget(area, 1)
        self.resize(size("form") + space("vast"), min(parent.height() - space("vast"), size("form")))
        if self.ways:
            self.ways[0].setFocus()

    def _way(self, explanation: Explanation) -> Way:
        way = Way(
            explanation.sentence, note=_("certain") if explanation.is_certain else "", tone="success",
            run=partial(self._chosen, explanation),
        )  # fmt: skip
        self.ways.append(way)
        return way

    def _chosen(self, explanation: Explanation) -> None:
        self.accept()
        self._take(explanation)


class GiveUpSheet(Sheet):
    """Why what is left of a bill is written off."""

    def __init__(self, text: str, usual: str | None, taken: Callable[[str], None], parent: QWidget) -> None:
        form = Form(save=_("Write off"), back=_("Leave it"))
        super().__init__(_("Write off what is left"), form, text=text, parent=parent)
        reason = ChoiceField.of(reason_choices())
        form.add("reason", _("Why"), reason, required=True)
        form.set_values({"reason": usual})
        self._taken = taken
        form.save_asked.connect(self._save)

    def _save(self) -> None:
        self.accept()
        self._taken(self.form.value("reason").value)
