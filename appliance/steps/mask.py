"""Transcript → masked text: everything that may go to the note model, through the gate at once."""

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.errors import GateBlocked
from appliance.domain.lifecycle import Event
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.sealed import StoredMaskedText
from appliance.domain.transcript import Transcript
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.moves import doom, hold_up, move, still_there
from appliance.steps.sources import (
    client_record_of,
    fact_lines,
    known_record,
    observation_lines,
    sheet_of,
)


def mask(box: Box, encounter: Encounter) -> Encounter:
    """Mask one encounter's words, observations and record facts; repeatable until it commits.

    What the gate stops stays where it is, for the clinician to mend; nothing goes on.
    """
    with box.database.read() as records:
        source = artefacts.require(records, ArtefactKind.TRANSCRIPT, encounter_id=encounter.id)
        transcript = artefacts.read(records, box.vault, source, Transcript)
        sheet = sheet_of(records, box, encounter)
        record = client_record_of(records, box, encounter)
        known = known_record(record, sheet, records.people.accounts(), encounter)
    utterances = tuple(
        MaskedLine(id=utterance.id, speaker=utterance.speaker, text=utterance.text)
        for utterance in transcript.utterances
    )
    try:
        masked, mask_map = box.masker.mask_and_admit(
            transcript.origin,
            utterances,
            observation_lines(sheet.observations),
            fact_lines(record, sheet),
            known,
        )
    except GateBlocked as error:
        return _block(box, encounter, source, error)
    stored = StoredMaskedText(
        origin=masked.origin,
        utterances=masked.utterances,
        observations=masked.observations,
        record_facts=masked.record_facts,
    )
    now = box.clock.now()
    with box.database.write() as records:
        current = still_there(records, encounter, source)
        kinds = (ArtefactKind.MASKED_TEXT, ArtefactKind.MASK_MAP)
        doom(records, current, kinds, Rule.REPLACED, now)
        for kind, document in zip(kinds, (stored, mask_map), strict=True):
            artefacts.keep(
                records,
                box.vault,
                kind,
                document,
                now=now,
                encounter_id=current.id,
                client_id=current.client_id,
                due_at=source.due_at,  # with the words they were made from
            )
        facts: dict[str, str | int] = {"placeholders": len(mask_map.canonical)}
        note(records, Action.NAMES_MASKED, now, encounter=current, facts=facts)
        return move(records, current, Event.NAMES_MASKED)


def _block(box: Box, encounter: Encounter, source: Artefact, error: GateBlocked) -> Encounter:
    now = box.clock.now()
    with box.database.write() as records:
        current = still_there(records, encounter, source)
        kinds = error.details.get("kinds", ())
        facts: dict[str, str | int] = {"kinds": ",".join(kinds) if isinstance(kinds, tuple) else ""}
        note(records, Action.GATE_BLOCKED, now, encounter=current, facts=facts)
        return hold_up(records, current, Attention.GATE_BLOCKED)
