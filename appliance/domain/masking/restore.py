"""Puts names back: exactly into text the box masked, by canonical value into what a model wrote."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.domain.errors import MaskMapForeign
from appliance.domain.masking.masked import MaskedLine, MaskMap, Occurrence
from appliance.domain.masking.placeholder import LOOKS_LIKE, STEMS, invented, parts, placeholder

_SENTENCE_START = re.compile(r"(?:[.!?]['\")\]]{0,3}\s+|(?:^|\n)\s*(?:[-*#>]+\s+)?)['\"(*_]*$")
_ARTICLE = re.compile(r"\b(?:the|a|an|this|our)\s+(?:\*\*|__)?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Restored:
    """Text with names in it, and the placeholder-like tokens that nobody can place, as they stand."""

    text: str
    unknown: tuple[str, ...]


def restore(text: str, mask_map: MaskMap, spoken_as: Mapping[str, str]) -> Restored:
    """Replace every placeholder by what it stands for, in one pass.

    `spoken_as` gives the words for CLIENT and CLINICIAN (with or without brackets in the key), e.g.
    {"CLIENT": "the client"}; without one the canonical value serves. Brackets, case, spaces, leading
    zeros, possessives and plurals may be as a model writes them; what is restored is not read again.
    """
    words = {key.strip("[]").upper(): value for key, value in spoken_as.items()}
    unknown: dict[int, str] = {match.start(): match[0] for match in invented(text)}

    def replacement(match: re.Match[str]) -> str:
        value = _value(match, mask_map, words)
        if value is None:
            if _is_meant_as_placeholder(match):
                unknown[match.start()] = match[0]
            return match[0]
        return value + _tail(match)

    restored = LOOKS_LIKE.sub(replacement, text)
    in_order = (unknown[at] for at in sorted(unknown))
    return Restored(text=restored, unknown=tuple(dict.fromkeys(in_order)))


def still_unknown(text: str, unknown: Iterable[str]) -> tuple[str, ...]:
    """Those of the unknown placeholders that still stand in an edited text, however they are written now."""
    standing = {_identity(match) for match in LOOKS_LIKE.finditer(text)}
    return tuple(
        token
        for token in unknown
        if token in text or standing & {_identity(match) for match in LOOKS_LIKE.finditer(token)}
    )


def pieces(text: str, unknown: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, each with whether it is one of the unknown placeholders."""
    tokens = sorted(filter(None, unknown), key=len, reverse=True)
    if not tokens:
        return ((text, False),)
    sought = "|".join(rf"(?<![A-Za-z0-9_]){re.escape(token)}(?![A-Za-z0-9_])" for token in tokens)
    found = re.split(f"({sought})", text)
    return tuple((piece, number % 2 == 1) for number, piece in enumerate(found) if piece)


def _identity(match: re.Match[str]) -> tuple[str, int | None]:
    stem, number, _ = parts(match)
    return stem, number


def _tail(match: re.Match[str]) -> str:
    """The possessive or stop that stood inside the brackets, or an apostrophe written for HTML."""
    if match["escaped"]:
        return "'"
    inner = match["inner"] or ""
    return "'s" if inner.endswith("s") and "’" not in inner else inner


def _value(match: re.Match[str], mask_map: MaskMap, words: Mapping[str, str]) -> str | None:
    stem, number, is_plural = parts(match)
    if match["loud"] and stem not in STEMS and placeholder(stem, number) not in mask_map.canonical:
        return None
    if match["joined"] and stem not in STEMS:
        return None
    if stem in words and number is None:
        return _in_sentence(words[stem], match) + _plural(words[stem], is_plural)
    value = mask_map.canonical.get(placeholder(stem, number))
    return None if value is None else value + _plural(value, is_plural)


