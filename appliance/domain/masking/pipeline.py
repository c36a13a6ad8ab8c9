"""Mask, then pass the gate; what the gate still finds is masked too, twice at most."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from appliance.domain.masking.decided import must_go as decided_to_go
from appliance.domain.masking.finder import Found
from appliance.domain.masking.gate import BlockedSpan, Gate
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.mask import MaskCandidate, Masker, MustGo
from appliance.domain.masking.masked import MaskedLine, MaskedText, MaskMap
from appliance.domain.masking.normalise import Folded
from appliance.domain.masking.restore import original_stretch
from appliance.domain.masking.searched import Seen
from appliance.domain.transcript import Origin

RE_MASKINGS = 2


@dataclass(frozen=True, kw_only=True)
class _FindsOnce(Masker):
    """The masker of one text: masking again adds what must go and does not search anew."""

    found: dict[str, list[Found]] = field(default_factory=dict, repr=False, compare=False)

    def find(self, folded: Folded, known: KnownRecord) -> list[Found]:
        if folded.text not in self.found:
            self.found[folded.text] = super().find(folded, known)
        return self.found[folded.text]


def mask_and_admit(
    masker: Masker,
    gate: Gate,
    *,
    origin: Origin,
    utterances: tuple[MaskedLine, ...],
    observations: tuple[MaskedLine, ...] = (),
    record_facts: tuple[MaskedLine, ...] = (),
    known: KnownRecord,
) -> tuple[MaskedText, MaskMap]:
    """Masked text that has passed the gate, and its map. Line ids must differ throughout.

    Raises GateBlocked when a hit is left after two re-maskings (the clinician must look), GateBroken,
    FieldsInvalid.
    """
    lines = (*utterances, *observations, *record_facts)
    seen = Seen()
    candidate = mask_as_asked(masker, gate, lines, known, origin, seen)
    return _admit(gate, origin, candidate, known, len(utterances), len(observations), seen)


def mask_as_asked(
    masker: Masker,
    gate: Gate,
    lines: tuple[MaskedLine, ...],
    known: KnownRecord,
    origin: Origin,
    seen: Seen | None = None,
) -> MaskCandidate:
    """The lines masked, with what a clinician decided and what the gate finds; not admitted yet."""
    must_go = decided_to_go(lines, known.to_mask)
    masker, seen = _FindsOnce(**vars(masker)), seen or Seen()
    candidate = masker.mask(lines, known, origin, must_go)
    for _ in range(RE_MASKINGS):
        blocked = gate.blocked_spans(candidate.lines, known, candidate.mask_map, seen)
        if not blocked:
            break
        must_go = (*must_go, *_originals(blocked, candidate.mask_map))
        candidate = masker.mask(lines, known, origin, must_go)
    return candidate


def _admit(
    gate: Gate,
    origin: Origin,
    candidate: MaskCandidate,
    known: KnownRecord,
    utterances: int,
    observations: int,
    seen: Seen,
) -> tuple[MaskedText, MaskMap]:
    masked = candidate.lines
    facts_from = utterances + observations
    text = gate.admit(
        origin,
        masked[:utterances],
        masked[utterances:facts_from],
        masked[facts_from:],
        known,
        candidate.mask_map,
        seen,
    )
    return text, candidate.mask_map


def _originals(blocked: Iterable[BlockedSpan], mask_map: MaskMap) -> tuple[MustGo, ...]:
    """What the gate found, as stretches of the original lines."""
    found = []
    for span in blocked:
        stretch = original_stretch(span.line_id, span.start, span.end, mask_map)
        found.append(MustGo(line_id=stretch.line_id, start=stretch.start, end=stretch.end))
    return tuple(found)
