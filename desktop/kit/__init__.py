"""Parts every screen is built from, without business words: import them all from here.

How a screen is made, in one page (all callbacks arrive on the GUI thread):

A list page::

    page = ListPage(_("Invoices"), listing, runner, hub, memory, actions=[new])   # Listing: desktop.ports
    page.row_activated.connect(presenter.open)          # Enter or double click: the row's id (bytes)
    page.selection_changed.connect(presenter.select)    # list of ids
    page.set_footer([(_("Outstanding"), "₹12,34,567.50")])
    page.list_actions()                                 # export and print, for actions_here
    page.selected_ids() · page.select(id) · page.ask(text=…, scope=…) · page.focus_filter()

`PagedTable(listing, runner, hub, memory)` is the table alone, for a tab or a side pane.

A form::

    form = Form()
    form.section(_("Address"))
    form.add("name", _("Name"), TextField(placeholder=…), hint=…, required=True)
    form.add_beside(("city", _("City"), TextField()), ("pin", _("PIN"), TextField()))
    form.set_values({"name": "…"}) · form.values() · form.field("name") · form.value("name")
    form.edited.connect(lambda name, value: …)          # at each keystroke
    form.left.connect(lambda name, value: …)            # a field was left with a changed value
    form.save_asked.connect(…)                          # Ctrl+Enter, Enter on the last field, or the button
    form.back_asked.connect(…)                          # Esc
    form.show_problems(problems)                        # core.problems.Problem: beside field, else a banner
    form.show_refusal(error)                            # RuleBroken: the same; other errors: the banner
    form.set_busy(True)                                 # while the write is under way

Fields all have `value()`, `set_value(v)`, `edited(value)`, `left(value)`, `set_problem(text)`, `problem()`:
`TextField` str · `NotesField` str · `AmountField` paise|None · `QuantityField` thousandths|None ·
`RateField` basis points|None · `DateField(today=…)` date|None · `ToggleField` bool ·
`ChoiceField(suggest, runner, create=_("New party…"))` Choice|None, signal `create_asked(text)` ·
`ChoiceField.of([Choice(…), …])` for a short fixed list.

The line editor of a paper::

    grid = EditGrid([GridColumn("item", _("Item"), "choice", suggest=…, stretch=True),
                     GridColumn("quantity", _("Qty"), "quantity"), GridColumn("rate", _("Rate"), "price"),
                     GridColumn("total", _("Amount"), "computed")], runner)
    grid.set_rows([{…}, …]) · grid.rows() · grid.set_cell(row, "total", "1,250.00") · grid.settle()
    grid.show_problems(problems)                        # `lines[2].rate` → its cell; gives back the others
    grid.edited(row, column, value) · grid.row_added(row) · grid.row_removed(row) · grid.finished()

Around them: `Sheet(title, form)` a dialog that is a form (show it with `open()`, it closes with `accept()`),
`Question(title, text, yes=…, answered=…)`, `PageHeader(title)`, `Section(title)`, `Card()`, `Figure(caption)`,
`Pill(text, tone)`, `Banner(text, tone, action)`, `EmptyState(Nothing(…))`, `Failure(error)`, `Loading()`,
`Way(title, detail, figure=…, run=…)` a line that leads somewhere,
`KeyHint("F8")`, `SplitPane(left, right, memory, name)`, `Segments([(name, title), …])`, `button(text, "primary")`,
`action_button(action)`, `icon_button(icon, name)`, `FactList([(label, value), …])`, `label(text, "small")`,
`Foot()` a line below a table that says the chosen row in full and what Enter does,
`Bars`, `StackedBar` (of `Bar(label, size, text, tone)`), `Sparkline(points)`, `Course()` of `Run`s over months,
`PaperView(runner)` (`show_pdf(bytes)`), and for order `column(…)`, `row(…)`, `rule()`, `scrolling(widget)`.

A screen is a `ScreenView`: see there (`set_content`, `actions_here`, `show_place`, `put_away`).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.kit.face import *  # noqa: F403  all of it, by the same names


def __getattr__(name: str) -> Any:
    """Give a part; the kit is read whole when it is first asked. What the first paint needs names its own file."""
    import desktop.kit.face as face  # not "from desktop.kit": that would ask here again

    try:
        return getattr(face, name)
    except AttributeError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
