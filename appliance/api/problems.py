"""Errors as HTTP: which status each has, and its shape as a problem (RFC 9457).

This is the one place where a status is decided.
"""

from flask import Response, g, json
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.api.refusals import (
    BodyCutShort,
    BodyTooLarge,
    ForgedOrStale,
    LengthNeeded,
    NoBodyHere,
    NotFromHere,
    NotJson,
    RequestUnclear,
    WrongMediaType,
    WrongMethod,
)
from appliance.domain.capture import (
    CaptureElsewhere,
    CaptureOver,
    ChannelsDiffer,
    SoundMissing,
)
from appliance.domain.errors import (
    Absent,
    AlreadyHasWords,
    BrokenPromise,
    ConsentMissing,
    Destroyed,
    EditedElsewhere,
    FieldsInvalid,
    NotARecording,
    NotReady,
    NotYours,
    PieceOutOfOrder,
    PieceTooLarge,
    QuietroomError,
    RecordingTooLarge,
    Refused,
    SignInNeeded,
    TextTooLong,
    TooManyTries,
    Unavailable,
    UnderLegalHold,
    Unusable,
    WrongSignIn,
    WrongStage,
)
from appliance.domain.masking.findings import FindingStale, NamedOnRecord
from appliance.domain.vault import KeyGone

MEDIA_TYPE = "application/problem+json"
NOT_READY_RETRY_SECONDS = 5
UNAVAILABLE_RETRY_SECONDS = 10
FIELDS_NAMED = 10

STATUS: dict[type[QuietroomError], int] = {
    QuietroomError: 500,
    # Not allowed now.
    Refused: 422,
    SignInNeeded: 401,
    WrongSignIn: 401,
    NotYours: 403,
    ForgedOrStale: 403,
    NotFromHere: 403,
    ConsentMissing: 409,
    WrongStage: 409,
    AlreadyHasWords: 409,
    CaptureElsewhere: 409,
    CaptureOver: 409,
    ChannelsDiffer: 409,
    EditedElsewhere: 409,
    FindingStale: 409,
    NamedOnRecord: 409,
    UnderLegalHold: 409,
    TooManyTries: 429,
    NotReady: 503,
    # What was sent cannot be used.
    Unusable: 422,
    NotJson: 400,
    BodyCutShort: 400,
    NoBodyHere: 400,
    RequestUnclear: 400,
    WrongMethod: 405,
    PieceOutOfOrder: 409,
    SoundMissing: 409,
    LengthNeeded: 411,
    BodyTooLarge: 413,
    PieceTooLarge: 413,
    RecordingTooLarge: 413,
    TextTooLong: 413,
    NotARecording: 415,
    WrongMediaType: 415,
    # Nothing here, or no longer.
    Absent: 404,
    Destroyed: 410,
    KeyGone: 410,
    # The box's own troubles.
    Unavailable: 503,
    BrokenPromise: 500,
}


class Problem(BaseModel):
    """What went wrong, in one or two sentences for a person, and a code for a program (RFC 9457).

    `title` is the sentence. More members may follow: names of fields, limits and counts, the
    encounter's id; never content.
    """

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="urn:quietroom:problem:<code>")
    title: str
    status: int
    code: str
    instance: str | None = Field(default=None, description="urn:quietroom:request:<number>")
    encounter_id: str | None = None


def status_of(error: QuietroomError) -> int:
    """The status of the nearest class up the tree."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def body_of(error: QuietroomError) -> dict[str, object]:
    """The problem as a JSON object."""
    owned: dict[str, object] = {
        "type": f"urn:quietroom:problem:{error.code}",
        "title": error.message,
        "status": status_of(error),
        "code": error.code,
    }
    if request_id := g.get("request_id"):
        owned["instance"] = f"urn:quietroom:request:{request_id}"
    if error.encounter_id:
        owned["encounter_id"] = error.encounter_id
    return {**error.details, **owned}


def problem(error: QuietroomError) -> Response:
    """The whole answer."""
    answer = Response(json.dumps(body_of(error)), status=status_of(error), mimetype=MEDIA_TYPE)
    return with_advice(answer, error)


def with_advice(answer: Response, error: QuietroomError) -> Response:
    """Headers that tell a program what to do: when to try again, and how to sign in."""
    if isinstance(error, NotReady):
        answer.headers["Retry-After"] = str(NOT_READY_RETRY_SECONDS)
    elif isinstance(error, Unavailable):
        answer.headers["Retry-After"] = str(UNAVAILABLE_RETRY_SECONDS)
    elif isinstance(error, TooManyTries):
        answer.headers["Retry-After"] = str(60 * int(str(error.details.get("minutes", 15))))
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="quietroom"'
    return answer


def refuse_fields(error: ValidationError) -> Response:
    """Name the fields that are wrong; never what was in them, nor names that we did not give."""
    named = [_place(entry["type"], entry["loc"]) for entry in error.errors(include_input=False)]
    fields = tuple(dict.fromkeys(named))[:FIELDS_NAMED]
    return problem(FieldsInvalid(details={"fields": fields}))


def _place(kind: str, place: tuple[int | str, ...]) -> str:
    if kind == "extra_forbidden":
        return ".".join([*map(_own_name, place[:-1]), "a field the box does not know"])
    return ".".join(map(_own_name, place)) or "all of it"


def _own_name(part: int | str) -> str:
    return str(part) if isinstance(part, int) or part in FIELD_NAMES else "one of its entries"


FIELD_NAMES: set[str] = set()
"""Every field's name that the API gave; whatever else stands in an error's place was typed."""
