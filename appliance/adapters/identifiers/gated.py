"""The masker and its gate as one port: nothing comes out that the gate has not admitted."""

from appliance.domain.masking.gate import BlockedSpan, Gate
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.mask import MaskCandidate, Masker
from appliance.domain.masking.masked import MaskedLine, MaskedText, MaskMap
from appliance.domain.masking.pipeline import mask_and_admit, mask_as_asked
from appliance.domain.transcript import Origin


class GatedMasker:
    """The `IdentifierMasker` port; made only with a gate that finds its canaries."""

    def __init__(self, masker: Masker, gate: Gate) -> None:
        """Raises GateBroken, so that no program starts with a blind gate."""
        gate.prove()
        self._masker = masker
        self._gate = gate

    def mask_and_admit(
        self,
        origin: Origin,
        utterances: tuple[MaskedLine, ...],
        observations: tuple[MaskedLine, ...],
        record_facts: tuple[MaskedLine, ...],
        known: KnownRecord,
    ) -> tuple[MaskedText, MaskMap]:
        """Raises GateBlocked, GateBroken."""
        return mask_and_admit(
            self._masker,
            self._gate,
            origin=origin,
            utterances=utterances,
            observations=observations,
            record_facts=record_facts,
            known=known,
        )

    def readmit(
        self,
        origin: Origin,
        utterances: tuple[MaskedLine, ...],
        observations: tuple[MaskedLine, ...],
        record_facts: tuple[MaskedLine, ...],
        known: KnownRecord,
        mask_map: MaskMap,
    ) -> MaskedText:
        """Raises GateBlocked, GateBroken."""
        return self._gate.admit(origin, utterances, observations, record_facts, known, mask_map)

    def try_out(
        self, origin: Origin, lines: tuple[MaskedLine, ...], known: KnownRecord
    ) -> tuple[MaskCandidate, tuple[BlockedSpan, ...]]:
        candidate = mask_as_asked(self._masker, self._gate, lines, known, origin)
        return candidate, self.left_in(candidate.lines, known, candidate.mask_map)

    def left_in(
        self, lines: tuple[MaskedLine, ...], known: KnownRecord, mask_map: MaskMap
    ) -> tuple[BlockedSpan, ...]:
        return self._gate.blocked_spans(lines, known, mask_map)
