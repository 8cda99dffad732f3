"""What the TDS screen asks: a certificate, a year, what belongs together."""

from core.fiscal import year_label_long
from core.tds.rules import CERTIFICATES
from core.words import translate as _
from desktop.kit import AmountField, ChoiceField, DateField, Form, TextField
from desktop.ports import Choice, Desk, Suggest
from desktop.screens.tds.presenter import TdsPresenter

_NEW_ACT = 2026
_GSTIN_LENGTH = 15


def certificate_form(
    presenter: TdsPresenter, desk: Desk, *, tan: str = "", code: str = "", quarter: int = 0
) -> Form:
    """A certificate that came in."""
    form = Form(save=_("Note it"), back=_("Leave it"))
    forms = [
        Choice(name, _("Form {name}").format(name=name) if name[0] == "1" else name) for name in CERTIFICATES
    ]
    form.add_beside(
        ("form", _("Certificate"), ChoiceField.of(forms)),
        ("quarter", _("Quarter"), ChoiceField.of(presenter.quarters())),
    )
    form.add("number", _("Number"), TextField(capitals=True, max_length=30), required=True)
    form.add_beside(
        ("tan", _("TAN"), TextField(capitals=True, max_length=15)),
        ("code", _("Code"), TextField(capitals=True, max_length=12)),
    )
    today = desk.calendar.today()
    form.add_beside(("amount", _("Tax"), AmountField()), ("issued_on", _("Issued"), DateField(today=today)))
    form.add("note", _("Note"), TextField(max_length=200))
    usual = "131" if presenter.year >= _NEW_ACT else "16A"
    if len(tan) == _GSTIN_LENGTH:
        usual = "GSTR-7A"
    form.set_values({"form": usual, "quarter": quarter or None, "tan": tan, "code": code})
    return form


def claim_form(year: int) -> Form:
    """In which year's return."""
    form = Form(save=_("Claimed"), back=_("Leave it"))
    years = [Choice(one, year_label_long(one)) for one in (year, year + 1, year - 1)]
    form.add("year", _("In the return of"), ChoiceField.of(years), required=True)
    form.set_values({"year": year})
    return form


def link_form(desk: Desk, title: str, suggest: Suggest) -> Form:
    """What belongs to what was chosen."""
    form = Form(save=_("Link"), back=_("Leave it"))
    field = ChoiceField(suggest, desk.runner, placeholder=_("Amount, name, TAN or number"))
    form.add("other", title, field, required=True)
    return form
