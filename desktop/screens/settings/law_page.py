"""The page of the law: what is in force, a pack of facts shown before it is taken, the official list of codes."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from core.words import translate as _
from desktop.kit import Banner, FactList, button, column, label, row
from desktop.screens.settings.law import Law, Offer
from desktop.screens.settings.pages import on_card, page

_SHOWN = 60
"""So many changes are listed; a pack of more tells how many there are."""


class LawPage(QWidget):
    """Rates, limits and codes with their dates."""

    def __init__(self) -> None:
        super().__init__()
        self._law: Law | None = None
        self._offer: Offer | None = None
        self._shown: Sequence[tuple[str, str]] = ()
        self._banner = Banner()
        self._facts = FactList()
        self.choose = button(_("Choose a pack"), "primary", icon="import", run=self._on_choose)
        self.codes = button(_("Choose the list"), icon="import", run=self._on_codes)
        self._title, self._about = label("", "strong"), label("", "small", tone="muted", wrap=True)
        self._ahead, self._past = FactList(), FactList()
        self._past_text = label(
            _("It also changes days that are over. Papers already issued keep what they were issued by."),
            "small", tone="warning", wrap=True,
        )  # fmt: skip
        self.take = button(_("Take it"), "primary", icon="check", run=self._on_take)
        leave = button(_("Leave it"), "quiet", run=self._on_leave)
        self._offered = on_card(
            self._title, self._about, self._ahead, self._past_text, self._past, _line(self.take, leave)
        )
        self._offered.hide()
        self.setLayout(
            column(
                page(
                    _("Law"),
                    _law_text(),
                    self._banner,
                    on_card(self._facts, title=_("In force today")),
                    on_card(
                        label(_pack_text(), "body", tone="muted", wrap=True),
                        _line(self.choose),
                        title=_("Pack of facts"),
                    ),
                    self._offered,
                    on_card(
                        label(_codes_text(), "body", tone="muted", wrap=True),
                        _line(self.codes),
                        title=_("HSN and SAC codes"),
                    ),
                )
            )
        )

    def drive(self, presenter: Law) -> None:
        """Let a presenter decide."""
        self._law = presenter

    def show_law(self, facts: Sequence[tuple[str, str]]) -> None:
        """What is in force today."""
        self._shown = facts
        self._facts.show_facts(facts)

    def facts(self) -> Sequence[tuple[str, str]]:
        """What is shown as in force."""
        return self._shown

    def show_offer(self, offer: Offer | None) -> None:
        """A pack that may be taken."""
        self._offer = offer
        self._offered.setVisible(offer is not None)
        if offer is None:
            return
        self._banner.say("")
        self._title.setText(offer.title)
        self._about.setText(offer.text)
        self._ahead.show_facts(_some(offer.ahead))
        self._past.show_facts(_some(offer.past))
        self._past_text.setVisible(bool(offer.past))
        self.take.setFocus()

    def show_done(self, text: str) -> None:
        """What was done."""
        self._banner.say(text, "success")

    def show_refusal(self, error: Exception) -> None:
        """Why a file was refused."""
        self._banner.say(str(error), "danger")

    def _on_choose(self) -> None:
        kinds = _("Packs of facts (*.bahifacts)")
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose a pack"), str(Path.home()), kinds)
        if chosen and self._law is not None:
            self._law.read_pack(Path(chosen))

    def _on_codes(self) -> None:
        kinds = _("Tables (*.csv *.xlsx)")
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose the list"), str(Path.home()), kinds)
        if chosen and self._law is not None:
            self._law.take_codes(Path(chosen))

    def _on_take(self) -> None:
        if self._offer is not None and self._law is not None:
            self._law.take(self._offer)

    def _on_leave(self) -> None:
        if self._law is not None:
            self._law.leave()


def _some(changes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    more = len(changes) - _SHOWN
    last = [(_("and more"), str(more))] if more > 0 else []
    return [*changes[:_SHOWN], *last]


def _line(*parts: QWidget) -> QWidget:
    made = QWidget()
    across = row(*parts)
    across.addStretch(1)
    made.setLayout(across)
    return made


def _law_text() -> str:
    return _(
        "Rates, limits and codes are dated facts. A change of law comes as a signed file, not as a program."
    )


def _pack_text() -> str:
    return _("What it changes is shown before it is taken. Without the release's signature it is refused.")


def _codes_text() -> str:
    return _("The portal's own list (CSV or Excel) takes the place of the selection that comes with Bahi.")
