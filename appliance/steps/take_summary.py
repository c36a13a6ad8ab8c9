"""Typed summary → transcript: what the clinician types, or dictates after the session."""

from appliance.domain.audit import Action
from appliance.domain.encounter import Encounter
from appliance.domain.errors import AlreadyHasWords
from appliance.domain.lifecycle import Event, Stage
from appliance.domain.people import Account
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.sentences import typed_transcript
from appliance.domain.transcript import Origin
from appliance.steps import artefacts
from appliance.steps.access import note, own_encounter
from appliance.steps.box import Box
from appliance.steps.moves import doom, move, schedule


def take_summary(box: Box, actor: Account, encounter_id: str, text: str) -> Encounter:
    """Seal a summary and queue it for drafting; needs no recording consent.

    Raises TextEmpty, TextTooLong, TextNotReadable, AlreadyHasWords.
    """
    transcript = typed_transcript(text)
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if encounter.stage is not Stage.OPEN:
            raise AlreadyHasWords(encounter_id=encounter_id)
        doom(records, encounter, [ArtefactKind.RECORDING], Rule.DISCARDED, now, actor=actor)
        artefacts.keep(
            records,
            box.vault,
            ArtefactKind.TRANSCRIPT,
            transcript,
            now=now,
            encounter_id=encounter_id,
            client_id=encounter.client_id,
            due_at=schedule(records).due_at(ArtefactKind.TRANSCRIPT, now),
        )
        facts: dict[str, str | int] = {"sentences": len(transcript.utterances)}
        note(records, Action.SUMMARY_TYPED, now, actor=actor, encounter=encounter, facts=facts)
        return move(
            records,
            encounter,
            Event.SUMMARY_TYPED,
            origin=Origin.TYPED,
            first_word_at=now,
            engine=transcript.engine,
            is_demo_engine=False,
            sources_destroyed_at=None,
        )
