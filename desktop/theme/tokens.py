"""The design tokens: colours of both themes, type scale, distances and sizes, read once from tokens.toml.

Free of Qt, so that a check or a paper may read the same figures.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

import resources

ThemeName: TypeAlias = Literal["light", "dark"]
THEMES: tuple[ThemeName, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class TypeStep:
    """One step of the type scale: pixels and weight (400 regular, 600 semibold)."""

    size: int
    weight: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens. A name that is not there raises KeyError: a token is added to the file, never guessed."""

    type: Mapping[str, TypeStep]
    space: Mapping[str, int]
    size: Mapping[str, int]
    colours: Mapping[str, Mapping[str, str]]


@cache
def tokens() -> Tokens:
    """The tokens of resources/theme/tokens.toml."""
    raw: dict[str, Any] = tomllib.loads(resources.path("theme", "tokens.toml").read_text(encoding="utf-8"))
    return Tokens(
        type={name: TypeStep(*step) for name, step in raw["type"].items()},
        space=raw["space"],
        size=raw["size"],
        colours={name: raw[name] for name in THEMES},
    )


def space(name: str) -> int:
    """A distance of the 8-point grid in pixels ("small" is 8)."""
    return tokens().space[name]


def size(name: str) -> int:
    """A size in pixels ("control" is the height of a field)."""
    return tokens().size[name]


def stylesheet_words(theme: ThemeName) -> dict[str, str]:
    """Every name the stylesheet may use, with its text: colours as `$ink`, sizes and distances as pixels."""
    all_tokens = tokens()
    words = dict(all_tokens.colours[theme])
    words.update({f"size_{name}": f"{pixels}px" for name, pixels in all_tokens.size.items()})
    words.update({f"space_{name}": f"{pixels}px" for name, pixels in all_tokens.space.items()})
    return words
