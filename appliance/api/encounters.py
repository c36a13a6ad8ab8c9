"""Encounters: opening, listing and reading them, who takes part, and what they agreed to."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Response

from appliance.api.admission import Admission
from appliance.api.answers import (
    EncounterAnswer,
    EncountersAnswer,
    EncounterState,
    encounter_of,
    line_of,
    state_of,
)
from appliance.api.asked import (
    ConsentBody,
    EncounterBody,
    EncounterList,
    EncounterPath,
    ParticipantPath,
    PreferencesBody,
    SheetBody,
)
from appliance.api.current import actor, answer, box
from appliance.api.routing import PREFIX, resource, route
from appliance.domain.consent import ConsentState
from appliance.steps import prepare_encounter, read_record
from appliance.steps.withdraw_consent import withdraw_consent

group = resource("encounters", "Encounters")


@route(group, "GET", "/encounters", answers=EncountersAnswer)
def list_encounters(query: EncounterList) -> Response:
    """One's own of a day or all unfinished ones, or what waits for one's co-signature."""
    if query.day is not None:
        lines = read_record.list_day(box(), actor(), *_bounds(query.day))
    elif query.unfinished:
        lines = read_record.list_unfinished(box(), actor())
    else:
        lines = read_record.list_to_cosign(box(), actor())
    return answer(EncountersAnswer(encounters=tuple(map(line_of, lines))))


@route(group, "POST", "/encounters", answers=EncounterState, status=201)
def open_encounter(body: EncounterBody) -> Response:
    """A new encounter; its header holds what the client's record already knows."""
    encounter = prepare_encounter.open_encounter(
        box(),
        actor(),
        str(body.client_id),
        body.kind,
        body.scheduled_utc,
        modality=body.modality,
    )
    return answer(state_of(encounter), 201, location=f"{PREFIX}/encounters/{encounter.id}")


@route(group, "GET", "/encounters/<uuid:encounter_id>", answers=EncounterAnswer)
def read_encounter(path: EncounterPath) -> Response:
    """Everything of one encounter; what was destroyed is null and stands among the artefacts."""
    return answer(encounter_of(read_record.view_encounter(box(), actor(), path.id)))


@route(
    group,
    "GET",
    "/encounters/<uuid:encounter_id>/progress",
    answers=EncounterState,
    admission=Admission(keeps_alive=False),
)
def read_progress(path: EncounterPath) -> Response:
    """Where it is, for polling: no content, no audit line, and it does not keep a sign-in alive."""
    return answer(state_of(read_record.view_progress(box(), actor(), path.id)))


@route(group, "PUT", "/encounters/<uuid:encounter_id>/sheet", answers=EncounterAnswer)
def fill_sheet(path: EncounterPath, body: SheetBody) -> Response:
    """Header, observations and participants, until the note is signed."""
    people = body.participants
    prepare_encounter.fill_sheet(
        box(),
        actor(),
        path.id,
        header=body.header.as_header(actor()) if body.header else None,
        observations=body.observations.as_observations() if body.observations else None,
        participants=None if people is None else tuple(p.as_participant() for p in people),
    )
    return read_encounter_again(path)


@route(group, "POST", "/encounters/<uuid:encounter_id>/consents", answers=EncounterAnswer)
def note_consent(path: EncounterPath, body: ConsentBody) -> Response:
    """Write down that a participant agreed to be recorded, or did not."""
    state = ConsentState(body.state.value)
    prepare_encounter.note_consent(box(), actor(), path.id, str(body.participant_id), state)
    return read_encounter_again(path)


@route(
    group,
    "POST",
    "/encounters/<uuid:encounter_id>/consents/<uuid:participant_id>/withdraw",
    answers=EncounterState,
)
def withdraw(path: ParticipantPath) -> Response:
    """Consent is taken back: capture stops, and the recording and all that came of it is destroyed."""
    encounter = withdraw_consent(box(), actor(), path.id, str(path.participant_id))
    return answer(state_of(encounter))


@route(group, "PUT", "/encounters/<uuid:encounter_id>/preferences", answers=EncounterState)
def choose(path: EncounterPath, body: PreferencesBody) -> Response:
    """How this one note is to be written."""
    encounter = prepare_encounter.choose_for_encounter(
        box(), actor(), path.id, body.as_preferences()
    )
    return answer(state_of(encounter))


def read_encounter_again(path: EncounterPath) -> Response:
    """The whole encounter as it stands after a change."""
    return answer(encounter_of(read_record.view_encounter(box(), actor(), path.id)))


def _bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of the day and of the next, by the box's own time zone."""
    first = datetime.combine(day, time.min).astimezone(UTC)
    return first, datetime.combine(day + timedelta(days=1), time.min).astimezone(UTC)
