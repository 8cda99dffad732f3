"""The catalogues fit the code: the same placeholders, nothing fuzzy, and the ground floor wholly translated."""

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
LANGUAGES = sorted(path.parts[-3] for path in (ROOT / "resources" / "words").glob("*/LC_MESSAGES/bahi.po"))
WHOLE = ("words/", "gst/", "money.py", "fiscal.py")
"""Rooms of core whose every sentence has a translation."""


def catalogue(language: str) -> Catalog:
    path = ROOT / "resources" / "words" / language / "LC_MESSAGES" / "bahi.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def placeholders(text: str) -> set[str | None]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def test_hindi_is_there() -> None:
    assert LANGUAGES == ["hi"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_the_same_places(language: str) -> None:
    messages = [message for message in catalogue(language) if message.id]
    assert len(messages) > 200
    for message in messages:
        assert not message.fuzzy, message.id
        assert message.string, message.id
        assert placeholders(message.string) == placeholders(message.id), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ground_floor_is_wholly_translated(language: str) -> None:
    translated = {message.id for message in catalogue(language)}
    found = [
        sentence
        for path, _line, sentence, _comments, _context in extract_from_dir(
            str(ROOT / "core"), method_map=[("**.py", "python")], keywords={"_": None, "translate": None}
        )
        if path.startswith(WHOLE)
    ]
    assert len(found) > 40
    assert [sentence for sentence in found if sentence not in translated] == []
