"""Word-for-word quotes: shortened only at sentence ends or with an ellipsis, never reworded."""

import re

from serving.notes.builtin.asking import is_question
from serving.notes.builtin.risk import is_risk_talk
from serving.notes.builtin.sentences import PLACEHOLDER, split_sentences
from serving.notes.builtin.turns import content_weight, is_back_channel

_SIDE_REMARK = re.compile(
    r"\((?:laughs?|laughing|sighs?|pause|crying|cries|smiles?)[^)]{0,20}\)", re.IGNORECASE
)
_ANSWERS = re.compile(r"(?:yes|yeah|yep|no|nope|nah|not|none|sure|okay)\b", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:and |so )?(?:how (?:has|have|was|were|is|are)|what (?:brings|happened|came|number)|any|where|"
    r"why|can you|are you|do you|did you|have you)\b",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day(?=s?\b)|\b(?:january|february|april|june|july|"
    r"august|september|october|november|december)\b|(?<=\bin )(?:march|may)\b"
)
_LONE_I = re.compile(r"(?<![\w'’])i(?=(?:['’](?:m|ve|d|ll|s))?(?![\w'’]))")


def quote(text: str, limit: int, *, is_clinicians: bool = False) -> str:
    """The words in double quotes with an end mark, at most `limit` characters and the marks.

    A clinician's leading "Good." or "Mm-hm." is left out; a client's may be the answer.
    """
    words = " ".join(_SIDE_REMARK.sub(" ", text).replace("“", "'").replace("”", "'").split())
    words = words.replace('"', "'")
    words = _orthography(_without_listening_sounds(words) if is_clinicians else words)
    return f'"{_ended(shorten(words, limit))}"'


def unstopped(quoted: str) -> str:
    """A quote without its own full stop, to stand inside a sentence."""
    return quoted[:-2] + '"' if quoted.endswith('."') else quoted


def closing_question(text: str) -> str:
    """The last question of a turn, with the sentence before it where it is very short."""
    sentences = split_sentences(text)
    asked = [n for n, s in enumerate(sentences) if s.endswith("?")]
    if not asked:
        return text
    question = sentences[asked[-1]]
    is_whole = _WHOLE.match(question) and not re.search(r"\b(?:it|that|them)\b", question)
    needs_lead = asked[-1] > 0 and len(question.split()) <= 5 and not is_whole
    first = asked[-1] - (1 if needs_lead else 0)
    return " ".join(sentences[first : asked[-1] + 1])


def shorten(text: str, limit: int) -> str:
    """Whole neighbouring sentences around the weightiest, then whole words; "…" where it was cut."""
    if len(text) <= limit:
        return text
    sentences = split_sentences(text)
    first = last = max(range(len(sentences)), key=lambda n: _weight(sentences[n]))
    while (grown := _grow(sentences, first, last, limit - 4)) is not None:
        first, last = grown
    kept = " ".join(sentences[first : last + 1])
    if len(kept) > limit - 4:
        kept = kept[: limit - 4].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"
    elif last < len(sentences) - 1:
        kept += " …"
    return kept if first == 0 else f"… {kept}"


def _grow(sentences: list[str], first: int, last: int, limit: int) -> tuple[int, int] | None:
    for wider in ((first, last + 1), (first - 1, last)):
        fits = wider[0] >= 0 and wider[1] < len(sentences)
        if fits and len(" ".join(sentences[wider[0] : wider[1] + 1])) <= limit:
            return wider
    return None


def _weight(sentence: str) -> float:
    return content_weight(sentence) + (100 if is_risk_talk(sentence) else 0)


def _without_listening_sounds(words: str) -> str:
    """Drops a first sentence such as "Good." or "Mm-hm." where more follows."""
    sentences = split_sentences(words)
    while len(sentences) > 1 and is_back_channel(sentences[0]) and not _ANSWERS.match(sentences[0]):
        sentences = sentences[1:]
    return " ".join(sentences) if sentences else words


def _orthography(words: str) -> str:
    """Capitals for the first letter, for days and for "I", where the recogniser gives none.

    How words are written, not which: a placeholder's own capitals do not count.
    """
    plain = PLACEHOLDER.sub("", words)
    if plain == plain.lower():
        words = _DAYS.sub(lambda m: m.group().capitalize(), _LONE_I.sub("I", words))
    return words[:1].upper() + words[1:]


def _ended(words: str) -> str:
    words = words.rstrip(" ,;:-–—")
    if words[-1:] in ".!?…":
        return words
    return f"{words}?" if is_question(words) else f"{words}."
