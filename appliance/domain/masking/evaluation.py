"""Scores a masker on labelled text, by the rules of the labelled sets' own description.

A token is `\\w+`. Not counted either way: titles, nationalities, ages of 89 or less, a bare year or
weekday, honorifics, and generic words of facilities. The placeholder's type does not count.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.mask import Masker
from appliance.domain.masking.masked import MaskedLine, MaskMap
from appliance.domain.masking.misspelling import misspelled
from appliance.domain.masking.vocabulary import FACILITY_WORDS, HONORIFICS, ROLE_OF_KIN, WEEKDAYS
from appliance.domain.transcript import Origin

_TOKEN = re.compile(r"\w+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNCOUNTED_LABELS = frozenset({"TITLE", "NRP"})
_UNCOUNTED_TOKENS = FACILITY_WORDS | HONORIFICS
WILSON_Z = 1.96
_ROLES = {
    "client": "CLIENT", "nick": "CLIENT", "partner": "PARTNER", "employer": "EMPLOYER", "school": "SCHOOL",
    "town": "CITY", "hometown": "CITY", "address": "ADDRESS", "phone": "PHONE", "zip": "ZIP", "dob": "DATE",
    "email": "EMAIL", "handle": "USERNAME", "snapchat": "USERNAME", "gym": "PLACE", "church": "CHURCH",
    "license": "LICENSE", "passport": "PASSPORT", "badge": "BADGE", "voucher": "VOUCHER", "acct": "ACCOUNT",
    "mrn": "MRN", "policy": "POLICY", "id": "ID",
}  # fmt: skip
_KIN = frozenset(
    {"PARTNER", "CHILD", "PARENT", "SIBLING", "RELATIVE", "FRIEND", "COLLEAGUE", "PET"}
)


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Token indices of one row: which identify, which were covered, and each entity's tokens."""

    counted: frozenset[int]
    identifying: frozenset[int]
    covered: frozenset[int]
    entities: tuple[tuple[str, frozenset[int]], ...]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How labelled rows are put to the masker."""

    as_speech: bool = False
    with_record: bool = True
    with_misspellings: bool = False


def evaluate(rows: Sequence[Mapping[str, Any]], masker: Masker, manner: Manner) -> dict[str, Any]:
    """Figures over rows of `text`, `spans` and perhaps `record`; see the module for what is counted."""
    scored = [_score(row, masker, manner) for row in rows]
    identifying = sum(len(row.identifying) for row in scored)
    hit = sum(len(row.identifying & row.covered) for row in scored)
    covered = sum(len(row.covered & row.counted) for row in scored)
    entities = [(label, tokens <= row.covered) for row in scored for label, tokens in row.entities]
    whole = sum(1 for _, is_whole in entities if is_whole)
    clean = sum(1 for row in scored if row.identifying <= row.covered)
    tokens = sum(len(row.counted) for row in scored)
    return {
        "documents": len(scored),
        "tokens": tokens,
        "identifying_tokens": identifying,
        "token_recall": _share(hit, identifying),
        "token_recall_interval": wilson(hit, identifying),
        "entity_recall": _share(whole, len(entities)),
        "precision": _share(hit, covered),
        "document_recall": _share(clean, len(scored)),
        "false_positives_per_1000": _share(1000 * (covered - hit), tokens),
        "per_type": _per_type(scored, entities),
    }


def _per_type(scored: Iterable[Scored], entities: list[tuple[str, bool]]) -> dict[str, Any]:
    tokens: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for row in scored:
        for label, own in row.entities:
            tokens[label] += len(own)
            hits[label] += len(own & row.covered)
    all_of = Counter(label for label, _ in entities)
    whole = Counter(label for label, is_whole in entities if is_whole)
    return {
        label: {
            "entities": all_of[label],
            "entity_recall": _share(whole[label], all_of[label]),
            "token_recall": _share(hits[label], tokens[label]),
            "token_recall_interval": wilson(hits[label], tokens[label]),
        }
        for label in sorted(all_of)
    }


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def wilson(hits: int, of: int) -> list[float] | None:
    """The 95 % interval of a share (Wilson 1927); None where there is nothing to share."""
    if not of:
        return None
    share, z2 = hits / of, WILSON_Z**2
    centre = share + z2 / (2 * of)
    spread = WILSON_Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return [round((centre + sign * spread) / (1 + z2 / of), 4) for sign in (-1, 1)]


def record_of(row: Mapping[str, Any]) -> KnownRecord:
    """The client's record of a row: by field where it says so, else names first and facts after."""
    record = row.get("record") or {}
    if record.get("fields"):
        names = [
            KnownName(text=text.strip(), role=_role(label))
            for label, value in record["fields"].items()
            for text in ([value] if _role(label) == "ADDRESS" else str(value).split(", "))
        ]
        return KnownRecord(names=tuple(names))
    people = [
        KnownName(text=text, role="PERSON" if at else "CLIENT")
        for at, text in enumerate(record.get("names", []))
    ]
    facts = [KnownName(text=text, role=_fact_role(text)) for text in record.get("facts", [])]
    return KnownRecord(names=(*people, *facts))


