"""Splits talk and typed text into sentences and fragments, and keeps quotes and placeholders whole."""

import re
from collections.abc import Callable

PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_ -]*\]")
QUOTED = re.compile(
    r'"[^"\n]*"|“[^”\n]*”|«[^»\n]*»|‘[^’\n]+(?:’\w+[^’\n]*)*’(?!\w)'
    r"|(?<![\w.])'(?:[^'\n]|(?<=\w)'(?=\w))+'(?!\w)"
)
PROTECTED = re.compile(f"{QUOTED.pattern}|{PLACEHOLDER.pattern}")
_SHORT_FORMS = re.compile(
    r"\b(?:dr|mr|mrs|ms|mx|prof|st|sr|jr|vs|pt|ct|cl|approx|appts?|no|e\.g|i\.e|etc|a\.m|p\.m|hrs?|"
    r"mins?|wks?|mo|yrs?|reg|incl|resp|tel|ca)\.$",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"(?:^|(?<= ))(?!I\.)[A-Z]\.$")
"""Of a name: "signed by M. Fairweather" is one sentence."""
_END = re.compile(r"[.!?…]+[\"”'’)\]]*(?=\s|$)|\n")
_BREAK = re.compile(
    r"\s*;\s*|(?<!\d)\s+(?:-{1,2}|–|—)\s+|\s+(?:-{1,2}|–|—)\s+(?!\d)|\s*\n\s*|\s+/{2}\s+"
)
_SHELTER = "\ue000"


def split_sentences(text: str) -> list[str]:
    """Sentences with their own end marks; abbreviations, decimals and quoted stops do not end one."""
    sheltered, spans = _shelter(text)
    sentences, start = [], 0
    for end in _END.finditer(sheltered):
        if end.group() != "\n" and _is_short_form(
            sheltered[start : end.end()], sheltered, end.end()
        ):
            continue
        sentences.append(sheltered[start : end.end()])
        start = end.end()
    sentences.append(sheltered[start:])
    unsheltered = _unshelter(sentences, spans)
    return [stripped for s in unsheltered if (stripped := s.strip()) and re.search(r"\w", stripped)]


def split_fragments(sentence: str) -> list[str]:
    """Parts of one sentence at semicolons, spaced dashes and line breaks."""
    sheltered, spans = _shelter(sentence)
    parts = _unshelter(_BREAK.split(sheltered), spans)
    return [stripped for p in parts if re.search(r"\w", stripped := p.strip(" ,"))]


def outside_quotes(text: str, rewrite: Callable[[str], str]) -> str:
    """Rewrites only what is neither quoted nor a placeholder."""
    return _around(PROTECTED, text, rewrite)


def outside_quotation_marks(text: str, rewrite: Callable[[str], str]) -> str:
    """Rewrites what is not quoted, placeholders among it."""
    return _around(QUOTED, text, rewrite)


def _around(kept: re.Pattern[str], text: str, rewrite: Callable[[str], str]) -> str:
    pieces, start = [], 0
    for match in kept.finditer(text):
        pieces += [rewrite(text[start : match.start()]), match.group()]
        start = match.end()
    return "".join([*pieces, rewrite(text[start:])])


def unquoted(text: str) -> str:
    """The text with quotes and placeholders blanked out, for looking for cues."""
    return PROTECTED.sub(" ¤ ", text)


def without_quotes(text: str) -> str:
    """The text with quotes blanked out and placeholders kept."""
    return QUOTED.sub(" ¤ ", text)


def words_of(text: str) -> list[str]:
    """Lower-case words and numbers, apostrophes kept."""
    return re.findall(r"[a-z0-9]+(?:['’][a-z]+)*", text.lower())


def _is_short_form(so_far: str, whole: str, end: int) -> bool:
    if so_far.endswith(("?", "!", "…")):
        return False
    following = whole[end:].lstrip()
    if re.match(r"[soapdbir]:", following, re.IGNORECASE):
        return False
    if re.search(
        r"\b(?:no|etc|appts?|mins?|hrs?|wks?|mo|yrs?|a\.m|p\.m)\.$", so_far, re.IGNORECASE
    ):
        return bool(following) and not following[0].isupper()
    return _SHORT_FORMS.search(so_far) is not None or _INITIAL.search(so_far) is not None


def _shelter(text: str) -> tuple[str, list[str]]:
    """Replaces protected spans by one character each, keeping a stop that ends a quoted sentence."""
    spans: list[str] = []

    def hide(match: re.Match[str]) -> str:
        spans.append(match.group())
        ends_sentence = match.group()[-2:-1] in ".!?" and match.group()[0] != "["
        following = text[match.end() :].lstrip(" ")
        closes = ends_sentence and (not following or following[0].isupper() or following[0] == "\n")
        return _SHELTER + ("." if closes else "")

    return PROTECTED.sub(hide, text), spans


def _unshelter(parts: list[str], spans: list[str]) -> list[str]:
    remaining = iter(spans)
    pattern = re.compile(rf"{_SHELTER}(?:\.(?=\s|$))?")
    return [pattern.sub(lambda m: _closing(m.group(), next(remaining)), part) for part in parts]


def _closing(sheltered: str, span: str) -> str:
    return span + "." if sheltered.endswith(".") and span[-2:-1] not in ".!?" else span
