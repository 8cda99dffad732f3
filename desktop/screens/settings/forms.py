"""The forms of Settings: which fields each has, in which order Enter walks them."""

from core.words import languages
from core.words import translate as _
from desktop.kit import AmountField, ChoiceField, Form, NotesField, QuantityField, TextField, ToggleField
from desktop.ports import Choice
from desktop.screens.settings.company import STEPS_MAX, filings, roundings, states, tones

_DAYS, _TONE = 72, 112


def details_form() -> Form:
    """Who the company is."""
    form = Form(save=_("Save"))
    form.add("gstin", _("GSTIN"), TextField(capitals=True, max_length=20), hint=_("Blank if unregistered"))
    form.add("legal_name", _("Legal name"), TextField(), required=True)
    form.add("trade_name", _("Trade name"), TextField(placeholder=_("If it is another")))
    state = ChoiceField.of(states())
    form.add_beside(("state", _("State"), state), ("pan", _("PAN"), TextField(capitals=True)))
    form.add_beside(
        ("tan", _("TAN"), TextField(capitals=True)), ("udyam", _("Udyam"), TextField(capitals=True))
    )
    form.section(_("Address"))
    form.add("line1", _("Street"), TextField())
    form.add("line2", _("Area"), TextField())
    form.add_beside(("city", _("City"), TextField()), ("pincode", _("PIN code"), TextField(max_length=6)))
    form.add_beside(("phone", _("Phone"), TextField()), ("email", _("E-mail"), TextField()))
    form.section(_("Returns"))
    form.add("filing", _("Filed"), ChoiceField.of(filings()))
    hint = _("Of the last year: it decides how many digits of HSN a bill needs")
    form.add("turnover", _("Turnover"), AmountField(), hint=hint)
    hint = _("For exports and supplies to a SEZ without paying IGST; it stands on those papers")
    form.add("lut", _("LUT"), TextField(capitals=True, max_length=30), hint=hint)
    form.add("composition", "", ToggleField(_("Under the composition scheme")))
    return form


def papers_form() -> Form:
    """What every paper carries."""
    form = Form(save=_("Save"))
    form.section(_("Where to pay"), _("Printed on invoices, statements and reminders."))
    form.add("bank_name", _("Bank"), TextField())
    form.add_beside(("account", _("Account"), TextField()), ("ifsc", _("IFSC"), TextField(capitals=True)))
    form.add("branch", _("Branch"), TextField())
    form.add("upi_id", _("UPI"), TextField(placeholder="name@bank"), hint=_("Becomes a QR code to pay by"))
    form.section(_("On papers"))
    form.add(
        "terms_days", _("Due after"), QuantityField(), hint=_("Days, where a party has no terms of its own")
    )
    spoken = ChoiceField.of([Choice(code, name) for code, name in languages().items()])
    rounded = ChoiceField.of(roundings())
    form.add_beside(("rounding", _("Rounding"), rounded), ("language", _("Language"), spoken))
    form.add("signatory", _("Signatory"), TextField())
    form.add("terms", _("Terms"), NotesField(lines=4))
    return form


def ladder_form() -> Form:
    """The steps of a reminder, one below the other."""
    form = Form(save=_("Save"))
    for at in range(STEPS_MAX):
        days, tone = QuantityField(), ChoiceField.of(tones())
        title = TextField(placeholder=_("No such step"))
        form.add_beside(
            (f"title{at}", _("Step {number}").format(number=at + 1), title),
            (f"days{at}", _("Days late"), days),
            (f"tone{at}", _("Tone"), tone),
        )
        for field, pixels in ((days, _DAYS), (tone, _TONE)):
            if (block := field.parentWidget()) is not None:
                block.setMaximumWidth(pixels)
    form.section(_("When nobody is reminded"))
    form.add("minimum", _("Below"), AmountField(), hint=_("Parties that owe less get no letter"))
    form.add("paused", "", ToggleField(_("Reminders rest for now")))
    return form


def share_form() -> Form:
    """Where to share the book."""
    form = Form(save=_("Share"))
    hint = _("The address where your company's sync service runs")
    form.add(
        "server", _("Server"), TextField(placeholder="https://sync.example.in"), hint=hint, required=True
    )
    hint = _("The service prints it when it is started for the first time")
    form.add("code", _("Founding code"), TextField(), hint=hint, required=True)
    return form


def key_form() -> Form:
    """An owner's code for a computer that has lost its key."""
    form = Form(save=_("Go on"))
    hint = _("An owner makes it in Settings, Devices, at this device: New key")
    form.add("code", _("Code"), TextField(max_length=400), hint=hint, required=True)
    return form