def _in_sentence(term: str, match: re.Match[str]) -> str:
    """The clinician's term with a capital at a sentence's start, and without a second article."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    if term.lower().startswith("the ") and _ARTICLE.search(before):
        return term[4:]
    is_start = bool(_SENTENCE_START.search(before))
    return term[:1].upper() + term[1:] if is_start else term


def _plural(value: str, is_plural: bool) -> str:
    if not is_plural:
        return ""
    return "es" if value.endswith(("s", "x", "z", "ch", "sh")) else "s"


def _is_meant_as_placeholder(match: re.Match[str]) -> bool:
    """True for what only a placeholder looks like: bracketed with a number, or one of the box's stems."""
    stem, number, _ = parts(match)
    if match["stem"]:
        return number is not None or stem in STEMS
    if match["joined"]:
        return stem in STEMS and match["joined"].isupper()
    return stem in STEMS


def as_said(mask_map: MaskMap, line_ids: Iterable[str]) -> MaskMap:
    """The map with each placeholder standing for what was said in these lines.

    "Dr. Okafor" must not come back as a full name that nobody used in this place. Where the lines
    have the placeholder in one form, that form counts, in the record's spelling where it is part of
    the record's name; in none or in several, the canonical value.
    """
    wanted = frozenset(line_ids)
    forms: dict[str, set[str]] = {}
    for occurrence in mask_map.occurrences:
        if occurrence.line_id in wanted:
            forms.setdefault(occurrence.placeholder, set()).add(occurrence.original)
    said = {
        placeholder: _in_record_spelling(next(iter(originals)), mask_map.canonical[placeholder])
        for placeholder, originals in forms.items()
        if len(originals) == 1 and placeholder in mask_map.canonical
    }
    return MaskMap(canonical={**mask_map.canonical, **said}, occurrences=mask_map.occurrences)


def _in_record_spelling(original: str, canonical: str) -> str:
    """The part of the canonical name that was said; a form that is no part of it stays canonical
    when it was heard in lower case (a recogniser's spelling), else as it was typed."""
    at = canonical.casefold().find(original.casefold())
    if at >= 0:
        return canonical[at : at + len(original)]
    return canonical if original == original.lower() else original


def unmask(lines: Iterable[MaskedLine], mask_map: MaskMap) -> tuple[MaskedLine, ...]:
    """The original lines, exactly. Raises MaskMapForeign if the lines were not made with this map."""
    by_line: dict[str, list[Occurrence]] = {}
    for occurrence in mask_map.occurrences:
        by_line.setdefault(occurrence.line_id, []).append(occurrence)
    return tuple(_unmasked(line, by_line.get(line.id, [])) for line in lines)


def _unmasked(line: MaskedLine, occurrences: list[Occurrence]) -> MaskedLine:
    pieces: list[str] = []
    at = original_at = 0
    for occurrence in sorted(occurrences, key=lambda o: o.start):
        kept = occurrence.start - original_at
        end = at + kept + len(occurrence.placeholder)
        if line.text[at + kept : end] != occurrence.placeholder:
            raise MaskMapForeign
        pieces += [line.text[at : at + kept], occurrence.original]
        at, original_at = end, occurrence.end
    return MaskedLine(id=line.id, speaker=line.speaker, text="".join([*pieces, line.text[at:]]))


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A stretch of an original line."""

    line_id: str
    start: int
    end: int


def original_stretch(line_id: str, start: int, end: int, mask_map: MaskMap) -> Stretch:
    """Where [start, end) of a masked line stands in its original; a placeholder counts as a whole."""
    return Stretch(
        line_id=line_id,
        start=_original_offset(line_id, start, mask_map, is_end=False),
        end=_original_offset(line_id, end, mask_map, is_end=True),
    )


def _original_offset(line_id: str, at: int, mask_map: MaskMap, *, is_end: bool) -> int:
    shift = 0
    for occurrence in sorted(mask_map.occurrences, key=lambda o: o.start):
        if occurrence.line_id != line_id:
            continue
        masked_start = occurrence.start - shift
        masked_end = masked_start + len(occurrence.placeholder)
        if at < masked_start or (at == masked_start and is_end):
            break
        if at < masked_end:
            return occurrence.end if is_end else occurrence.start
        shift = occurrence.end - masked_end
    return at + shift
