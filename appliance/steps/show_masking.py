"""What the note writer saw, or would see: the masked words, for their own clinician to look at."""

from dataclasses import dataclass

from appliance.domain.audit import Action
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.masking.gate import BlockedSpan
from appliance.domain.masking.masked import MaskMap
from appliance.domain.people import Account
from appliance.domain.retention import ArtefactKind
from appliance.domain.sealed import StoredMaskedText
from appliance.steps import artefacts
from appliance.steps.access import note, own_encounter
from appliance.steps.box import Box
from appliance.steps.sources import to_mask


@dataclass(frozen=True, kw_only=True)
class MaskingView:
    """The masked words and what each placeholder stands for.

    `is_held_back`: the gate stopped it, so that nothing was given to the note writer; `left` is what
    the gate still finds, at offsets of the masked lines.
    """

    text: StoredMaskedText
    names: MaskMap
    is_held_back: bool = False
    left: tuple[BlockedSpan, ...] = ()


def view_masking(box: Box, actor: Account, encounter_id: str) -> MaskingView:
    """Raises Destroyed, Absent: also for anyone else's encounter, and before there are masked words.

    What the gate stopped was not kept: it is masked again to be looked at, outside of a transaction.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        note(records, Action.MASKED_TEXT_READ, now, actor=actor, encounter=encounter)
        is_held_back = encounter.attention is Attention.GATE_BLOCKED
        if not is_held_back:
            text = artefacts.require(records, ArtefactKind.MASKED_TEXT, encounter_id=encounter_id)
            names = artefacts.require(records, ArtefactKind.MASK_MAP, encounter_id=encounter_id)
            return MaskingView(
                text=artefacts.read(records, box.vault, text, StoredMaskedText),
                names=artefacts.read(records, box.vault, names, MaskMap),
            )
    return _tried_out(box, encounter)


def _tried_out(box: Box, encounter: Encounter) -> MaskingView:
    with box.database.read() as records:
        given = to_mask(records, box, encounter)
    candidate, left = box.masker.try_out(given.transcript.origin, given.lines, given.known)
    said, end = len(given.utterances), len(given.utterances) + len(given.observations)
    return MaskingView(
        text=StoredMaskedText(
            origin=given.transcript.origin,
            utterances=candidate.lines[:said],
            observations=candidate.lines[said:end],
            record_facts=candidate.lines[end:],
        ),
        names=candidate.mask_map,
        is_held_back=True,
        left=left,
    )
