"""Dialogs of the bank: an account's form, why a line is set aside, which column of a statement is what."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from PySide6.QtWidgets import QWidget

from core.bank.commands import save_account
from core.bank.model import BankAccount, Layout
from core.bank.reading import banks
from core.ids import Id
from core.problems import Problem
from core.words import translate as _
from desktop.kit import AmountField, ChoiceField, DateField, Form, Sheet, TextField, ToggleField
from desktop.ports import Choice, Desk
from desktop.screens.bank.columns import aside_choices
from desktop.screens.bank.importing import FIELDS, field_name


class AccountSheet(Sheet):
    """An account of the company's, new or changed; `saved` gets its id."""

    def __init__(
        self, desk: Desk, saved: Callable[[Id], None], known: tuple[Id, BankAccount] | None, parent: QWidget
    ) -> None:
        form = Form(save=_("Save the account"), back=_("Leave it"))
        title = _("New bank account") if known is None else _("Change the account")
        super().__init__(title, form, parent=parent)
        self._desk = desk
        self._saved = saved
        self._record = None if known is None else known[0]
        self._body = BankAccount() if known is None else known[1]
        form.add("name", _("Called"), TextField(placeholder=_("HDFC current account")), required=True)
        form.add("bank", _("Bank"), TextField())
        form.add_beside(
            ("number", _("Number"), TextField(max_length=34)),
            ("ifsc", _("IFSC"), TextField(capitals=True, max_length=11)),
        )
        form.add(
            "opening_paise", _("Opening"), AmountField(),
            hint=_("What the book starts from, so that the reconciliation adds up."),
        )  # fmt: skip
        form.add("opened_on", _("As on"), DateField(today=desk.calendar.today()))
        form.add("archived", "", ToggleField(_("Not used any more")))
        form.show_field("archived", known is not None)
        names = ("name", "bank", "number", "ifsc", "opened_on", "archived")
        form.set_values({name: getattr(self._body, name) for name in names})
        form.set_values({"opening_paise": self._body.opening_paise or None})
        form.save_asked.connect(self._save)

    def _save(self) -> None:
        values = self.form.values()
        values["opening_paise"] = values["opening_paise"] or 0
        body = msgspec.structs.replace(self._body, **values)
        self.form.set_busy(True)
        command = partial(save_account, body=body, record=self._record)
        self._desk.runner.write(_("Bank account"), command, self._on_saved, self.form.show_refusal)

    def _on_saved(self, record: Id) -> None:
        self.accept()
        self._saved(record)


class AsideSheet(Sheet):
    """Why a line is no customer's money; `chosen` gets the reason and a note."""

    def __init__(self, reason: str, count: int, chosen: Callable[[str, str], None], parent: QWidget) -> None:
        form = Form(save=_("Set aside"), back=_("Leave it"))
        super().__init__(
            _("Set the line aside") if count == 1 else _("Set {count} lines aside").format(count=count),
            form,
            text=_("It is no customer's money, and asks for nothing more."),
            parent=parent,
        )
        self._chosen = chosen
        form.add("reason", _("It is"), ChoiceField.of(aside_choices()), required=True)
        form.add("note", _("Note"), TextField())
        form.set_values({"reason": reason or None})
        form.save_asked.connect(self._save)

    def _save(self) -> None:
        reason = self.form.value("reason")
        self.accept()
        self._chosen(str(reason.value), str(self.form.value("note")))


class ColumnsSheet(Sheet):
    """Which column of an unknown statement is what, told once and remembered; `told` gets the layout."""

    def __init__(
        self,
        rows: Sequence[Sequence[str]],
        layout: Layout,
        problems: Sequence[Problem],
        told: Callable[[Layout], None],
        parent: QWidget,
    ) -> None:
        form = Form(save=_("Read it so"), back=_("Leave it"))
        text = " ".join(problem.message for problem in problems)
        super().__init__(_("Which column is what?"), form, text=text, parent=parent)
        self._told = told
        self._layout = layout
        form.add("preset", _("The bank"), ChoiceField.of([Choice(bank.key, bank.name) for bank in banks()]),
                 hint=_("Left blank when it is none of these."))  # fmt: skip
        headers = _headers(rows)
        pairs = [(field, field_name(field), ChoiceField.of(headers)) for field in FIELDS]
        form.add(*pairs[0])
        for at in range(1, len(pairs), 2):
            form.add_beside(*pairs[at : at + 2])
        orders = [
            Choice(True, _("Day first: 04-05 is 4 May")),
            Choice(False, _("Month first: 04-05 is 5 April")),
        ]
        form.add(
            "day_first", _("Dates"), ChoiceField.of(orders), hint=_("Only where the file does not prove it.")
        )
        form.set_values({field: getattr(layout, field) or None for field in (*FIELDS, "preset")})
        form.set_values({"day_first": layout.day_first})
        form.save_asked.connect(self._save)

    def _save(self) -> None:
        values = {name: choice.value if choice else None for name, choice in self.form.values().items()}
        day_first = values.pop("day_first")
        self.accept()
        named = {name: value or "" for name, value in values.items()}
        self._told(msgspec.structs.replace(self._layout, day_first=day_first, **named))


def _headers(rows: Sequence[Sequence[str]]) -> list[Choice]:
    """What may be a header: the cells of the row with the most words, each with what stands below it."""
    if not rows:
        return []
    at = max(range(len(rows)), key=lambda n: sum(bool(cell) and not cell[:1].isdigit() for cell in rows[n]))
    below = rows[at + 1] if at + 1 < len(rows) else ()
    return [
        Choice(cell, cell, below[place] if place < len(below) else "")
        for place, cell in enumerate(rows[at])
        if cell.strip()
    ]
