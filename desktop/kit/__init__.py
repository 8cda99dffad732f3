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
`Bars`, `StackedBar` (of `Bar(label, size, text, tone)`), `Sparkline(points)`, `PaperView(runner)`
(`show_pdf(bytes)`), and for order `column(…)`, `row(…)`, `rule()`, `scrolling(widget)`.

A screen is a `ScreenView`: see there (`set_content`, `actions_here`, `show_place`, `put_away`).
"""

from desktop.kit.buttons import Segments as Segments
from desktop.kit.buttons import action_button as action_button
from desktop.kit.buttons import button as button
from desktop.kit.buttons import icon_button as icon_button
from desktop.kit.charts import Bar as Bar
from desktop.kit.charts import Bars as Bars
from desktop.kit.charts import Sparkline as Sparkline
from desktop.kit.charts import StackedBar as StackedBar
from desktop.kit.edit_grid import EditGrid as EditGrid
from desktop.kit.fields import AmountField as AmountField
from desktop.kit.fields import ChoiceField as ChoiceField
from desktop.kit.fields import DateField as DateField
from desktop.kit.fields import Field as Field
from desktop.kit.fields import NotesField as NotesField
from desktop.kit.fields import PriceField as PriceField
from desktop.kit.fields import QuantityField as QuantityField
from desktop.kit.fields import RateField as RateField
from desktop.kit.fields import TextField as TextField
from desktop.kit.fields import ToggleField as ToggleField
from desktop.kit.form import Form as Form
from desktop.kit.grid_model import GridColumn as GridColumn
from desktop.kit.list_page import ListPage as ListPage
from desktop.kit.paged_table import PagedTable as PagedTable
from desktop.kit.paper_view import PaperView as PaperView
from desktop.kit.screen_view import ScreenView as ScreenView
from desktop.kit.sheet import Dialog as Dialog
from desktop.kit.sheet import Question as Question
from desktop.kit.sheet import Sheet as Sheet
from desktop.kit.states import Banner as Banner
from desktop.kit.states import EmptyState as EmptyState
from desktop.kit.states import Failure as Failure
from desktop.kit.states import Loading as Loading
from desktop.kit.states import Toast as Toast
from desktop.kit.surfaces import Card as Card
from desktop.kit.surfaces import FactList as FactList
from desktop.kit.surfaces import Figure as Figure
from desktop.kit.surfaces import PageHeader as PageHeader
from desktop.kit.surfaces import Section as Section
from desktop.kit.surfaces import SplitPane as SplitPane
from desktop.kit.surfaces import column as column
from desktop.kit.surfaces import lift as lift
from desktop.kit.surfaces import row as row
from desktop.kit.surfaces import rule as rule
from desktop.kit.surfaces import scrolling as scrolling
from desktop.kit.texts import Badge as Badge
from desktop.kit.texts import Elided as Elided
from desktop.kit.texts import KeyHint as KeyHint
from desktop.kit.texts import Pill as Pill
from desktop.kit.texts import label as label
from desktop.kit.ways import Way as Way
