"""The note: what the model saw, drafts, signing, and what comes after."""

from flask import Response

from appliance.api.admission import KIB, Admission, Body
from appliance.api.answers import (
    EncounterState,
    MaskedAnswer,
    NoteAnswer,
    masked_of,
    note_of,
    state_of,
)
from appliance.api.asked import (
    AddendumBody,
    DeclineBody,
    DraftBody,
    EncounterPath,
    PreferencesBody,
    SignBody,
)
from appliance.api.current import actor, answer, box
from appliance.api.routing import resource, route
from appliance.domain.errors import QuietroomError, TextTooLong
from appliance.steps import edit_draft, show_masking, sign_note
from appliance.steps.edit_draft import SECTION_LIMIT_CHARACTERS
from appliance.steps.sign_note import ADDENDUM_LIMIT_CHARACTERS

group = resource("notes", "Notes")

ENCOUNTER = "/encounters/<uuid:encounter_id>"


def draft_too_long() -> QuietroomError:
    return TextTooLong(details={"limit_characters": SECTION_LIMIT_CHARACTERS})


def addendum_too_long() -> QuietroomError:
    return TextTooLong(details={"limit_characters": ADDENDUM_LIMIT_CHARACTERS})


@route(group, "GET", f"{ENCOUNTER}/masked", answers=MaskedAnswer)
def read_masked(path: EncounterPath) -> Response:
    """The text as the note model was given it, or would be, and what each placeholder stands for."""
    return answer(masked_of(show_masking.view_masking(box(), actor(), path.id)))


@route(group, "POST", f"{ENCOUNTER}/draft", answers=EncounterState)
def ask_redraft(path: EncounterPath, body: PreferencesBody) -> Response:
    """Draft again from the same words in another way."""
    encounter = edit_draft.ask_redraft(box(), actor(), path.id, body.as_preferences())
    return answer(state_of(encounter))


@route(
    group,
    "PUT",
    f"{ENCOUNTER}/draft",
    answers=EncounterState,
    admission=Admission(body=Body.JSON, limit_bytes=1024 * KIB, too_large=draft_too_long),
)
def save_edits(path: EncounterPath, body: DraftBody) -> Response:
    """The clinician's text by section; sentences left as they were keep their sources."""
    encounter = edit_draft.save_edits(box(), actor(), path.id, body.revision, body.texts)
    return answer(state_of(encounter))


@route(group, "POST", f"{ENCOUNTER}/draft/by-hand", answers=EncounterState)
def begin_by_hand(path: EncounterPath) -> Response:
    """An empty draft for the clinician to fill: no words, no model."""
    return answer(state_of(edit_draft.begin_by_hand(box(), actor(), path.id)))


@route(group, "POST", f"{ENCOUNTER}/sign", answers=EncounterState)
def sign(path: EncounterPath, body: SignBody) -> Response:
    """Sign the draft that was read; what it was made from is destroyed."""
    return answer(state_of(sign_note.sign(box(), actor(), path.id, body.revision)))


@route(group, "POST", f"{ENCOUNTER}/cosign", answers=EncounterState)
def cosign(path: EncounterPath) -> Response:
    """The supervisor signs too."""
    return answer(state_of(sign_note.cosign(box(), actor(), path.id)))


@route(group, "POST", f"{ENCOUNTER}/decline-cosignature", answers=EncounterState)
def decline_cosignature(path: EncounterPath, body: DeclineBody) -> Response:
    """The supervisor sends the note back to be changed, and says why."""
    encounter = sign_note.decline_cosignature(box(), actor(), path.id, body.reason)
    return answer(state_of(encounter))


@route(
    group,
    "POST",
    f"{ENCOUNTER}/addenda",
    answers=NoteAnswer,
    status=201,
    admission=Admission(body=Body.JSON, limit_bytes=256 * KIB, too_large=addendum_too_long),
)
def add_addendum(path: EncounterPath, body: AddendumBody) -> Response:
    """Add to a signed note, which itself never changes."""
    return answer(note_of(sign_note.add_addendum(box(), actor(), path.id, body.text)), 201)
