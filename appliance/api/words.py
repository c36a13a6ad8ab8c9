"""Words: a typed summary, or a recording in pieces."""

from typing import Any

from flask import Request, Response
from werkzeug.exceptions import BadRequest

from appliance.api.admission import KIB, Admission, Body
from appliance.api.answers import EncounterState, ReceivedAnswer, state_of
from appliance.api.asked import EncounterPath, FinishBody, PieceBody, PieceHeader, SummaryBody
from appliance.api.current import actor, answer, answer_nothing, box, parts
from appliance.api.refusals import BodyCutShort, LengthNeeded
from appliance.api.routing import resource, route
from appliance.domain.errors import (
    DiskFull,
    PieceOutOfOrder,
    PieceTooLarge,
    QuietroomError,
    TextTooLong,
)
from appliance.domain.recording import PIECE_LIMIT_BYTES
from appliance.domain.sentences import SUMMARY_LIMIT_CHARACTERS
from appliance.steps import receive_recording as steps
from appliance.steps.edit_draft import discard_words as discard
from appliance.steps.take_summary import take_summary

group = resource("words", "Words")

# A character is at most six bytes of JSON ("\\u00e9"), twelve beyond the basic plane.
SUMMARY_LIMIT_BYTES = 600 * KIB
RECORDING = "/encounters/<uuid:encounter_id>/recording"
_TAKEN: dict[str, Any] = {
    "description": "The piece is durable.",
    "headers": {
        "Upload-Offset": {
            "description": "Bytes held so far; the next piece begins here.",
            "schema": {"type": "integer"},
        }
    },
}


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


@route(group, "POST", RECORDING, answers=EncounterState, status=201)
def begin_recording(path: EncounterPath) -> Response:
    """Open for pieces; everyone's consent must be on file."""
    _require_room()
    return answer(state_of(steps.begin(box(), actor(), path.id)), 201)


@route(
    group,
    "PATCH",
    RECORDING,
    answers=_TAKEN,
    status=204,
    admission=Admission(body=Body.PIECE, limit_bytes=PIECE_LIMIT_BYTES, too_large=PieceTooLarge),
)
def take_piece(path: EncounterPath, header: PieceHeader, raw: PieceBody) -> Response:
    """The next piece, at most 1 MiB. Everything is checked before its body is read."""
    size_bytes = raw.content_length
    if not size_bytes:
        raise LengthNeeded
    expected = steps.may_take_piece(box(), actor(), path.id, size_bytes)
    if header.upload_offset != expected:
        raise PieceOutOfOrder(encounter_id=path.id, details={"expected_offset_bytes": expected})
    _require_room()
    held_bytes = steps.take_piece(box(), actor(), path.id, expected, _piece(raw))
    return answer_nothing(Upload_Offset=str(held_bytes))


@route(group, "GET", RECORDING, answers=ReceivedAnswer)
def read_received(path: EncounterPath) -> Response:
    """Bytes held of the recording that is arriving: where an interrupted upload goes on."""
    held_bytes = steps.may_take_piece(box(), actor(), path.id, 0)
    return answer(ReceivedAnswer(received_bytes=held_bytes))


@route(group, "POST", f"{RECORDING}/finish", answers=EncounterState)
def finish_recording(path: EncounterPath, body: FinishBody) -> Response:
    """All pieces are here: transcribe it."""
    encounter = steps.finish(
        box(),
        actor(),
        path.id,
        size_bytes=body.size_bytes,
        declared_seconds=body.declared_seconds,
    )
    return answer(state_of(encounter))


@route(group, "POST", f"{RECORDING}/retry", answers=EncounterState)
def retry_recording(path: EncounterPath) -> Response:
    """Transcribe again a recording that failed and is still kept, and use what is in it."""
    return answer(state_of(steps.retry(box(), actor(), path.id)))


@route(group, "DELETE", RECORDING, answers=EncounterState)
def abandon_recording(path: EncounterPath) -> Response:
    """Give up an unfinished recording: it is destroyed now."""
    return answer(state_of(steps.abandon(box(), actor(), path.id)))


def _require_room() -> None:
    if parts().free_disk_bytes() < parts().free_disk_minimum_bytes:
        raise DiskFull


def _piece(raw: Request) -> bytes:
    """The body, all of it or none: half a piece is not kept."""
    try:
        piece = raw.get_data(cache=False)
    except BadRequest:
        raise BodyCutShort from None
    if len(piece) != raw.content_length:
        raise BodyCutShort
    return piece
