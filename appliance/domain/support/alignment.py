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
        pairs = [
            Pair(frame, said, line, comparison.overlap(frame.clause, line, said.clause))
            for line in comparison.said
            for said in line.frames
            if related(frame.verb, said.verb)
        ]
        if not pairs:
            continue
        best = max(pair.overlap for pair in pairs)
        elsewhere = comparison.best_overlap(frame.clause)
        if best < elsewhere - 0.6:
            pairs = [p for p in pairs if p.said.verb.lemma == frame.verb.lemma and _tells(frame)]
            if not pairs:
                continue
            best = max(pair.overlap for pair in pairs)
        least = 1.0 if frame.verb.lemma in LIGHT else 0.2
        chosen = [pair for pair in pairs if pair.overlap >= max(best - 0.3, least)]
        if chosen:
            yield chosen
