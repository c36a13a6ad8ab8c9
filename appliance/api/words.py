"""Words: a typed summary, and what can be done about words; a recording comes by `uploads`."""

from flask import Response

from appliance.api.admission import KIB, Admission, Body
from appliance.api.answers import EncounterState, state_of
from appliance.api.asked import EncounterPath, SummaryBody
from appliance.api.current import actor, answer, box
from appliance.api.routing import resource, route
from appliance.domain.errors import QuietroomError, TextTooLong
from appliance.domain.sentences import SUMMARY_LIMIT_CHARACTERS
from appliance.steps.edit_draft import discard_words as discard
from appliance.steps.receive_recording import retry
from appliance.steps.take_summary import take_summary

group = resource("words", "Words")

# A character is at most six bytes of JSON ("\\u00e9"), twelve beyond the basic plane.
SUMMARY_LIMIT_BYTES = 600 * KIB


def summary_too_long() -> QuietroomError:
    return TextTooLong(details={"limit_characters": SUMMARY_LIMIT_CHARACTERS})


@route(
    group,
    "POST",
    "/encounters/<uuid:encounter_id>/summary",
    answers=EncounterState,
    admission=Admission(
        body=Body.JSON, limit_bytes=SUMMARY_LIMIT_BYTES, too_large=summary_too_long
    ),
)
def type_summary(path: EncounterPath, body: SummaryBody) -> Response:
    """What the clinician typed or dictated after the session; needs no consent to record."""
    return answer(state_of(take_summary(box(), actor(), path.id, body.text)))


@route(group, "DELETE", "/encounters/<uuid:encounter_id>/words", answers=EncounterState)
def discard_words(path: EncounterPath) -> Response:
    """Destroy words and drafts and start over; this also stops work that is under way."""
    return answer(state_of(discard(box(), actor(), path.id)))


@route(group, "POST", "/encounters/<uuid:encounter_id>/recording/retry", answers=EncounterState)
def retry_recording(path: EncounterPath) -> Response:
    """Transcribe again a recording that failed and is still kept, and use what is in it."""
    return answer(state_of(retry(box(), actor(), path.id)))
