"""Files the program carries: fonts, icons, theme tokens, words and paper templates.

Each lies in a folder of this package with its licence beside it; `path` says where.
"""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """The place of a carried file or folder on disk: `path("fonts", "Inter-Regular.ttf")`.

    The file need not exist; the caller that opens it says what is missing.
    """
    return _HERE.joinpath(*parts)
