"""The window around the screens: navigation, actions, palette, status, toasts.

What the composition root needs: make a MainWindow, give it an OpenBook, tell it how sync stands.
"""

from desktop.shell.actions import keys_twice as keys_twice
from desktop.shell.calendar import WorkCalendar as WorkCalendar
from desktop.shell.habits import remembered_language as remembered_language
from desktop.shell.habits import remembered_theme as remembered_theme
from desktop.shell.screens import OpenBook as OpenBook
from desktop.shell.screens import Screen as Screen
from desktop.shell.sidebar import Mark as Mark
from desktop.shell.window import MainWindow as MainWindow
