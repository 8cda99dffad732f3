"""The fonts the window is set in: carried along, so that ₹ and Indian scripts are right on every machine.

Figures that stand in columns are tabular: amounts line up digit under digit.
"""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

import resources
from desktop.theme.tokens import tokens

FAMILIES = ["Inter", "Noto Sans", "Noto Sans Devanagari", "Noto Sans Tamil"]


@cache
def register() -> tuple[str, ...]:
    """Make the carried fonts known to Qt, once; gives the families found."""
    families: dict[str, None] = {}
    for file in sorted(resources.path("fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(file))
        families.update(dict.fromkeys(QFontDatabase.applicationFontFamilies(number)))
    return tuple(families)


def font(step: str = "body", *, tabular: bool = False) -> QFont:
    """The font of one step of the type scale ("body", "heading"); tabular for figures in columns."""
    of_step = tokens().type[step]
    made = QFont(FAMILIES)
    made.setPixelSize(of_step.size)
    made.setWeight(QFont.Weight(of_step.weight))
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return made
