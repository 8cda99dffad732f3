"""The card of files attached to what a page shows, and one of them over the window, to look at, save or take off."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from core.attachments.commands import detach
from core.attachments.queries import AttachmentRow, attachments_of
from core.words import date_text
from core.words import translate as _
from desktop.kit.buttons import button
from desktop.kit.fields import TextField
from desktop.kit.form import Form
from desktop.kit.list_out import written
from desktop.kit.paper_view import PaperView
from desktop.kit.sheet import Dialog, Sheet
from desktop.kit.surfaces import Card, empty, row, scrolling
from desktop.kit.texts import KeyHint, label
from desktop.kit.ways import Way
from desktop.ports import Action, Desk, Epoch, Touched
from desktop.theme import size, space

_KEYS = "Ctrl+Shift+A"
_FOLDER = "attachments.folder"
_KINDS = "(*.jpg *.jpeg *.png *.webp *.pdf)"
_PDF = "application/pdf"


class AttachmentsCard(Card):
    """What is attached to the record shown. Files may be dropped on it."""

    def __init__(self, desk: Desk, refuse: Callable[[Exception], None]) -> None:
        super().__init__(_("Attached"), margin="medium")
        self._desk = desk
        self._refuse = refuse
        self._about: bytes | None = None
        self._epoch = Epoch()
        self._list = QVBoxLayout()
        self._list.setSpacing(space("hair"))
        held = QWidget()
        held.setLayout(self._list)
        self._list.setContentsMargins(0, 0, 0, 0)
        self.add(held)
        self._forget = desk.hub.subscribe(self._on_touched)
        self.setAcceptDrops(True)
        self.hide()

    def show_of(self, about: bytes) -> None:
        """Show what is attached to a record."""
        self._about = about
        self._epoch.turn()
        self._desk.runner.read(
            partial(attachments_of, about=about), self._show, self._refuse, epoch=self._epoch
        )

    def put_away(self) -> None:
        """The page goes."""
        self._epoch.turn()
        self._forget()

    def ways(self) -> list[Action]:
        """What can be done about the record shown."""
        words = _("photo proof challan scan upload")
        return [
            Action(
                "attach", _("Attach a file…"), self._ask_file, (_KEYS,), self._may_add, "import", words=words
            )
        ]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if self._may_add() and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach what was dropped."""
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self._add(Path(url.toLocalFile()))

    def _may_add(self) -> bool:
        return self._desk.files is not None and self._about is not None

    def _show(self, rows: Sequence[AttachmentRow]) -> None:
        empty(self._list)
        for each in rows:
            detail = f"{size_text(each.size_bytes)} · {each.user}, {date_text(each.added_on)}"
            self._list.addWidget(Way(each.name, detail, icon="copy", run=partial(self._look, each)))
        self._list.addWidget(Way(_("Attach a file…"), icon="plus", keys=_KEYS, run=self._ask_file))
        self.setVisible(self._desk.files is not None)

    def _on_touched(self, touched: Touched) -> None:
        if self._about is not None and self._about in touched.records.get("attachments", frozenset()):
            self.show_of(self._about)

    def _ask_file(self) -> None:
        if not self._may_add():
            return
        memory = self._desk.memory
        folder = str(memory.recall(_FOLDER, str(Path.home())))
        kinds = _("Photos and PDF {kinds}").format(kinds=_KINDS)
        chosen, _kind = QFileDialog.getOpenFileNames(self, _("Attach files"), folder, kinds)
        for name in chosen:
            memory.keep(_FOLDER, str(Path(name).parent))
            self._add(Path(name))

    def _add(self, file: Path) -> None:
        files, about = self._desk.files, self._about
        if files is not None and about is not None:
            told = _("{name} attached").format(name=file.name)
            files.add(about, file, lambda: self._desk.notifier.done(told), self._refuse)

    def _look(self, each: AttachmentRow) -> None:
        if self._desk.files is not None:
            self._desk.files.look(each, partial(self._open, each), self._refuse)

    def _open(self, each: AttachmentRow, data: bytes | None) -> None:
        if data is None:
            self._desk.notifier.tell(
                _("{name} is not on this device, and the service does not have it yet.").format(
                    name=each.name
                ),
                tone="warning",
            )
            return
        AttachmentDialog(self._desk, each, data, self.window()).open()


