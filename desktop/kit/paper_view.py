"""PaperView: a PDF on the screen, to zoom, print and save; drawn by pypdfium2, off the GUI thread."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPagedPaintDevice, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QScrollArea, QVBoxLayout, QWidget

from core.errors import BahiError
from core.words import translate as _
from desktop.kit.buttons import button, icon_button
from desktop.kit.list_out import written
from desktop.kit.states import EmptyState
from desktop.kit.surfaces import row, scrolling
from desktop.kit.texts import label
from desktop.ports import Epoch, Nothing, Runner
from desktop.theme import colour, space

_ZOOMS = (50, 75, 90, 100, 125, 150, 200, 300)
_POINTS_AN_INCH = 72
_PRINT_DPI = 300
_SCREEN_SCALE = 1.5
"""Pixels a point at 100 %, before the screen's own scale."""


class _PageView(QWidget):
    """One page of paper with its shadow line."""

    def __init__(self, page: QImage, zoom: int) -> None:
        super().__init__()
        self._page = page
        self.set_zoom(zoom)

    def set_zoom(self, zoom: int) -> None:
        """Show the page at a per cent of its size."""
        points = self._page.size() / self._page.devicePixelRatio()
        self.setFixedSize(QSize(round(points.width() * zoom / 100), round(points.height() * zoom / 100)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the page and a hairline around it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self._page)
        painter.setPen(colour("line_strong"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class PaperView(QWidget):
    """Shows a PDF given as bytes. Ctrl++ and Ctrl+- zoom; printing and saving are asked for by its buttons."""

    shown = Signal(int)
    """A PDF is on the screen: its number of pages."""

    def __init__(self, runner: Runner, *, file_name: Callable[[], str] = lambda: "paper.pdf") -> None:
        super().__init__()
        self._runner = runner
        self._file_name = file_name
        self._epoch = epoch = Epoch()
        self.destroyed.connect(lambda: epoch.turn())
        self._pdf = b""
        self._zoom = 100
        self._views: list[_PageView] = []
        self._sheets = QWidget()
        self._column = QVBoxLayout(self._sheets)
        self._column.setContentsMargins(*(space("wide"),) * 4)
        self._column.setSpacing(space("base"))
        self._area: QScrollArea = scrolling(self._sheets)
        self._area.setAccessibleName(_("Pages"))
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._zoomed = label("100%", "small", tone="muted")
        self._empty = EmptyState(Nothing(_("No paper yet"), icon="invoices"))
        self._bar = QWidget()
        self._build()

    def show_pdf(self, pdf: bytes) -> None:
        """Show a PDF; one shown before goes when the new one is drawn."""
        self._epoch.turn()
        self._pdf = pdf
        scale = _SCREEN_SCALE * self.devicePixelRatioF()
        draw = partial(pages_of, pdf, scale, self.devicePixelRatioF())
        self._runner.network(draw, self._show_pages, self._show_failure, epoch=self._epoch)

    def zoom_by(self, step: int) -> None:
        """One step nearer (+1) or further (-1)."""
        near = min(range(len(_ZOOMS)), key=lambda number: abs(_ZOOMS[number] - self._zoom))
        self.set_zoom(_ZOOMS[min(max(near + step, 0), len(_ZOOMS) - 1)])

    def set_zoom(self, zoom: int) -> None:
        """Show the pages at a per cent of their size."""
        self._zoom = zoom
        self._zoomed.setText(f"{zoom}%")
        for view in self._views:
            view.set_zoom(zoom)

    def fit_width(self, *, shrink_only: bool = False) -> None:
        """Let a page fill the width there is; with `shrink_only` one that fits already stays as it is."""
        if self._views:
            natural = self._views[0].width() * 100 / self._zoom
            room = self._area.viewport().width() - 2 * space("wide")
            fitting = max(_ZOOMS[0], min(_ZOOMS[-1], int(room * 100 / natural)))
            if not shrink_only or fitting < self._zoom:
                self.set_zoom(fitting)

    def take_keys(self) -> None:
        """Ctrl+P prints, Ctrl+Shift+S saves, arrows scroll: for a paper in a dialog, where no menu holds keys."""
        everywhere = Qt.ShortcutContext.WindowShortcut
        self._on_key("Ctrl+P", self.print_out, everywhere)
        self._on_key("Ctrl+Shift+S", self.save, everywhere)
        self.setFocus()

    def save(self) -> None:
        """Ask for a place and write the PDF there."""
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save as PDF"), self._file_name(), _("PDF files (*.pdf)")
        )
        if chosen:
            self._runner.network(partial(written, self._pdf, Path(chosen)))

    def print_out(self) -> None:
        """Show the printer dialog and print."""
        # Loaded on first use: the window starts without the printing system.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        asked = QPrintDialog(printer, self)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(lambda: self._print_on(printer))
        QDialog.open(asked)

    def _print_on(self, printer: QPagedPaintDevice) -> None:
        draw = partial(pages_of, self._pdf, _PRINT_DPI / _POINTS_AN_INCH, 1.0)
        self._runner.network(draw, partial(paint_pages, printer))

    def _build(self) -> None:
        self._bar.setLayout(
            row(
                icon_button("zoom-out", _("Smaller"), run=lambda: self.zoom_by(-1), keys="Ctrl+-"),
                self._zoomed,
                icon_button("zoom-in", _("Larger"), run=lambda: self.zoom_by(1), keys="Ctrl++"),
                icon_button("fit", _("Fit width"), run=lambda: self.fit_width()),
                spacing="tight",
            )
        )
        across = self._bar.layout()
        assert across is not None
        for widget in (
            button(_("Save as PDF"), icon="export", run=self.save, keys="Ctrl+Shift+S"),
            button(_("Print"), icon="print", run=self.print_out, keys="Ctrl+P"),
        ):
            across.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(space("small"))
        whole.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignRight)
        whole.addWidget(self._area, 1)
        whole.addWidget(self._empty, 1)
        for keys, step in (("Ctrl++", 1), ("Ctrl+=", 1), ("Ctrl+-", -1)):
            self._on_key(keys, partial(self.zoom_by, step))
        self._show_paper(False)

    def _on_key(
        self,
        keys: str,
        run: Callable[[], None],
        where: Qt.ShortcutContext = Qt.ShortcutContext.WidgetWithChildrenShortcut,
    ) -> None:
        QShortcut(QKeySequence(keys), self, context=where).activated.connect(run)

    def _show_pages(self, pages: list[QImage]) -> None:
        for view in self._views:
            self._column.removeWidget(view)
            view.deleteLater()
        self._views = [_PageView(page, self._zoom) for page in pages]
        for number, view in enumerate(self._views, 1):
            view.setAccessibleName(_("Page {number}").format(number=number))
            self._column.addWidget(view, 0, Qt.AlignmentFlag.AlignHCenter)
        self._show_paper(True)
        self.shown.emit(len(pages))

    def _show_failure(self, error: Exception) -> None:
        self._empty.say(
            _("This paper could not be shown"), str(error) if isinstance(error, BahiError) else ""
        )
        self._show_paper(False)

    def _show_paper(self, is_shown: bool) -> None:
        held_by = self._empty if is_shown else self._area
        had_focus = held_by.hasFocus()
        self._area.setVisible(is_shown)
        self._bar.setVisible(is_shown)
        self._empty.setVisible(not is_shown)
        self.setFocusProxy(self._area if is_shown else self._empty)  # keys stay here while it is drawn
        if had_focus:
            self.setFocus()


def pages_of(pdf: bytes, scale: float, ratio: float) -> list[QImage]:
    """The pages of a PDF as images, `scale` pixels a point; runs on any thread."""
    # Loaded on first use: the window starts without it.
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        images = []
        for number in range(len(document)):
            page = document[number]
            drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
            image = QImage(
                bytes(drawn.buffer), drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGBX8888
            ).copy()
            drawn.close()
            page.close()
            image.setDevicePixelRatio(ratio)
            images.append(image)
        return images
    finally:
        document.close()


def paint_pages(device: QPagedPaintDevice, pages: list[QImage]) -> None:
    """Paint images onto a printer, one a page, as large as they fit."""
    painter = QPainter(device)
    for number, page in enumerate(pages):
        if number:
            device.newPage()
        room = QSizeF(device.width(), device.height())
        size = QSizeF(page.size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(QRectF(QPointF(0, 0), size), page, QRectF(page.rect()))
    painter.end()
