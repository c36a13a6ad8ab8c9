"""The gate: nothing goes to the note model unless no known identifier is left in it.

It claims just that, "no known identifier left", and not that the text is free of health information.
Besides the payload it searches a copy with planted identifiers (canaries); a gate that misses one
is broken, and lets nothing through.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from appliance.domain.errors import GateBlocked, GateBroken, NameModelMissing
from appliance.domain.masking.decided import safe_phrases, stretches
from appliance.domain.masking.detectors import (
    BLANK,
    PATTERN_DETECTORS,
    PERSON_BLANK,
    PLACE_BLANK,
    Detector,
    LongNumberDetector,
    NameDetector,
    NumberDetector,
    PlainLine,
    Suspects,
    make_plain,
)
from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.known_places import PlaceDetector
from appliance.domain.masking.masked import _GATE, MaskedLine, MaskedText, MaskMap
from appliance.domain.masking.payload import is_made_here, payload_lines
from appliance.domain.masking.searched import Hits, Seen
from appliance.domain.transcript import Origin


@dataclass(frozen=True, kw_only=True)
class Canary:
    """An invented identifier that the detector of `kind` must find; `known` joins the record for it."""

    kind: str
    text: str
    known: KnownName | None = None


@dataclass(frozen=True, kw_only=True)
class BlockedSpan:
    """A stretch of a masked line in which an identifier was found, for a clinician to look at."""

    line_id: str
    start: int
    end: int
    kind: str


DETECTORS: tuple[Detector, ...] = (
    NameDetector(),
    PlaceDetector(),
    NumberDetector(),
    LongNumberDetector(),
    *PATTERN_DETECTORS,
)

CANARIES = (
    Canary(
        kind="name",
        text="then zephyrina's sister came",
        known=KnownName(text="Zephyrina Quillwater", role="PERSON"),
    ),
    Canary(
        kind="place",
        text="she went to QUILLWATER  LANTERN works",
        known=KnownName(text="Quillwater Lantern Works", role="EMPLOYER"),
    ),
    Canary(
        kind="number",
        text="it was eighty three, oh one nine",
        known=KnownName(text="83-019", role="ID"),
    ),
    Canary(kind="long_number", text="four four seven one oh nine two eight"),
    Canary(kind="email", text="q.canary@example.org"),
    Canary(kind="web_address", text="www.example.org/canary"),
    Canary(kind="phone", text="(555) 010-4477"),
    Canary(kind="social_security_number", text="900-55-0044"),
    Canary(kind="date", text="on march the ninth"),
)
STRAY_CANARIES = (
    Canary(kind="stray_name", text="then qorvaleth told me that tamika called"),
    Canary(kind="announced_name", text="a neighbour named qorvaleth came by"),
    Canary(kind="stray_place", text="she lives at nine quillwater lane"),
    Canary(kind="leftover", text=f"seen by dr {PERSON_BLANK * 9} smith today"),
)
"""For the detectors of `stray_names`, which a gate is given with a list of its own."""

NAME_STEMS = tuple(
    "PERSON PARTNER CHILD PARENT SIBLING RELATIVE FRIEND COLLEAGUE PET GUARDIAN "
    "INTERPRETER CITY PLACE SCHOOL HOSPITAL CHURCH ORGANIZATION"
)
"""Placeholders whose originals are names, which may not stand anywhere else either."""


def _none_missing() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Lets a payload through as `MaskedText`, or refuses it.

    `everyday` are words of ordinary talk: a known name that is one counts only where it is used as a
    name. Every detector's kind needs a canary. `missing_models` names the configured name models that
    are not loaded; while there is one, nothing goes out, for the masker then finds less than it should.
    """

    everyday: frozenset[str]
    detectors: tuple[Detector, ...] = DETECTORS
    canaries: tuple[Canary, ...] = CANARIES
    missing_models: Callable[[], tuple[str, ...]] = _none_missing

    def admit(
        self,
        origin: Origin,
        utterances: tuple[MaskedLine, ...],
        observations: tuple[MaskedLine, ...],
        record_facts: tuple[MaskedLine, ...],
        known: KnownRecord,
        mask_map: MaskMap,
        seen: Seen | None = None,
    ) -> MaskedText:
        """The payload as the note model may see it.

        Raises GateBlocked (kinds, count), GateBroken, NameModelMissing (models).
        """
        self._pass((*utterances, *observations, *record_facts), known, mask_map, seen)
        return MaskedText(
            origin=origin,
            utterances=utterances,
            observations=observations,
            record_facts=record_facts,
            passed=_GATE,
            check=partial(self._check, known, mask_map),
        )

    def prove(self) -> None:
        """Find every canary with no payload at all, at a program's start. Raises GateBroken."""
        self._prove((), KnownRecord(), MaskMap(canonical={}, occurrences=()))

    def _check(
        self, known: KnownRecord, mask_map: MaskMap, payload: bytes, fixed: frozenset[str]
    ) -> None:
        """`PayloadCheck` for one admitted text: its record and its placeholders are the same."""
        self._pass(payload_lines(payload, fixed), known, mask_map)

    def _pass(
        self,
        lines: tuple[MaskedLine, ...],
        known: KnownRecord,
        mask_map: MaskMap,
        seen: Seen | None = None,
    ) -> None:
        missing = self.missing_models()
        if missing:
            raise NameModelMissing(details={"models": missing})
        self._prove(lines, known, mask_map)
        spans = self.blocked_spans(lines, known, mask_map, seen)
        if spans:
            kinds = sorted({span.kind for span in spans})
            raise GateBlocked(details={"kinds": kinds, "count": len(spans)})

    def blocked_spans(
        self,
        lines: tuple[MaskedLine, ...],
        known: KnownRecord,
        mask_map: MaskMap,
        seen: Seen | None = None,
    ) -> tuple[BlockedSpan, ...]:
        """Every identifier still in the masked lines, save what the clinician marked as none.

        Offsets are those of the masked text. `seen` spares lines that a look before has searched.
        """
        texts = [_without_placeholders(line.text, mask_map) for line in lines]
        seen = seen or Seen()
        suspects = Suspects(
            known=known.names, seen=seen.names(_seen(mask_map)), everyday=self.everyday
        )
        safe = safe_phrases(known)
        looked_at = self._looked_at(texts, suspects, seen)
        found = [
            BlockedSpan(line_id=line.id, start=start, end=end, kind=kind)
            for line, (plain, hits) in zip(lines, looked_at, strict=True)
            for start, end, kind in hits
            if not any(a <= start and end <= b for a, b in stretches(plain, safe))
        ]
        strays = {canary.kind for canary in STRAY_CANARIES}
        ids = {line.id for line in lines if is_made_here(line)}
        found = [span for span in found if span.line_id not in ids or span.kind not in strays]
        kept = {id(span) for span in _news(found)}
        return tuple(span for span in found if span.kind not in strays or id(span) in kept)

    def _looked_at(
        self, texts: list[str], suspects: Suspects, seen: Seen
    ) -> list[tuple[PlainLine, Hits]]:
        """Each text made plain, with what was found in it; a text that was seen is not searched anew."""
        known = seen.of(suspects)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        plain = [make_plain(text) for text in new]
        hits: list[set[tuple[int, int, str]]] = [set() for _ in new]
        for at, start, end, kind in self._hits(plain, suspects):
            hits[at].add((start, end, kind))
        for text, line, found in zip(new, plain, hits, strict=True):
            known[text] = (line, tuple(sorted(found)))
        return [known[text] for text in texts]

    def _hits(
        self, plain: list[PlainLine], suspects: Suspects
    ) -> Iterable[tuple[int, int, int, str]]:
        hits = {
            (at, *plain[at].stretch(start, end), detector.kind)
            for detector in self.detectors
            for at, start, end in detector.find(plain, suspects)
        }
        return sorted(hits)

    def _prove(self, lines: tuple[MaskedLine, ...], known: KnownRecord, mask_map: MaskMap) -> None:
        """Plant every canary in a copy of the payload and find it again. Raises GateBroken."""
        if {detector.kind for detector in self.detectors} - {c.kind for c in self.canaries}:
            raise GateBroken(details={"reason": "a detector has no canary"})
        planted = [make_plain(canary.text) for canary in self.canaries]
        copy = [*planted, *(make_plain(line.text) for line in lines[:1])]
        names = tuple(canary.known for canary in self.canaries if canary.known)
        suspects = Suspects(
            known=(*known.names, *names), seen=_seen(mask_map), everyday=self.everyday
        )
        found = {(at, kind) for at, _, _, kind in self._hits(copy, suspects)}
        missed = sorted({c.kind for at, c in enumerate(self.canaries) if (at, c.kind) not in found})
        if missed:
            raise GateBroken(details={"kinds": missed})


