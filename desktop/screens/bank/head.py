"""The head of the bank's screen: which account, what to do with all of it, and how far accepting has come."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.bank.queries import AccountRow
from core.ids import Id
from core.words import translate as _
from desktop.kit import Banner, ChoiceField, KeyHint, PageHeader, action_button, button, row
from desktop.ports import Action, Choice
from desktop.screens.bank.looked import Figures
from desktop.theme import space

_ACCOUNT_WIDTH = 240


class BankHead(QWidget):
    """The account's chooser and the buttons; `chosen` gets an account, `stop` ends what is under way."""

    def __init__(
        self,
        actions: Sequence[Action],
        accept_all: Callable[[], None],
        chosen: Callable[[Id], None],
        stop: Callable[[], None],
    ) -> None:
        super().__init__()
        self._on_chosen = chosen
        self._choices: list[Choice] = []
        self._chooser: ChoiceField | None = None
        self._holder = row()
        self._holder.setContentsMargins(0, 0, 0, 0)
        self._sure = button(_("Accept all certain"), "primary", icon="check", run=accept_all)
        self._banner = Banner()
        self._banner.acted.connect(stop)
        chooser = QWidget()
        chooser.setLayout(self._holder)
        header = PageHeader(_("Bank"))
        for part in (chooser, *map(action_button, actions), self._sure, KeyHint(_("Ctrl+Enter"))):
            header.add(part)
        above = QVBoxLayout(self)
        above.setContentsMargins(space("wide"), space("base"), space("wide"), 0)
        above.addWidget(header)
        above.addWidget(self._banner)

    @property
    def is_ready(self) -> bool:
        """Whether the accounts are known."""
        return self._chooser is not None

    def show_accounts(self, rows: Sequence[AccountRow], chosen: Id | None) -> None:
        """Show which account is looked at."""
        choices = [Choice(row.id, row.name) for row in rows]
        if self._chooser is None or choices != self._choices:
            self._choices = choices
            self._put_chooser(choices)
        assert self._chooser is not None
        self._chooser.set_value(chosen)

    def show_figures(self, figures: Figures, *, is_looking: bool) -> None:
        """Show how many one key takes."""
        certain = _("Accept {count} certain").format(count=figures.certain)
        self._sure.setText(
            _("Looking …") if is_looking else certain if figures.certain else _("None certain")
        )
        self._sure.setEnabled(figures.certain > 0)

    def show_progress(self, done: int, total: int) -> None:
        """How far accepting has come; both alike: it is over."""
        if done == total:
            self._banner.say("")
        else:
            told = _("Accepting what is certain: {done} of {total}. Stopping keeps what was accepted.")
            self._banner.say(told.format(done=done, total=total), "accent", _("Stop"))

    def _put_chooser(self, choices: Sequence[Choice]) -> None:
        if self._chooser is not None:
            self._holder.removeWidget(self._chooser)
            self._chooser.deleteLater()
        self._chooser = ChoiceField.of(choices, placeholder=_("No account yet"))
        self._chooser.set_name(_("Bank account"))
        self._chooser.setFixedWidth(_ACCOUNT_WIDTH)
        self._chooser.edited.connect(self._on_edited)
        self._holder.addWidget(self._chooser)

    def _on_edited(self, choice: Choice | None) -> None:
        if choice is not None:
            self._on_chosen(choice.value)
