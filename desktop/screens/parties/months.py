"""How a party pays, on its page: days to pay and days late over a year as a chart, the months as a table."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.statements.model import MonthFigures
from core.words import days_text, month_text
from core.words import translate as _
from desktop.kit import Course, PagedTable, Run, round_scale
from desktop.ports import Desk, Epoch
from desktop.screens.parties.conduct import month_listing, months_of
from desktop.theme import space

_CHART = 210


class MonthsTab(QWidget):
    """A chart above its table."""

    def __init__(self, desk: Desk, party: bytes) -> None:
        super().__init__()
        self._desk = desk
        self._party = party
        self._epoch = Epoch()
        self.chart = Course(_("How they pay"))
        self.chart.setFixedHeight(_CHART)
        self.table = PagedTable(month_listing(party, desk.calendar), desk.runner, desk.hub)
        self.table.view.setAccessibleName(_("Months"))
        self.table.model.modelReset.connect(self._load)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(space("base"), space("small"), space("base"), 0)
        whole.setSpacing(space("small"))
        whole.addWidget(self.chart)
        whole.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self._load()

    def _load(self) -> None:
        self._epoch.turn()
        question = partial(months_of, party=self._party, calendar=self._desk.calendar)
        self._desk.runner.read(question, self._show, self._desk.notifier.fail, epoch=self._epoch)

    def _show(self, found: Sequence[MonthFigures]) -> None:
        runs = [
            _run(_("Days to pay"), [month.taken for month in found]),
            _run(_("Days late"), [month.late for month in found], is_late=True),
        ]
        most, lines = round_scale(max((point for run in runs for point in run.points if point), default=0))
        months = [month_text(month.month, with_year=False) for month in found]
        self.chart.show_runs(months, runs, most=most, scale=[str(line // 100) for line in lines])


def _run(name: str, points: Sequence[int | None], *, is_late: bool = False) -> Run:
    return Run(name, points, [days_text(point) for point in points], "danger" if is_late else "")
