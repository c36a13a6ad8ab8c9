"""Measures the gate: does it stop what the masker would let through, and let through what is clean?

Each finder of the masker is turned off in turn. A document leaks when an identifying token is then
uncovered that is covered with all finders on; the gate stops it when it finds anything in it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from appliance.domain.errors import GateBlocked
from appliance.domain.masking.evaluation import Manner, Posed, Scored, compare, pose
from appliance.domain.masking.gate import Gate
from appliance.domain.masking.mask import FINDERS, Masker
from appliance.domain.masking.pipeline import mask_and_admit


@dataclass(frozen=True, kw_only=True)
class _Document:
    """A posed row and what of it is covered with every finder on."""

    posed: Posed
    scored: Scored


def evaluate_gate(
    rows: Sequence[Mapping[str, Any]], masker: Masker, gate: Gate, manner: Manner
) -> dict[str, Any]:
    """Figures of the gate over labelled rows; the keys say what they count."""
    posed = [pose(row, manner) for row in rows]
    documents = [_Document(posed=p, scored=_scored(p, masker)) for p in posed]
    by_finder = {name: _without(name, documents, masker, gate) for name in FINDERS}
    leaking = sum(counts["leaking"] for counts in by_finder.values())
    blocked = sum(counts["blocked"] for counts in by_finder.values())
    clean = [d for d in documents if d.scored.identifying <= d.scored.covered]
    refused = sum(1 for d in clean if _is_refused(d.posed, masker, gate))
    first = sum(1 for d in clean if _blocks(d.posed, masker, gate))
    missed: Counter[str] = Counter()
    for counts in by_finder.values():
        missed.update(counts["missed_by_kind"])
    return {
        "documents": len(documents),
        "leaking": leaking,
        "leaking_blocked": blocked,
        "leaking_blocked_share": round(blocked / leaking, 4) if leaking else None,
        "missed_by_kind": dict(sorted(missed.items())),
        "clean": len(clean),
        "clean_refused": refused,
        "clean_refused_share": round(refused / len(clean), 4) if clean else None,
        "clean_masked_again": first,
        **_whole_way(documents, masker, gate),
        "per_finder": by_finder,
    }


def _whole_way(documents: Sequence[_Document], masker: Masker, gate: Gate) -> dict[str, Any]:
    """Token recall and precision of masker and gate together; `evaluate` scores the masker alone."""
    sent = [_sent(document.posed, masker, gate) for document in documents]
    hit = sum(len(scored.identifying & scored.covered) for scored in sent)
    identifying = sum(len(scored.identifying) for scored in sent)
    covered = sum(len(scored.covered) for scored in sent)
    return {
        "whole_way_token_recall": round(hit / identifying, 4) if identifying else None,
        "whole_way_precision": round(hit / covered, 4) if covered else None,
    }


def _sent(posed: Posed, masker: Masker, gate: Gate) -> Scored:
    """What is covered in the text that passes; in one that is refused, what the masker alone covers."""
    try:
        _, mask_map = mask_and_admit(
            masker, gate, origin=posed.origin, utterances=(posed.line,), known=posed.known
        )
    except GateBlocked:
        return _scored(posed, masker)
    return compare(posed, mask_map)


def _without(
    name: str, documents: Sequence[_Document], masker: Masker, gate: Gate
) -> dict[str, Any]:
    """Documents that leak with this finder off, how many the gate stops, and what the others leak."""
    weaker = replace(masker, off=masker.off | {name})
    leaking = blocked = 0
    missed: Counter[str] = Counter()
    for document in documents:
        lost = document.scored.covered - _scored(document.posed, weaker).covered
        leaked = lost & document.scored.identifying
        if not leaked:
            continue
        leaking += 1
        if _blocks(document.posed, weaker, gate):
            blocked += 1
        else:
            missed.update({label for label, own in document.scored.entities if own & leaked})
    return {"leaking": leaking, "blocked": blocked, "missed_by_kind": dict(sorted(missed.items()))}


def _scored(posed: Posed, masker: Masker) -> Scored:
    return compare(posed, masker.mask((posed.line,), posed.known, posed.origin).mask_map)


def _blocks(posed: Posed, masker: Masker, gate: Gate) -> bool:
    candidate = masker.mask((posed.line,), posed.known, posed.origin)
    return bool(gate.blocked_spans(candidate.lines, posed.known, candidate.mask_map))


def _is_refused(posed: Posed, masker: Masker, gate: Gate) -> bool:
    """True when the whole way, with two re-maskings, ends at the gate."""
    try:
        mask_and_admit(
            masker, gate, origin=posed.origin, utterances=(posed.line,), known=posed.known
        )
    except GateBlocked:
        return True
    return False