def _role(label: str) -> str:
    kin = ROLE_OF_KIN.get(label.split("-", maxsplit=1)[0].split(maxsplit=1)[0].lower(), "PERSON")
    return _ROLES.get(label.lower(), kin if kin in _KIN else "PERSON")


def _fact_role(text: str) -> str:
    letters = [word for word in _TOKEN.findall(text) if word.isalpha() and len(word) > 2]
    return "PLACE" if letters else "ID"


@dataclass(frozen=True, kw_only=True)
class Posed:
    """A labelled row as it is put to the masker."""

    line: MaskedLine
    spans: Sequence[Mapping[str, Any]]
    known: KnownRecord
    origin: Origin


def pose(row: Mapping[str, Any], manner: Manner) -> Posed:
    """The row's text and spans in the manner asked for, and the record it may use."""
    text, spans = str(row["text"]), list(row["spans"])
    if manner.with_misspellings:
        text, spans = misspelled(text, spans)
    if manner.as_speech:
        text, spans = speech_like(text, spans)
    return Posed(
        line=MaskedLine(id="u1", speaker="unknown", text=text),
        spans=spans,
        known=record_of(row) if manner.with_record else KnownRecord(),
        origin=Origin.SPEECH if manner.as_speech else Origin.TYPED,
    )


def _score(row: Mapping[str, Any], masker: Masker, manner: Manner) -> Scored:
    posed = pose(row, manner)
    return compare(posed, masker.mask((posed.line,), posed.known, posed.origin).mask_map)


def compare(posed: Posed, mask_map: MaskMap) -> Scored:
    """What of the row's identifiers the occurrences cover."""
    masked = [(o.start, o.end) for o in mask_map.occurrences]
    return _compare(posed.line.text, posed.spans, masked)


def _compare(
    text: str, spans: Sequence[Mapping[str, Any]], masked: Sequence[tuple[int, int]]
) -> Scored:
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    uncounted = {
        i for i, (start, end) in enumerate(tokens) if text[start:end].lower() in _UNCOUNTED_TOKENS
    }
    entities: list[tuple[str, frozenset[int]]] = []
    for span in spans:
        own = {
            i
            for i, token in enumerate(tokens)
            if token[0] < span["end"] and token[1] > span["start"]
        }
        if _is_uncounted(str(span["label"]), text[span["start"] : span["end"]]):
            uncounted |= own
        else:
            entities.append((str(span["label"]), frozenset(own)))
    counted = frozenset(range(len(tokens))) - uncounted
    entities = [(label, own & counted) for label, own in entities if own & counted]
    covered = {
        i for i, (start, end) in enumerate(tokens) if any(s < end and start < e for s, e in masked)
    }
    return Scored(
        counted=counted,
        identifying=frozenset().union(*(own for _, own in entities)),
        covered=frozenset(covered) & counted,
        entities=tuple(entities),
    )


def _is_uncounted(label: str, text: str) -> bool:
    bare = text.strip().lower()
    if label in _UNCOUNTED_LABELS or bare in WEEKDAYS or _YEAR.fullmatch(bare):
        return True
    return label == "AGE" and bare.isdecimal() and int(bare) < 90


def speech_like(text: str, spans: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The same text in lower case without punctuation (apostrophes vanish, the rest becomes a space)."""
    kept: list[str] = []
    moved = [0]
    for character in text:
        kept.append(_as_spoken(character, kept[-1] if kept else " "))
        moved.append(moved[-1] + len(kept[-1]))
        if not kept[-1]:
            kept.pop()
    shifted = [{**span, "start": moved[span["start"]], "end": moved[span["end"]]} for span in spans]
    return "".join(kept), shifted


def _as_spoken(character: str, before: str) -> str:
    if character.isalnum() or character == "_":
        return character.lower()
    if character in "'’" or (before.endswith(" ") and character != "\n"):
        return ""
    return " "
