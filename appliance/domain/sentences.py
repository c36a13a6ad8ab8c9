"""A typed summary: checked that it is text, and cut into sentences that a draft can point to."""

import re
import unicodedata

from appliance.domain.errors import TextEmpty, TextNotReadable, TextTooLong
from appliance.domain.transcript import Origin, Transcript, Utterance

SUMMARY_LIMIT_CHARACTERS = 50_000
TYPED = "typed"

_LINE = re.compile(r"[\r\n]+")
# A full stop ends a sentence unless it closes an abbreviation that is followed by more.
_ABBREVIATIONS = (
    "Dr",
    "Mr",
    "Ms",
    "Mrs",
    "St",
    "vs",
    "pt",
    "Pt",
    "ct",
    "Ct",
    "e.g",
    "i.e",
    "approx",
)
_NOT_AFTER = "".join(rf"(?<!\b{re.escape(word)}\.)" for word in _ABBREVIATIONS)
_END = re.compile(
    rf"{_NOT_AFTER}(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[A-Z0-9])|(?<=[!?;])\s+",
)
_ALLOWED_CONTROLS = frozenset("\n\r\t")


def readable(text: str, limit_characters: int = SUMMARY_LIMIT_CHARACTERS) -> str:
    """The text in NFC with tabs as spaces. Raises TextEmpty, TextTooLong, TextNotReadable."""
    if len(text) > limit_characters:
        raise TextTooLong(details={"limit_characters": limit_characters})
    if any(_is_unreadable(character) for character in text):
        raise TextNotReadable
    tidy = unicodedata.normalize("NFC", text).replace("\t", " ").strip()
    if not tidy:
        raise TextEmpty
    return tidy


def typed_transcript(text: str) -> Transcript:
    """A summary as utterances u1, u2, …, one a sentence. Raises as `readable` does."""
    lines = (line.strip() for line in _LINE.split(readable(text)))
    sentences = [
        part.strip() for line in lines for part in _END.split(line) if part and part.strip()
    ]
    return Transcript(
        origin=Origin.TYPED,
        engine=TYPED,
        utterances=tuple(
            Utterance(id=f"u{number}", speaker=TYPED, text=sentence)
            for number, sentence in enumerate(sentences, start=1)
        ),
    )


def _is_unreadable(character: str) -> bool:
    category = unicodedata.category(character)
    return category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS)
