"""One session's page, and who is in it: participants, consents, and what is filled in beforehand."""

from flask import Blueprint, Response, request

from appliance.domain.consent import ConsentState
from appliance.domain.encounter import EncounterKind
from appliance.domain.preferences import Preferences
from appliance.steps.prepare_encounter import (
    change_kind,
    choose_for_encounter,
    fill_sheet,
    note_consent,
)
from appliance.steps.read_record import view_encounter
from appliance.steps.withdraw_consent import withdraw_consent
from appliance.web import forms
from appliance.web.desk import Desk, account
from appliance.web.encounter_page import attempt, show

ABSENCES = frozenset({EncounterKind.NO_SHOW, EncounterKind.LATE_CANCELLATION})
NOTICES: dict[str, str] = {
    "saved": "Saved.",
    "discarded": "The words are out of reach now and are destroyed within a minute.",
    "signed": "Done. What the note was made from is being destroyed.",
    "passed_on": "Your part is done. The words stay until it is co-signed or their time is over.",
    "returned": "The note went back to its clinician.",
    "must_go": "It will be masked.",
    "safe": "It stays as it is, in this client's later sessions too.",
    "added": "The addendum is part of the record now.",
}


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.get("/encounters/<encounter_id>")
    def show_encounter(encounter_id: str) -> Response:
        return show(desk, encounter_id, notice=NOTICES.get(request.args.get("did", ""), ""))

    @blueprint.post("/encounters/<encounter_id>/participants")
    def take_participant(encounter_id: str) -> Response:
        return attempt(desk, encounter_id, "people", lambda: _add_person(desk, encounter_id))

    @blueprint.post("/encounters/<encounter_id>/participants/<participant_id>/remove")
    def remove_participant(encounter_id: str, participant_id: str) -> Response:
        return attempt(
            desk, encounter_id, "people", lambda: _remove(desk, encounter_id, participant_id)
        )

    @blueprint.post("/encounters/<encounter_id>/consents/<participant_id>")
    def take_consent(encounter_id: str, participant_id: str) -> Response:
        return attempt(
            desk, encounter_id, "people", lambda: _consent(desk, encounter_id, participant_id)
        )

    @blueprint.post("/encounters/<encounter_id>/kind")
    def take_kind(encounter_id: str) -> Response:
        """The client did not come, or cancelled late; no other change of kind has a button."""
        return attempt(desk, encounter_id, "summary", lambda: _change_kind(desk, encounter_id))

    @blueprint.post("/encounters/<encounter_id>/prepare")
    def prepare(encounter_id: str) -> Response:
        """Observations, header and choices, before the words; a typed summary stays in the page."""
        response = attempt(
            desk, encounter_id, "details", lambda: take_preparations(desk, encounter_id)
        )
        if response.status_code != 303:
            return response
        return show(desk, encounter_id, typed=request.form, notice=NOTICES["saved"])


def take_preparations(desk: Desk, encounter_id: str) -> None:
    """Save what stands beside the words. Raises FieldsInvalid, WrongStage."""
    form = request.form
    view = view_encounter(desk.box, account(), encounter_id)
    header = forms.header_from(form, view.sheet.header, account(), desk.local)
    observations = forms.observations_from(form, view.sheet.observations)
    if header != view.sheet.header or observations != view.sheet.observations:
        fill_sheet(desk.box, account(), encounter_id, header=header, observations=observations)
    chosen = forms.preferences_from(form) if "format_key" in form else Preferences()
    if "format_key" in form and chosen != view.encounter.preferences:
        choose_for_encounter(desk.box, account(), encounter_id, chosen)


def _add_person(desk: Desk, encounter_id: str) -> None:
    person = forms.participant_from(request.form)
    people = view_encounter(desk.box, account(), encounter_id).sheet.participants
    fill_sheet(desk.box, account(), encounter_id, participants=(*people, person))


def _remove(desk: Desk, encounter_id: str, participant_id: str) -> None:
    people = view_encounter(desk.box, account(), encounter_id).sheet.participants
    left = tuple(person for person in people if person.id != participant_id)
    fill_sheet(desk.box, account(), encounter_id, participants=left)


def _change_kind(desk: Desk, encounter_id: str) -> None:
    kind = forms.kind_from(request.form)
    if kind not in ABSENCES:
        raise forms.invalid("kind of session")
    change_kind(desk.box, account(), encounter_id, kind)


def _consent(desk: Desk, encounter_id: str, participant_id: str) -> None:
    try:
        state = ConsentState(request.form.get("state", ""))
    except ValueError:
        raise forms.invalid("consent") from None
    if state is ConsentState.WITHDRAWN:
        withdraw_consent(desk.box, account(), encounter_id, participant_id)
    else:
        note_consent(desk.box, account(), encounter_id, participant_id, state)
