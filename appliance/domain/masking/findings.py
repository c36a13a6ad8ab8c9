"""What the gate still found in an encounter, as its clinician is shown it to decide.

Sealed and destroyed with the words that it shows.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.domain.errors import Refused
from appliance.domain.masking.decided import words_of
from appliance.domain.masking.gate import BlockedSpan
from appliance.domain.masking.masked import MaskedLine, MaskMap
from appliance.domain.masking.restore import original_stretch

AROUND_CHARACTERS = 70
_ID_LENGTH = 16


class NamedOnRecord(Refused):
    """One of these is a name or a number that the box knows from the client's record or the
    practice, so the note writer never sees it. Mask it; if it stands in the record by mistake,
    change the record and try again."""

    code = "named_on_record"


class FindingStale(Refused):
    """The check does not show this any more: the words, the record or a decision has changed
    since. Reload, and decide about what is there now."""

    code = "finding_stale"


class Decision(StrEnum):
    """What a clinician says of something that the gate found."""

    MASK = "mask"
    """It identifies somebody: it must go, wherever these words stand in this encounter."""
    SAFE = "safe"
    """It identifies nobody; remembered for this client."""


@dataclass(frozen=True, kw_only=True)
class Mention:
    """One place, as it stands in the original words, with what stands around it."""

    line_id: str
    speaker: str
    before: str
    text: str
    after: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What is undecided, and the phrases that the clinician has decided must go."""

    mentions: tuple[Mention, ...] = ()
    to_mask: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The same words, wherever they stand: one thing to decide about."""

    id: str
    text: str
    kinds: tuple[str, ...]
    mentions: tuple[Mention, ...]


def find_mentions(
    lines: Iterable[MaskedLine], blocked: Iterable[BlockedSpan], mask_map: MaskMap
) -> tuple[Mention, ...]:
    """What the gate found in masked lines, as it stands in the original `lines`; what overlaps is one."""
    by_line: dict[str, list[tuple[int, int, str]]] = {}
    for span in blocked:
        stretch = original_stretch(span.line_id, span.start, span.end, mask_map)
        by_line.setdefault(span.line_id, []).append((stretch.start, stretch.end, span.kind))
    return tuple(
        _mention(line, group) for line in lines for group in _joined(by_line.get(line.id, []))
    )


def _joined(found: list[tuple[int, int, str]]) -> list[list[tuple[int, int, str]]]:
    groups: list[list[tuple[int, int, str]]] = []
    last = -1
    for start, end, kind in sorted(found):
        if start >= last:
            groups.append([])
        groups[-1].append((start, end, kind))
        last = max(last, end)
    return groups


def _mention(line: MaskedLine, group: list[tuple[int, int, str]]) -> Mention:
    start, end = group[0][0], max(end for _, end, _ in group)
    before, after = line.text[:start], line.text[end:]
    if len(before) > AROUND_CHARACTERS:
        before = "… " + before[-AROUND_CHARACTERS:].partition(" ")[2]
    if len(after) > AROUND_CHARACTERS:
        after = after[:AROUND_CHARACTERS].rpartition(" ")[0] + " …"
    return Mention(
        line_id=line.id,
        speaker=line.speaker,
        before=before,
        text=line.text[start:end],
        after=after,
        kinds=tuple(sorted({kind for _, _, kind in group})),
    )


def to_decide(findings: Findings, of: str) -> tuple[Finding, ...]:
    """One finding for the same words, in the order of their first place. `of`: whose they are, for the id."""
    groups: dict[tuple[str, ...], list[Mention]] = {}
    for mention in findings.mentions:
        groups.setdefault(_key(mention), []).append(mention)
    return tuple(
        Finding(
            id=hashlib.sha256("\n".join((of, *key)).encode()).hexdigest()[:_ID_LENGTH],
            text=mentions[0].text,
            kinds=tuple(sorted({kind for mention in mentions for kind in mention.kinds})),
            mentions=tuple(mentions),
        )
        for key, mentions in groups.items()
    )


def _key(mention: Mention) -> tuple[str, ...]:
    return words_of(mention.text) or (mention.text,)


def after_decisions(findings: Findings, decided: Mapping[Finding, Decision]) -> Findings:
    """What is left to decide, and what must go."""
    gone = {_key(finding.mentions[0]) for finding in decided}
    must = [finding.text for finding, what in decided.items() if what is Decision.MASK]
    return replace(
        findings,
        mentions=tuple(m for m in findings.mentions if _key(m) not in gone),
        to_mask=tuple(dict.fromkeys((*findings.to_mask, *must))),
    )
