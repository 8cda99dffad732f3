"""A paper over the window: a draft as it would be printed, or the documents chosen in the list."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.kit import PaperView
from desktop.ports import Runner
from desktop.theme import size, space


class PaperDialog(QDialog):
    """Shows what `draw` draws, to read, print or save; Esc closes it."""

    def __init__(
        self, runner: Runner, title: str, draw: Callable[[], bytes], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.paper = PaperView(runner, file_name=lambda: f"{title}.pdf".replace("/", "-"))
        self.paper.setAccessibleName(title)
        self.paper.shown.connect(lambda _pages: self.paper.fit_width(shrink_only=True))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("base"),) * 4)
        whole.addWidget(self.paper)
        self.paper.take_keys()
        above = parent.window().height() if parent is not None else size("form")
        self.resize(size("form") + size("label"), above - space("vast"))
        runner.network(draw, self.paper.show_pdf)
