"""How the window looks: tokens → palette and one stylesheet, light and dark, switched live.

Nobody else writes a colour, a size or a stylesheet. Import the names below from here.
"""

from desktop.theme.fonts import font as font
from desktop.theme.look import apply as apply
from desktop.theme.look import colour as colour
from desktop.theme.look import current as current
from desktop.theme.look import icon as icon
from desktop.theme.look import named as named
from desktop.theme.look import of_system as of_system
from desktop.theme.look import pixmap as pixmap
from desktop.theme.look import set_icon as set_icon
from desktop.theme.look import set_state as set_state
from desktop.theme.look import set_tone as set_tone
from desktop.theme.look import tone_colour as tone_colour
from desktop.theme.look import tone_ground as tone_ground
from desktop.theme.tokens import THEMES as THEMES
from desktop.theme.tokens import ThemeName as ThemeName
from desktop.theme.tokens import size as size
from desktop.theme.tokens import space as space
