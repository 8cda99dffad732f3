"""Reads a drawn PDF back: its words, its pages as pictures, and what its QR says."""

import io
from collections.abc import Callable
from typing import BinaryIO

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops


def drawn(draw: Callable[[BinaryIO], None]) -> bytes:
    """The bytes of the PDF that a drawing writes."""
    target = io.BytesIO()
    draw(target)
    return target.getvalue()


def page_texts(pdf: bytes) -> list[str]:
    """The words of every page, lines and runs of blanks made single blanks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = []
        for page in document:
            words = page.get_textpage()
            texts.append(" ".join(words.get_text_range().split()))
            words.close()
            page.close()
        return texts
    finally:
        document.close()


def pictures(pdf: bytes, dots_per_inch: int = 72) -> list[Image.Image]:
    """Every page as a grey picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        shown = []
        for page in document:
            bitmap = page.render(scale=dots_per_inch / 72, grayscale=True)
            shown.append(bitmap.to_pil().copy())
            bitmap.close()
            page.close()
        return shown
    finally:
        document.close()


def qr_texts(pdf: bytes) -> list[str]:
    """What the QR codes on the first page say, photographed at the sharpness of a plain office printer."""
    return [code.text for code in zxingcpp.read_barcodes(pictures(pdf, 200)[0])]


def ink_box(picture: Image.Image) -> tuple[int, int, int, int]:
    """The smallest box around everything that is not white."""
    box = ImageChops.invert(picture.convert("L")).point(lambda shade: 255 if shade > 8 else 0).getbbox()
    assert box is not None
    return box
