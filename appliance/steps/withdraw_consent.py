"""Consent taken back: capture stops, everything from the recording is out of reach at once (P9)."""

from appliance.domain.encounter import Encounter, Sheet
from appliance.domain.errors import FieldsInvalid
from appliance.domain.people import Account
from appliance.domain.retention import ArtefactKind
from appliance.steps import artefacts
from appliance.steps.access import own_encounter
from appliance.steps.box import Box
from appliance.steps.moves import take_back


def withdraw_consent(box: Box, actor: Account, encounter_id: str, participant_id: str) -> Encounter:
    """Note the withdrawal and destroy the recording and all that was made from it.

    Anyone who is listed, or whose answer was ever noted, can take it back. What the clinician typed
    themselves stays, and so does a note that is already signed.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        artefact = artefacts.require(records, ArtefactKind.SHEET, encounter_id=encounter_id)
        sheet = artefacts.read(records, box.vault, artefact, Sheet)
        listed = {person.id for person in sheet.participants}
        if participant_id not in listed | set(records.encounters.consents(encounter_id)):
            raise FieldsInvalid(details={"fields": ("participant",)})
        return take_back(records, encounter, participant_id, actor, now)
