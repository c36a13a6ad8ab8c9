"""Which letters a printed page has: Latin, Greek, Cyrillic, Armenian and Georgian, in DejaVu Sans.

What the font does not have is printed as its number, U+738B for one: nothing is left out, and
nothing is drawn as an empty box.
"""

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
_FONTS = Path(__file__).parent / "fonts"


@cache
def load_fonts() -> frozenset[int]:
    """Make the fonts known to the library, once; returns the characters that both of them have."""
    faces = [TTFont(name, _FONTS / f"{name}.ttf") for name in (REGULAR, BOLD)]
    for face in faces:
        pdfmetrics.registerFont(face)
    regular, bold = (frozenset(face.face.charToGlyph) for face in faces)
    return regular & bold


def drawable(text: str) -> str:
    """The text in letters that the font has, composed (NFC), and numbers for all others."""
    known = load_fonts()
    composed = unicodedata.normalize("NFC", text)
    return "".join(each if _is_drawn(each, known) else _number(each) for each in composed)


def _is_drawn(character: str, known: frozenset[int]) -> bool:
    """Marks that say nothing by themselves, as those that turn the direction of text, are numbers."""
    is_blank = character in "\n\t"
    return is_blank or (ord(character) in known and unicodedata.category(character)[0] != "C")


def _number(character: str) -> str:
    return f"[U+{ord(character):04X}]"