def _news(found: list[BlockedSpan]) -> Iterator[BlockedSpan]:
    """All but strays that a surer finding touches, or that lie within a longer stray before."""
    strays = {canary.kind for canary in STRAY_CANARIES}
    sure: dict[str, list[tuple[int, int]]] = {}
    for span in found:
        if span.kind not in strays:
            sure.setdefault(span.line_id, []).append((span.start, span.end))
    reach = {line_id: [*accumulate((end for _, end in own), max)] for line_id, own in sure.items()}
    line_id, held = "", (0, 0)
    for span in sorted(found, key=lambda span: (span.line_id, span.start, -span.end)):
        if span.kind not in strays:
            continue
        own = sure.get(span.line_id, [])
        before = bisect_left(own, (span.end, -1))
        if before and reach[span.line_id][before - 1] > span.start:
            continue
        is_within = line_id == span.line_id and span.end <= held[1]
        if is_within and (span.start, span.end) != held:
            continue
        line_id, held = span.line_id, (span.start, span.end)
        yield span


def _without_placeholders(text: str, mask_map: MaskMap) -> str:
    """The text with each placeholder of this map blanked out, as long as before."""
    known = mask_map.canonical
    return _BRACKETED.sub(lambda m: _blank(m[0]) * len(m[0]) if m[0] in known else m[0], text)


def _blank(placeholder: str) -> str:
    """The character that says what kind of thing a placeholder stands for."""
    stem = placeholder.strip("[]").partition("_")[0]
    return PERSON_BLANK if stem in _PEOPLE else PLACE_BLANK if stem in _PLACES else BLANK


_PEOPLE = frozenset(
    [
        "CLIENT",
        "CLINICIAN",
        "PERSON",
        "PARTNER",
        "CHILD",
        "PARENT",
        "SIBLING",
        "RELATIVE",
        "FRIEND",
        "COLLEAGUE",
        "PET",
        "GUARDIAN",
        "INTERPRETER",
        "MEMBER",
        "SURNAME",
        "NAME",
    ]
)
_PLACES = frozenset(
    ["CITY", "PLACE", "ADDRESS", "EMPLOYER", "SCHOOL", "HOSPITAL", "CHURCH", "ORGANIZATION"]
)


_BRACKETED = re.compile(r"\[[^\[\]\s]{1,60}\]")


def _seen(mask_map: MaskMap) -> tuple[str, ...]:
    """What the masker has found of names; they may not stand anywhere else either."""
    stems = tuple(f"[{stem}" for stem in NAME_STEMS)
    people = {o.original for o in mask_map.occurrences if o.placeholder.startswith(stems)}
    return tuple(sorted(people))
