"""The forms of the first run: which fields they have, in which order Enter walks them."""

from PySide6.QtWidgets import QFileDialog, QWidget

from core.words import translate as _
from desktop.kit import ChoiceField, Form, TextField, button, row
from desktop.ports import Choice
from desktop.screens.first_run.books import SUFFIX
from desktop.screens.first_run.company import states
from desktop.theme import size, space


def new_form() -> Form:
    """A company and where its book shall lie."""
    form = Form(save=_("Make the book"), back=_("Back"))
    form.add("gstin", _("GSTIN"), TextField(capitals=True, max_length=20), hint=_("Blank if unregistered"))
    form.add("legal_name", _("Legal name"), TextField(), required=True)
    form.add("trade_name", _("Trade name"), TextField(placeholder=_("If it is another")))
    form.add_beside(
        ("state", _("State"), states_field()), ("pan", _("PAN"), TextField(capitals=True)), required=["state"]
    )
    form.add("line1", _("Address"), TextField())
    form.add_beside(("city", _("City"), TextField()), ("pincode", _("PIN code"), TextField(max_length=6)))
    form.add_beside(("phone", _("Phone"), TextField()), ("email", _("E-mail"), TextField()))
    form.add("upi_id", _("UPI"), TextField(placeholder="name@bank"), hint=_("Printed as a QR code to pay by"))
    form.section(_("The book"))
    _add_book(form)
    return form


def join_form() -> Form:
    """The service, the code, and where the book shall lie."""
    form = Form(save=_("Join"), back=_("Back"))
    form.add("server", _("Server"), TextField(placeholder="https://sync.example.in"), required=True)
    hint = _("The whole invitation, pasted in either field, fills both")
    form.add("code", _("Code"), TextField(), hint=hint, required=True)
    form.section(_("The book"))
    _add_book(form)
    form.left.connect(lambda _name, value: _spread(form, value))
    return form


def _spread(form: Form, typed: object) -> None:
    """An invitation in one line names both the service and the code."""
    from sync.client.invitation import read

    given = read(typed) if isinstance(typed, str) else None
    if given is not None and given.server and given.code:
        form.set_values({"server": given.server, "code": given.code})


def key_form() -> Form:
    """What opens a book that the keyring does not."""
    form = Form(save=_("Open the book"), back=_("Back"))
    passphrase = TextField()
    passphrase.hide_text()
    form.add("passphrase", _("Passphrase"), passphrase)
    form.add(
        "recovery_code", _("Recovery code"), TextField(max_length=80), hint=_("If the passphrase is lost")
    )
    return form


def states_field() -> ChoiceField:
    """The States, found by name or code."""
    return ChoiceField.of([Choice(code, name, code) for code, name in states()])


def _add_book(form: Form) -> None:
    form.add("user", _("Your name"), TextField(), required=True, hint=_("Each entry says who made it"))
    path = TextField(max_length=400)
    form.add("path", _("File"), path, required=True)
    elsewhere = row(button(_("Elsewhere…"), "quiet", icon="open", run=lambda: _choose_place(form)))
    elsewhere.insertSpacing(0, size("label") + space("small"))
    elsewhere.addStretch(1)
    below = QWidget()
    below.setLayout(elsewhere)
    form.add_widget(below)
    hint = _("Optional. Opens the book where the keyring does not: on a new computer, on the command line.")
    for name, title, said in (("passphrase", _("Passphrase"), hint), ("again", _("Once more"), "")):
        field = TextField()
        field.hide_text()
        form.add(name, title, field, hint=said)


def _choose_place(form: Form) -> None:
    path, _kind = QFileDialog.getSaveFileName(
        form, _("Where shall the book lie?"), form.value("path"), f"Bahi (*{SUFFIX})"
    )
    if path:
        form.field("path").set_value(path)
        form.edited.emit("path", path)
