"""Consent taken back: capture stops, everything from the recording is out of reach at once (P9)."""

from appliance.domain.audit import Action
from appliance.domain.consent import Consent, ConsentState
from appliance.domain.encounter import Encounter, Sheet
from appliance.domain.errors import FieldsInvalid
from appliance.domain.lifecycle import Event, Stage
from appliance.domain.people import Account
from appliance.domain.retention import BEFORE_SIGNING, ArtefactKind, Rule
from appliance.domain.transcript import Origin
from appliance.steps import artefacts
from appliance.steps.access import note, own_encounter
from appliance.steps.box import Box
from appliance.steps.moves import doom, move


def withdraw_consent(box: Box, actor: Account, encounter_id: str, participant_id: str) -> Encounter:
    """Note the withdrawal and destroy the recording and all that was made from it.

    What the clinician typed themselves stays, and so does a note that is already signed.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        sheet = artefacts.read(
            records,
            box.vault,
            artefacts.require(records, ArtefactKind.SHEET, encounter_id=encounter_id),
            Sheet,
        )
        if participant_id not in {person.id for person in sheet.participants}:
            raise FieldsInvalid(details={"fields": ("participant",)})
        consent = Consent(
            participant_id=participant_id,
            state=ConsentState.WITHDRAWN,
            noted_by=actor.id,
            noted_at=now,
        )
        records.encounters.add_consent(encounter_id, consent)
        facts: dict[str, str | int] = {"participant": participant_id}
        note(records, Action.CONSENT_WITHDRAWN, now, actor=actor, encounter=encounter, facts=facts)
        if encounter.stage is Stage.OPEN:
            doom(
                records,
                encounter,
                [ArtefactKind.RECORDING],
                Rule.CONSENT_WITHDRAWN,
                now,
                actor=actor,
            )
        if encounter.origin is not Origin.SPEECH or encounter.stage in (Stage.OPEN, Stage.SIGNED):
            return encounter
        doom(records, encounter, BEFORE_SIGNING, Rule.CONSENT_WITHDRAWN, now, actor=actor)
        return move(records, encounter, Event.CONSENT_WITHDRAWN, origin=None, first_word_at=None)
