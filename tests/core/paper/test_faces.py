"""Letters: ₹ in every face, Indian scripts shaped, figures in line, long words broken where they may be."""

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont
from reportlab.pdfbase.ttfonts import ShapedStr

from core.paper import faces
from core.paper.pen import LEFT, Pen, Style
from resources import path
from tests.core.paper.reading import ink_box, pictures

SIZE = 60


def written(setting: faces.Setting | str) -> Image.Image:
    """A text as the pen writes it, cut to its ink."""
    target = io.BytesIO()
    pen = Pen(target, title="", author="", language="en")
    if isinstance(setting, str):
        pen.write(LEFT, 400, setting, Style(SIZE, ink=(0, 0, 0)))
    else:
        for run in setting.runs:
            pen._text.put(LEFT, 400, run, SIZE)
    pen.end_page()
    pen.close()
    page = pictures(target.getvalue())[0]
    return page.crop(ink_box(page))


def pictured(text: str, file: str) -> Image.Image:
    """The same text set by another hand: Pillow's, which shapes by itself."""
    font = ImageFont.truetype(str(path("fonts", file)), SIZE, layout_engine=ImageFont.Layout.RAQM)
    page = Image.new("L", (900, 300), 255)
    ImageDraw.Draw(page).text((40, 60), text, font=font, fill=0)
    return page.crop(ink_box(page))


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of ink that two pictures do not have in common, laid over each other."""
    other = other.resize(one.size)
    apart = sum(ImageChops.difference(one, other).tobytes())
    ink = sum(ImageChops.invert(one).tobytes())
    return apart / ink


WORDS = [
    ("क्षत्रिय", "NotoSansDevanagari-Regular.ttf"),
    ("निर्मल", "NotoSansDevanagari-Regular.ttf"),
    ("कृष्ण", "NotoSansDevanagari-Regular.ttf"),
    ("ट्रेडर्स", "NotoSansDevanagari-Regular.ttf"),
    ("நிறுவனம்", "NotoSansTamil-Regular.ttf"),
    ("கொள்கலன்", "NotoSansTamil-Regular.ttf"),
]


@pytest.mark.parametrize(("word", "file"), WORDS)
def test_indian_words_are_shaped(word: str, file: str) -> None:
    (run,) = faces.setting(word).runs
    assert isinstance(run.text, ShapedStr)
    unshaped = faces.Setting((run._replace(text=str(word)),), run.width_em)
    model = pictured(word, file)
    ours, plain = written(word), written(unshaped)
    assert abs(ours.width - model.width) <= 3
    assert abs(ours.height - model.height) <= 3
    assert difference(ours, model) < 0.45
    assert difference(plain, model) > 2 * difference(ours, model) or abs(plain.width - model.width) > 6


@pytest.mark.parametrize("name", ["Bahi", "Bahi-Bold"])
def test_every_figure_is_as_wide_as_every_other_and_the_rupee_is_there(name: str) -> None:
    letters = faces.face(name).face
    assert len({letters.getCharWidth(ord(figure)) for figure in "0123456789"}) == 1
    for sign in "₹−–×·":
        assert ord(sign) in letters.charToGlyph


def test_a_mixed_text_is_split_by_script() -> None:
    runs = faces.setting("Sri श्री 12 ஸ்ரீ ₹").runs
    assert [(run.font, str(run.text)) for run in runs if not isinstance(run.text, ShapedStr)] == [
        ("Bahi", "Sri "),
        ("Bahi", " 12 "),
        ("Bahi", " ₹"),
    ]
    assert [run.font for run in runs if isinstance(run.text, ShapedStr)] == ["Bahi-Deva", "Bahi-Taml"]


def test_lines_fit_and_lose_nothing() -> None:
    text = "Supply of stainless steel containers, 25 litre, with lids and gaskets"
    lines = faces.wrap(text, 90, 8)
    assert len(lines) > 2
    assert all(faces.width(line, 8) <= 90 for line in lines)
    assert " ".join(lines) == text


def test_a_word_too_long_is_broken_between_letters() -> None:
    word = "श्रीकृष्णट्रेडर्सनिर्मलक्षत्रियमुंबई"
    pieces = faces.wrap(word, 40, 9)
    assert "".join(pieces) == word
    assert len(pieces) > 2
    assert not any(piece[0] in "ािीुूृेैोौंर््" and piece[0] != "र" for piece in pieces)


def test_newlines_stand_blanks_vanish_and_the_rupee_keeps_to_its_amount() -> None:
    assert faces.wrap("one\n\ntwo  three", 200, 8) == ["one", "", "two three"]
    assert faces.wrap("   ", 200, 8) == []
    assert faces.wrap("please pay ₹ 5,000.00", faces.width("please pay ₹ ", 8), 8) == [
        "please pay",
        "₹\u00a05,000.00",
    ]
