"""Live sound: pieces of about a second, each durable and sealed before it is answered."""

from typing import Annotated

from flask import Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.exceptions import BadRequest

from appliance.api.admission import Admission, Body
from appliance.api.answers import Answer, EncounterState, state_of
from appliance.api.asked import Asked, EncounterPath, PieceBody
from appliance.api.current import actor, answer, box, parts
from appliance.api.problems import FIELD_NAMES
from appliance.api.refusals import BodyCutShort
from appliance.api.routing import resource, route
from appliance.domain.capture import (
    CAPTURE_LIMIT_SAMPLES,
    CHANNELS_MAX,
    TOKEN_CHARACTERS,
    Hearing,
    SentPiece,
    piece_limit_bytes,
    too_large,
)
from appliance.domain.errors import DiskFull
from appliance.domain.recording import SAMPLE_RATE_HZ
from appliance.steps import receive_live as steps
from appliance.steps.receive_live import Standing

group = resource("live", "Live recording")
LIVE = "/encounters/<uuid:encounter_id>/live"

Token = Annotated[
    str,
    StringConstraints(
        min_length=TOKEN_CHARACTERS[0], max_length=TOKEN_CHARACTERS[1], pattern=r"^[A-Za-z0-9_-]*$"
    ),
]
Samples = Annotated[int, Field(ge=0, le=CAPTURE_LIMIT_SAMPLES)]


class BeginLiveBody(Asked):
    """`token`: random, of the window that records. `takes_over`: from another one, if need be."""

    token: Token
    channels: int = Field(default=1, ge=1, le=CHANNELS_MAX)
    takes_over: bool = False


class StopLiveBody(Asked):
    """`size_samples`: all that was recorded, so that nothing is missing at the end."""

    token: Token
    size_samples: Samples


class LiveHeader(BaseModel):
    """Whose piece it is, and where it belongs. `X-Captions-From`: send words from this one on."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    token: Token = Field(alias="X-Capture-Token")
    captions_from: int | None = Field(alias="X-Captions-From", default=None, ge=0, le=1_000_000)


class LivePieceHeader(LiveHeader):
    """`X-Sample-Offset`: of one channel, from the start of the recording. `X-Sound-Sha256`: of the
    piece, in hexadecimal, to notice what was damaged on the way.
    """

    offset_samples: Samples = Field(alias="X-Sample-Offset")
    channels: int = Field(alias="X-Channels", default=1, ge=1, le=CHANNELS_MAX)
    sha256: str | None = Field(alias="X-Sound-Sha256", default=None, pattern=r"^[0-9A-Fa-f]{64}$")


for _header in (LiveHeader, LivePieceHeader):
    FIELD_NAMES.update(field.alias or name for name, field in _header.model_fields.items())


class CaptionAnswer(Answer):
    id: str
    speaker: str
    text: str
    start_seconds: float | None


class LiveAnswer(Answer):
    """`received_samples`: durable, the next piece begins here. `waiting_seconds`: sound that is
    here, sealed, and not heard yet. `is_yours`: whether the window that asks may send.
    """

    received_samples: int
    received_seconds: float
    waiting_seconds: float
    channels: int
    hearing: Hearing
    is_yours: bool
    words: tuple[CaptionAnswer, ...]


@route(group, "POST", LIVE, answers=LiveAnswer, status=201)
def begin_live(path: EncounterPath, body: BeginLiveBody) -> Response:
    """Record live, or go on: everyone's consent must be on file. Asking again changes nothing."""
    _require_room()
    standing = steps.begin(
        box(),
        actor(),
        path.id,
        token=body.token,
        channels=body.channels,
        takes_over=body.takes_over,
    )
    return answer(_answer_of(standing), 201)


@route(
    group,
    "PATCH",
    LIVE,
    answers=LiveAnswer,
    admission=Admission(body=Body.PIECE, limit_bytes=piece_limit_bytes(), too_large=too_large),
)
def take_live_piece(path: EncounterPath, header: LivePieceHeader, raw: PieceBody) -> Response:
    """PCM16 little endian at 16 kHz, channels interleaved, at most 10 s; sent again is no harm."""
    steps.may_take_piece(box(), actor(), path.id, header.token)
    _require_room()
    piece = SentPiece(
        token=header.token,
        offset_samples=header.offset_samples,
        channels=header.channels,
        pcm=_sound(raw),
        sha256=header.sha256,
    )
    standing = steps.take_piece(box(), actor(), path.id, piece, captions_from=header.captions_from)
    return answer(_answer_of(standing))


@route(group, "GET", LIVE, answers=LiveAnswer)
def read_live(path: EncounterPath, header: LiveHeader) -> Response:
    """Where to go on after a pause, a reload or a crash."""
    standing = steps.where_to_go_on(
        box(), actor(), path.id, header.token, captions_from=header.captions_from
    )
    return answer(_answer_of(standing))


@route(group, "POST", f"{LIVE}/stop", answers=EncounterState)
def stop_live(path: EncounterPath, body: StopLiveBody) -> Response:
    """The session is over: what is left to be heard is one stretch at most."""
    encounter = steps.stop(
        box(), actor(), path.id, token=body.token, size_samples=body.size_samples
    )
    return answer(state_of(encounter))


def _answer_of(standing: Standing) -> LiveAnswer:
    capture = standing.capture
    return LiveAnswer(
        received_samples=capture.received_samples,
        received_seconds=round(capture.received_samples / SAMPLE_RATE_HZ, 2),
        waiting_seconds=round(capture.waiting_samples / SAMPLE_RATE_HZ, 2),
        channels=capture.channels,
        hearing=capture.hearing,
        is_yours=standing.is_yours,
        words=tuple(
            CaptionAnswer(
                id=said.id, speaker=said.speaker, text=said.text, start_seconds=said.start_seconds
            )
            for said in standing.words
        ),
    )


def _require_room() -> None:
    if parts().free_disk_bytes() < parts().free_disk_minimum_bytes:
        raise DiskFull


def _sound(raw: Request) -> bytes:
    """The body, all of it or none: half a piece is not kept."""
    try:
        sound = raw.get_data(cache=False)
    except BadRequest:
        raise BodyCutShort from None
    if len(sound) != (raw.content_length or 0):
        raise BodyCutShort
    return sound
