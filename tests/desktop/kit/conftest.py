"""The kit's tests run in the light theme; the offscreen platform's remark about size hints says nothing."""

import pytest
from PySide6.QtWidgets import QApplication

from desktop import theme


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    """The theme as a user starts with it."""
    theme.apply(qapp, "light")
