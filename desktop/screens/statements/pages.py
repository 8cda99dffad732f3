"""The tabs of standing: the ageing with its bar, the months with their charts, the trial balance, closing."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.statements.model import MonthFigures, TrialBalance
from core.statements.naming import age_names
from core.words import amount_text, date_text, days_text, money_text, month_text, short_money
from core.words import translate as _
from desktop.kit import (
    Banner,
    Bar,
    Card,
    Course,
    DateField,
    Figure,
    Form,
    KeyHint,
    PagedTable,
    Run,
    Segments,
    Sheet,
    StackedBar,
    TextField,
    button,
    label,
    round_scale,
    row,
    show_if,
)
from desktop.ports import Action, Desk, Listing, Tone
from desktop.screens.statements.columns import (
    ageing_listing,
    close_listing,
    finding_listing,
    month_listing,
    share_text,
    trial_listing,
)
from desktop.screens.statements.presenter import StatementsPresenter, closed_text, owed_text
from desktop.screens.statements.reading import PARTY, Closing, Standing
from desktop.theme import space


class _TablePage(QWidget):
    """A page around one table."""

    def __init__(self, desk: Desk, listing: Listing[Any], name: str) -> None:
        super().__init__()
        self._desk = desk
        self.table = PagedTable(listing, desk.runner, desk.hub, desk.memory)
        self.table.view.setAccessibleName(name)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(space("base"))
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(space("base"), space("small"), space("base"), space("small"))
        self.setFocusProxy(self.table)

    def refresh(self) -> None:
        """Read the table again."""
        self.table.refresh()

    def put_away(self) -> None:
        """The page goes."""
        self.table.put_away()

    def _card(self) -> Card:
        card = Card(margin="hair")
        card.set_margins(1, 1, 1, 6)
        card.add(self.table, 1)
        foot = QWidget()
        foot.setLayout(self._foot)
        card.add(foot)
        return card

    def _say(self, figures: Sequence[tuple[str, str]]) -> None:
        while (taken := self._foot.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.deleteLater()
        self._foot.addStretch(1)
        for caption, figure in figures:
            self._foot.addWidget(label(caption, "small", tone="muted"))
            self._foot.addWidget(label(figure, "strong"))
            self._foot.addSpacing(space("small"))


class AgeingPage(_TablePage):
    """Who owes what, by age: the sums as one bar, then the lines."""

    def __init__(self, desk: Desk, presenter: StatementsPresenter) -> None:
        super().__init__(desk, ageing_listing(presenter.owed), _("Ageing"))
        self._presenter = presenter
        self.by = Segments(
            [
                (PARTY, _("Parties")),
                ("group", _("Groups")),
                ("salesperson", _("Salespeople")),
                ("branch", _("Branches")),
            ],
            accessible_name=_("Summed by"),
        )
        self.group = label("", "strong")
        self.leave = button(_("All groups"), "quiet", icon="back", run=presenter.leave_group)
        self._bar = StackedBar([])
        card = Card()
        card.add(self._bar)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._whole.addWidget(card)
        self._whole.addWidget(self._card(), 1)
        self.by.chosen.connect(presenter.sum_by)
        self.table.row_activated.connect(self._on_row)
        show_if(self.leave, False)

    def actions_here(self) -> Sequence[Action]:
        """Back from a group to the groups."""
        act = self._presenter
        return (
            Action(
                "ageing.leave",
                _("All groups"),
                act.leave_group,
                ("Backspace",),
                lambda: act.is_within,
                "back",
            ),
        )

    def show_standing(self, found: Standing, title: str) -> None:
        """The sums, and whose they are."""
        self._bar.show_bars(
            [
                Bar(name, paise, amount_text(paise))
                for name, paise in zip(age_names(), found.buckets, strict=True)
            ]
        )
        self.by.choose(self._presenter.by)
        self.group.setText(title)
        show_if(self.leave, self._presenter.is_within)
        self._say(owed_text(found))

    def _on_row(self, row_id: bytes) -> None:
        if (found := self.table.row_of(row_id)) is not None:
            self._presenter.open_owed(found)


class BehaviourPage(_TablePage):
    """Figures of the last month, charts of the last thirteen, and the months as a table."""

    def __init__(self, desk: Desk, presenter: StatementsPresenter) -> None:
        super().__init__(desk, month_listing(presenter.month_rows), _("Months"))
        self._tiles = [Figure(caption) for caption in _tile_names()]
        self._days, self._money = Course(_("Days")), Course(_("Sales and receipts"))
        self._whole.addLayout(row(*self._tiles, spacing="base"))
        charts = row(spacing="base")
        for title, course in ((_("How long it takes"), self._days), (_("Sold and received"), self._money)):
            card = Card(title)
            card.add(course, 1)
            charts.addWidget(card, 1)
        self._whole.addLayout(charts, 3)
        self._whole.addWidget(self._card(), 4)

    def show_months(self, found: Sequence[MonthFigures]) -> None:
        """The last month in figures, all of them in charts."""
        if not found:
            return
        last, before = found[-1], found[-2] if len(found) > 1 else found[-1]
        month = month_text(last.month)
        told: tuple[tuple[str, str, Tone], ...] = (
            (days_text(last.dso), _change(month, last.dso, before.dso), _tone(last.dso, before.dso)),
            (days_text(last.best_dso), _("if nobody had been late"), ""),
            (share_text(last.cei), _("of what could come, {month}").format(month=month), ""),
            (days_text(last.late), _change(month, last.late, before.late), _tone(last.late, before.late)),
        )
        for tile, (number, text, tone) in zip(self._tiles, told, strict=True):
            tile.show_number(number, delta=text, tone=tone)
        months = [month_text(month.month, with_year=False) for month in found]
        self._show_days(months, found)
        self._show_money(months, found)

    def _show_days(self, months: Sequence[str], found: Sequence[MonthFigures]) -> None:
        runs = [
            _run(_("DSO"), [month.dso for month in found]),
            _run(_("Best possible"), [month.best_dso for month in found]),
            _run(_("Days late"), [month.late for month in found], "danger"),
        ]
        most, lines = round_scale(max((point for run in runs for point in run.points if point), default=0))
        self._days.show_runs(months, runs, most=most, scale=[str(line // 100) for line in lines])

    def _show_money(self, months: Sequence[str], found: Sequence[MonthFigures]) -> None:
        runs = [
            Run(_("Sales"), [max(m.sales_paise, 0) for m in found], [money_text(m.sales_paise) for m in found],
                is_columns=True),
            Run(_("Received"), [max(m.received_paise, 0) for m in found],
                [money_text(m.received_paise) for m in found], "success", is_columns=True),
        ]  # fmt: skip
        most, lines = round_scale(max((point for run in runs for point in run.points if point), default=0))
        self._money.show_runs(months, runs, most=most, scale=[short_money(line) for line in lines])


class TrialPage(_TablePage):
    """Every account with its balance."""

    def __init__(self, desk: Desk, presenter: StatementsPresenter) -> None:
        super().__init__(desk, trial_listing(presenter.trial_rows), _("Trial balance"))
        self._whole.addWidget(self._card(), 1)

    def show_balance(self, found: TrialBalance) -> None:
        """Both sides, which come to the same."""
        debit, credit = money_text(found.debit_paise), money_text(found.credit_paise)
        self._say(((_("Debit"), debit), (_("Credit"), credit)))


class ClosingPage(_TablePage):
    """How far the books are closed, what to look at before the next month is, and every close."""

    def __init__(self, desk: Desk, presenter: StatementsPresenter) -> None:
        super().__init__(desk, close_listing(presenter.closes), _("Closed periods"))
        self._presenter = presenter
        self._found: Closing | None = None
        self._sheet: Sheet | None = None
        self._form: Form | None = None
        self._banner = Banner()
        self._state = label("", "strong", wrap=True)
        self._close = button("", "primary", icon="lock", run=self._on_close)
        self._reopen = button(_("Open the last one again"), "quiet", icon="undo", run=self._on_reopen)
        self.findings = PagedTable(finding_listing(presenter.findings), desk.runner, desk.hub, desk.memory)
        self.findings.view.setAccessibleName(_("Before you close"))
        self.findings.row_activated.connect(self._on_finding)
        across = row()
        across.addWidget(self._state, 1)
        self._close_key = KeyHint("Ctrl+Enter")
        for part in (self._reopen, self._close, self._close_key):
            across.addWidget(part)
        above = Card(margin="hair")
        above.set_margins(1, 1, 1, 6)
        above.add(self.findings, 1)
        self._whole.addWidget(self._banner)
        self._whole.addLayout(across)
        self._closes = self._card()
        self._before = above
        self._whole.addWidget(above, 1)
        self._whole.addWidget(self._closes, 1)
        self.setFocusProxy(self.findings)

    def actions_here(self) -> Sequence[Action]:
        """Closing, and opening again."""
        return (
            Action("closing.close", _("Close the next month"), self._on_close, ("Ctrl+Return", "Ctrl+Enter"),
                   self._may_close, "lock"),
            Action("closing.reopen", _("Open the last one again"), self._on_reopen, (), self._is_closed, "undo"),
        )  # fmt: skip

    def refresh(self) -> None:
        """Read both tables again."""
        super().refresh()
        self.findings.refresh()

    def put_away(self) -> None:
        """The page goes."""
        super().put_away()
        self.findings.put_away()

    def show_closing(self, found: Closing) -> None:
        """How far, and what comes next."""
        self._found = found
        self._state.setText(closed_text(found))
        if found.next_through is not None:
            self._close.setText(_("Close up to {date}").format(date=date_text(found.next_through)))
        was_open, may_close = self._before.isVisible(), found.next_through is not None
        for part in (self._close, self._close_key, self._before):
            show_if(part, may_close)
        self.setFocusProxy(self.findings if may_close else self.table)
        if self.isVisible() and was_open != may_close:
            self.setFocus()
        show_if(self._reopen, found.closed is not None)
        show_if(self._closes, bool(found.closes))

    def refuse(self, error: Exception) -> None:
        """Why it was refused."""
        if self._form is not None:
            self._form.set_busy(False)
            self._form.show_refusal(error)
        else:
            self._banner.say(str(error), "danger")

    def _may_close(self) -> bool:
        return self._found is not None and self._found.next_through is not None

    def _is_closed(self) -> bool:
        return self._found is not None and self._found.closed is not None

    def _on_finding(self, row_id: bytes) -> None:
        if (found := self.findings.row_of(row_id)) is not None:
            self._presenter.cure(found)

    def _on_close(self) -> None:
        found = self._found
        if found is None or found.next_through is None or found.first_on is None:
            return
        through, first_on = found.next_through, found.first_on
        form = Form(save=_("Close the books"), back=_("Leave it"))
        text = _("From then on papers of these days are refused; what still comes from other devices is entered "
                 "on the first open day.")  # fmt: skip
        form.add("through", _("Up to"), DateField(today=through), required=True, hint=_("The end of a month"))
        form.set_values({"through": through})
        form.save_asked.connect(lambda: self._presenter.close(form.value("through"), first_on, self._done))
        self._open(Sheet(_("Close a period"), form, parent=self.window(), text=text), form)

    def _on_reopen(self) -> None:
        form = Form(save=_("Open it again"), back=_("Leave it"))
        form.add("reason", _("Why"), TextField(max_length=200), required=True)
        form.save_asked.connect(lambda: self._presenter.reopen(form.value("reason") or "", self._done))
        text = _("The reason stands in the audit trail.")
        self._open(Sheet(_("Open the period again"), form, parent=self.window(), text=text), form)

    def _open(self, sheet: Sheet, form: Form) -> None:
        sheet.finished.connect(self._on_sheet_closed)
        self._sheet, self._form = sheet, form
        sheet.open()

    def _done(self) -> None:
        self._banner.say("")
        if self._sheet is not None:
            self._sheet.accept()

    def _on_sheet_closed(self) -> None:
        self._sheet = self._form = None


def _tile_names() -> tuple[str, ...]:
    return (_("Days sales outstanding"), _("Best possible days"), _("Collected"), _("Days late"))


def _run(name: str, points: Sequence[int | None], tone: Tone = "") -> Run:
    return Run(name, points, [days_text(point) for point in points], tone)


def _change(month: str, now: int | None, before: int | None) -> str:
    if now is None or before is None:
        return month
    if now == before:
        return _("{month}, as the month before").format(month=month)
    more, fewer = _("{month}, {days} more than before"), _("{month}, {days} fewer than before")
    return (more if now > before else fewer).format(month=month, days=days_text(abs(now - before)))


def _tone(now: int | None, before: int | None) -> Tone:
    if now is None or before is None or now == before:
        return ""
    return "danger" if now > before else "success"
