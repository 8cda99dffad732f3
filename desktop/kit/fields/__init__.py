"""Fields: what a form asks for. Each has value, set_value, edited, left, entered, set_problem, problem."""

from desktop.kit.fields.base import Field as Field
from desktop.kit.fields.choice import ChoiceField as ChoiceField
from desktop.kit.fields.chooser import Chooser as Chooser
from desktop.kit.fields.figures import AmountField as AmountField
from desktop.kit.fields.figures import DateField as DateField
from desktop.kit.fields.figures import PriceField as PriceField
from desktop.kit.fields.figures import QuantityField as QuantityField
from desktop.kit.fields.figures import RateField as RateField
from desktop.kit.fields.texts import NotesField as NotesField
from desktop.kit.fields.texts import TextField as TextField
from desktop.kit.fields.texts import ToggleField as ToggleField
