"""The page on which a line of the bank is recorded by hand: the line and its payer left, the bills beside it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from core.bank.queries import LineRow
from core.ids import Id
from core.problems import Problem
from core.shortfall.model import Bill, Explanation
from core.words import amount_text, date_text, money_text
from core.words import translate as _
from desktop.kit import (
    AmountField,
    Banner,
    Card,
    ChoiceField,
    EditGrid,
    EmptyState,
    Form,
    GridColumn,
    KeyHint,
    PageHeader,
    Question,
    TextField,
    Way,
    button,
    label,
    row,
    scrolling,
)
from desktop.kit.surfaces import empty
from desktop.ports import Action, Choice, Desk, Nothing
from desktop.screens.bank.entry import EntryPresenter, Sums, kept_choices, mode_choices, suggest_parties
from desktop.theme import set_tone, space

_SIDE = 384
_NARROW = 640


class EntryPage(QWidget):
    """A receipt beside the line it came by."""

    def __init__(self, desk: Desk, line: LineRow, likely: Id | None, over: Callable[[], None]) -> None:
        super().__init__()
        self._over = over
        self._header = PageHeader(_("Record a receipt from the bank's line"))
        self._banner = Banner()
        self.form = Form(enter_saves=False)
        self.grid = EditGrid(_columns(), desk.runner, grows=False)
        self.grid.view.setAccessibleName(_("Bills to settle"))
        self._bills = 0
        self._body = QStackedWidget()
        self._nothing = EmptyState(
            Nothing(_("No party yet"), _("Its open bills appear here."), icon="invoices")
        )
        self._ways = QVBoxLayout()
        self._ways_title = label(_("What explains it"), "strong")
        self._is_changed = False
        self._sums = label("", "strong")
        self.presenter = EntryPresenter(self, desk, line, over)
        self._fill(desk)
        self._lay(line)
        self._connect()
        self.show_bills([])
        self.presenter.begin(likely)

    def actions_here(self) -> Sequence[Action]:
        """The form and the bills have their keys by themselves."""
        return ()

    def put_away(self) -> None:
        """The page goes."""
        self.presenter.put_away()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short the bills' dates give way."""
        super().resizeEvent(event)
        is_narrow = self.width() - _SIDE < _NARROW
        for name in ("date", "due"):
            self.grid.view.setColumnHidden(self.grid.model.place(name), is_narrow)

    def save(self) -> None:
        """Record what stands here."""
        if self.grid.settle():
            mode = self.form.value("mode")
            self.presenter.save(mode.value if mode else "other", self.form.value("reference"))

    # --- what the presenter says

    def show_party(self, choice: Choice) -> None:
        """Who paid; typing replaces it."""
        field = self.form.field("party")
        field.set_value(choice)
        if isinstance(field.editor, QLineEdit) and field.editor.hasFocus():
            field.editor.selectAll()

    def show_bills(self, bills: Sequence[Bill]) -> None:
        """The open bills of the party."""
        self._bills = len(bills)
        self.grid.set_rows([_row_of(bill) for bill in bills])
        self._body.setCurrentWidget(self.grid if bills else self._nothing)
        nobody = self.presenter.party is None
        title = _("No party yet") if nobody else _("Nothing is open")
        self._nothing.say(
            title, _("Its open bills appear here.") if nobody else _("All of it stays on account.")
        )

    def show_settled(self, settled: Mapping[int, int]) -> None:
        """How much of each is settled."""
        for place in range(self._bills):
            self.grid.set_cell(place, "settle", settled.get(place))

    def show_kept(self, tds_paise: int, tds_code: str, other_paise: int, other_kind: str) -> None:
        """What was kept back."""
        self.form.set_values(
            {
                "tds": tds_paise or None,
                "tds_code": tds_code,
                "other": other_paise or None,
                "kind": other_kind or None,
            }
        )

    def show_ways(self, ways: Sequence[Explanation], chosen: int) -> None:
        """What may explain the amount."""
        empty(self._ways)
        self._ways_title.setVisible(bool(ways))
        for at, way in enumerate(ways):
            mark = "✓" if at == chosen else ""
            told = "; ".join(way.arithmetic[:2])
            self._ways.addWidget(
                Way(way.sentence, told, figure=mark, run=partial(self.presenter.take_way, at))
            )

    def show_sums(self, sums: Sums) -> None:
        """What there is, what is settled, and what stays."""
        told = _("{credit} in all · {settled} settles bills · {left} on account").format(
            credit=money_text(sums.credit_paise), settled=money_text(sums.settled_paise),
            left=money_text(sums.on_account_paise),
        )  # fmt: skip
        self._sums.setText(told)
        set_tone(self._sums, "danger" if sums.on_account_paise < 0 else "")

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Lines first; the rest above."""
        apart = self.grid.show_problems(problems)
        self.grid.go_to_problem()
        self._banner.say("\n".join(problem.sentence for problem in apart), "danger")

    def ask(self, title: str, text: str, yes: str, run: Callable[[], None]) -> None:
        """Ask before going on."""
        Question(title, text, yes=yes, answered=run, parent=self.window()).open()

    # --- building

    def _fill(self, desk: Desk) -> None:
        form = self.form
        form.add("party", _("Party"), ChoiceField(suggest_parties, desk.runner), required=True)
        form.add("mode", _("Mode"), ChoiceField.of(mode_choices()))
        form.add("reference", _("Reference"), TextField())
        form.section(_("Kept back"))
        form.add("tds", _("TDS"), AmountField())
        form.add("tds_code", _("Section or code"), TextField(capitals=True))
        form.add("other", _("Other"), AmountField())
        form.add("kind", _("Which is"), ChoiceField.of(kept_choices()))
        form.set_values({"mode": self.presenter.mode, "reference": self.presenter.reference})

    def _lay(self, line: LineRow) -> None:
        self._header.set_title(
            _("Record a receipt from the bank's line"),
            f"{date_text(line.dated_on)} · {money_text(line.paise)} · {line.description}",
        )
        self._header.add(button(_("Leave it"), "quiet", run=self._on_back))
        self._header.add(button(_("Record and match"), "primary", icon="check", run=self.save))
        self._header.add(KeyHint(_("Ctrl+Enter")))
        inner = QWidget()
        stack = QVBoxLayout(inner)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(space("small"))
        stack.addWidget(self.form)
        stack.addWidget(self._ways_title)
        self._ways.setSpacing(0)
        stack.addLayout(self._ways)
        stack.addStretch(1)
        side = Card()
        area = scrolling(inner)
        area.setAccessibleName(_("Who paid, and what was kept back"))
        side.add(area, 1)
        side.setFixedWidth(_SIDE)
        bills = Card(margin="hair")
        bills.set_margins(1, 1, 1, 1)
        self._body.addWidget(self.grid)
        self._body.addWidget(self._nothing)
        bills.add(self._body, 1)
        foot = QWidget()
        beneath = row(self._sums)
        beneath.setContentsMargins(space("base"), space("small"), space("base"), space("small"))
        beneath.insertStretch(0, 1)
        foot.setLayout(beneath)
        bills.add(foot)
        across = row(side, bills, spacing="medium")
        across.setStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("wide"), space("base"), space("wide"), space("wide"))
        whole.setSpacing(space("medium"))
        for widget in (self._header, self._banner):
            whole.addWidget(widget)
        whole.addLayout(across, 1)
        self.setFocusProxy(self.form.field("party").editor)

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.form.save_asked.connect(self.save)
        self.form.back_asked.connect(self._on_back)
        self.form.walked.connect(self.grid.setFocus)
        self.grid.edited.connect(self._on_settled)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self._body, context=within).activated.connect(self.save)
        QShortcut(QKeySequence("Escape"), self._body, context=within).activated.connect(self._on_back)

    def _on_back(self) -> None:
        if not self._is_changed:
            self._over()
            return
        Question(
            _("Leave without recording?"), _("What you typed here is lost."), yes=_("Leave"),
            answered=self._over, part="danger", parent=self.window(),
        ).open()  # fmt: skip

    def _on_edited(self, name: str, value: object) -> None:
        self._is_changed = True
        if name == "party":
            self.presenter.choose(value.value if isinstance(value, Choice) else None)
        elif name in ("tds", "tds_code", "other", "kind"):
            values = self.form.values()
            kind = values["kind"].value if values["kind"] else ""
            self.presenter.keep_back(values["tds"] or 0, values["tds_code"], values["other"] or 0, kind)

    def _on_settled(self, place: int, column: str, value: object) -> None:
        self._is_changed = True
        if column == "settle":
            self.presenter.settle(place, value if isinstance(value, int) else None)


def _columns() -> list[GridColumn]:
    return [
        GridColumn("number", _("Bill"), "said", stretch=True),
        GridColumn("date", _("Date"), "said", 11),
        GridColumn("due", _("Due on"), "said", 11),
        GridColumn("open", _("Open"), "computed", 13),
        GridColumn("settle", _("Settles"), "amount", 13),
    ]


def _row_of(bill: Bill) -> dict[str, object]:
    return {
        "number": bill.number,
        "date": date_text(bill.dated_on),
        "due": date_text(bill.due_on),
        "open": amount_text(bill.open_paise),
        "settle": None,
    }
