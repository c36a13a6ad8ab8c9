"""For each verb of the note, the verbs of the talk that tell the same thing."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.domain.support.clauses import Frame, Reading
from appliance.domain.support.matching import Comparison, related
from appliance.domain.support.verbs import LIGHT, REPORTING


@dataclass(frozen=True, slots=True)
class Pair:
    """A claimed frame and one said frame with the same verb; `overlap`: weight told in common."""

    claimed: Frame
    said: Frame
    line: Reading
    overlap: float


def _tells(frame: Frame) -> bool:
    return frame.verb.lemma not in LIGHT and frame.verb.lemma not in REPORTING


def pairs_of(comparison: Comparison) -> Iterator[list[Pair]]:
    """For each claimed frame, its best said frames (all with the most in common); never empty."""
    for frame in comparison.claimed.frames:
        subject = [
            w for w in comparison.claimed.clauses[frame.clause].words if w.index < frame.verb.index
        ]
        pairs = [
            Pair(frame, said, line, comparison.overlap(frame.clause, line, said.clause, subject))
            for line in comparison.said
            for said in line.frames
            if related(frame.verb, said.verb)
        ]
        if pairs and (
            chosen := _likeliest(frame, pairs, comparison.best_overlap(frame.clause, subject))
        ):
            yield chosen


def _likeliest(frame: Frame, pairs: list[Pair], elsewhere: float) -> list[Pair]:
    """Those with the most in common; the very same verb counts before another that means the same."""
    best = max(pair.overlap for pair in pairs)
    same = [p for p in pairs if frame.verb.lemma in (p.said.verb.lemma, *p.said.verb.parts)]
    if same and _tells(frame) and max(p.overlap for p in same) >= best - 1.2:
        pairs, best = same, max(p.overlap for p in same)
    elif best < elsewhere - 0.6:
        return []
    least = 1.0 if frame.verb.lemma in LIGHT else 0.2
    return [pair for pair in pairs if pair.overlap >= max(best - 0.3, least)]
