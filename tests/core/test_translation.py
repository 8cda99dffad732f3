"""The catalogues fit the code: the same placeholders, nothing fuzzy, and nearly every sentence of the house."""

import string
from collections import Counter
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from core.dunning.model import Ladder

ROOT = Path(__file__).parents[2]
LANGUAGES = sorted(path.parts[-3] for path in (ROOT / "resources" / "words").glob("*/LC_MESSAGES/bahi.po"))
ROOMS = ("core", "sync", "desktop")
LEAST_PER_CENT = 97
"""What a language must say of the house; the rest may wait for its next reading."""
WHOLE = ("core/words/", "core/gst/", "core/money.py", "core/fiscal.py")
"""Where every sentence has a translation."""


def written(language: str) -> str:
    return (ROOT / "resources" / "words" / language / "LC_MESSAGES" / "bahi.po").read_text(encoding="utf-8")


def catalogue(language: str) -> Catalog:
    return read_po(StringIO(written(language)), locale=language)


@cache
def sentences() -> dict[str, set[str]]:
    """Every sentence the code can say, and the files that say it."""
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        extracted = extract_from_dir(
            str(ROOT / room), method_map=[("**.py", "python")], keywords={"_": None, "translate": None}
        )
        for path, _line, sentence, _comments, _context in extracted:
            assert isinstance(sentence, str), "the house has one form for every count"
            found.setdefault(sentence, set()).add(f"{room}/{path}")
    return found


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
        assert placeholders(str(message.string)) == placeholders(str(message.id)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_stands_once(language: str) -> None:
    heads = [block[: block.index("\nmsgstr ")] for block in written(language).split("\n\n")]
    ids = [head[head.index("msgid ") :] for head in heads]
    assert [msgid for msgid, times in Counter(ids).items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_sentence_of_the_house_is_translated(language: str) -> None:
    translated = {message.id for message in catalogue(language) if message.string}
    missing = sorted(sentence for sentence in sentences() if sentence not in translated)
    assert len(sentences()) > 1000
    assert 100 * len(missing) <= (100 - LEAST_PER_CENT) * len(sentences()), missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ground_floor_is_wholly_translated(language: str) -> None:
    translated = {message.id for message in catalogue(language)}
    ground = [said for said, paths in sentences().items() if any(path.startswith(WHOLE) for path in paths)]
    assert len(ground) > 40
    assert [sentence for sentence in ground if sentence not in translated] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_standard_ladder_is_called_in_the_language(language: str) -> None:
    translated = {message.id for message in catalogue(language)}
    assert [step.title for step in Ladder().steps if step.title not in translated] == []