class AttachmentDialog(Dialog):
    """One attachment: the photo or the PDF, to read, save or take off; Esc closes it."""

    def __init__(self, desk: Desk, each: AttachmentRow, data: bytes, parent: QWidget) -> None:
        super().__init__(each.name, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._row = each
        self._data = data
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(space("base"),) * 4)
        whole.setSpacing(space("small"))
        off = button(_("Take off…"), icon="remove", run=self._ask_off)
        save = button(_("Save as…"), icon="export", run=self._save)
        head = row(label(each.name, "heading"), off, KeyHint("Alt+X"), save, KeyHint("Ctrl+Shift+S"))
        head.setStretch(0, 1)
        for keys, run in (("Alt+X", self._ask_off), ("Ctrl+Shift+S", self._save)):
            QShortcut(QKeySequence(keys), self).activated.connect(run)
        whole.addLayout(head)
        if each.note:
            whole.addWidget(label(each.note, "body", tone="muted", wrap=True))
        if each.media == _PDF:
            paper = PaperView(desk.runner, file_name=lambda: each.name)
            whole.addWidget(paper, 1)
            paper.show_pdf(data)
            paper.take_keys()
        else:
            photo = _photo(data, each.name)
            whole.addWidget(photo, 1)
            photo.setFocus()
        self.resize(size("form") + size("label"), parent.height() - space("vast"))

    def _save(self) -> None:
        folder = Path(str(self._desk.memory.recall(_FOLDER, str(Path.home()))))
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as"), str(folder / self._row.name))
        if not chosen:
            return
        self._desk.memory.keep(_FOLDER, str(Path(chosen).parent))
        told = _("Written to {file}").format(file=Path(chosen).name)
        self._desk.runner.network(
            partial(written, self._data, Path(chosen)),
            lambda _done: self._desk.notifier.done(told),
            self._desk.notifier.fail,
        )

    def _ask_off(self) -> None:
        OffSheet(self._desk, self._row, self.accept, self).open()


class OffSheet(Sheet):
    """Asks why an attachment is taken off."""

    def __init__(self, desk: Desk, each: AttachmentRow, done: Callable[[], None], parent: QWidget) -> None:
        form = Form(save=_("Take it off"), back=_("Leave it"))
        text = _("The log keeps that it was here. The file itself is kept for 30 days.")
        super().__init__(_("Take off {name}").format(name=each.name), form, text=text, parent=parent)
        self._desk = desk
        self._row = each
        self._done = done
        form.add("reason", _("Why"), TextField(max_length=200), required=True)
        form.save_asked.connect(self._on_save)

    def _on_save(self) -> None:
        self.form.set_busy(True)
        command = partial(
            detach,
            attachment=self._row.id,
            reason=self.form.value("reason") or "",
            today=self._desk.calendar.today(),
        )
        self._desk.runner.write(_("Take an attachment off"), command, self._off, self._refused)

    def _off(self, _claim: object) -> None:
        self.accept()
        self._done()

    def _refused(self, error: Exception) -> None:
        self.form.set_busy(False)
        self.form.show_refusal(error)


def size_text(size_bytes: int) -> str:
    """How large a file is, as people say it: "240 KB", "1.8 MB"."""
    if size_bytes < 1_000_000:
        return _("{count} KB").format(count=max(1, round(size_bytes / 1000)))
    return _("{count} MB").format(count=f"{size_bytes / 1_000_000:.1f}")


def _photo(data: bytes, name: str) -> QWidget:
    image = QImage.fromData(data)
    if image.isNull():
        return label(_("This photo cannot be shown; save it to look at it elsewhere."), "body", wrap=True)
    shown = label("", "body")
    shown.setAccessibleName(name)
    wide = size("form") + size("label") - space("vast")
    shown.setPixmap(
        QPixmap.fromImage(image).scaledToWidth(
            min(wide, image.width()), Qt.TransformationMode.SmoothTransformation
        )
    )
    shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return scrolling(shown)
