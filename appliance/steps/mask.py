"""Transcript → masked text: everything that may go to the note model, through the gate at once."""

from dataclasses import replace

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.encounter import Encounter
from appliance.domain.errors import GateBlocked
from appliance.domain.lifecycle import Event
from appliance.domain.masking.findings import Findings, find_mentions
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.sealed import StoredMaskedText
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.moves import doom, hold_up_at_gate, move, still_there
from appliance.steps.sources import to_mask


def mask(box: Box, encounter: Encounter) -> Encounter:
    """Mask one encounter's words, observations and record facts; repeatable until it commits.

    What the gate stops stays where it is, for the clinician to mend; nothing goes on.
    """
    with box.database.read() as records:
        source = artefacts.require(records, ArtefactKind.TRANSCRIPT, encounter_id=encounter.id)
        given = to_mask(records, box, encounter)
    origin = given.transcript.origin
    try:
        masked, mask_map = box.masker.mask_and_admit(
            origin, given.utterances, given.observations, given.record_facts, given.known
        )
    except GateBlocked as error:
        tried, left = box.masker.try_out(origin, given.lines, given.known)
        mentions = find_mentions(given.lines, left, tried.mask_map)
        return _block(box, encounter, source, error, replace(given.decided, mentions=mentions))
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


def _block(
    box: Box, encounter: Encounter, source: Artefact, error: GateBlocked, found: Findings
) -> Encounter:
    now = box.clock.now()
    with box.database.write() as records:
        current = still_there(records, encounter, source)
        kinds = error.details.get("kinds", ())
        facts: dict[str, str | int] = {"kinds": ",".join(kinds) if isinstance(kinds, tuple) else ""}
        note(records, Action.GATE_BLOCKED, now, encounter=current, facts=facts)
        return hold_up_at_gate(records, box, current, source, found)
