"""A recording's file, by the tus 1.0 protocol: any tus client, and the box's own page, send it so.

One request may bring any part of the file. Without a checksum each mebibyte is durable as soon as it
has come, so a connection that breaks loses less than that; with one, the piece is kept whole or not
at all.
"""

from collections.abc import Iterator
from typing import Any

from flask import Request, Response
from werkzeug.exceptions import HTTPException

from appliance.api.admission import Admission, Body
from appliance.api.answers import UploadAnswer
from appliance.api.asked import BeginHeader, EncounterPath, PieceBody, PieceHeader, UploadPath
from appliance.api.current import actor, answer, answer_nothing, box, parts
from appliance.api.refusals import BodyCutShort, LengthNeeded
from appliance.api.routing import PREFIX, resource, route
from appliance.api.tus import (
    CAPABILITIES,
    Checksum,
    checksum,
    declared_seconds,
    require_version,
    speak,
    state_headers,
)
from appliance.domain.errors import DiskFull, PieceTooLarge, RecordingTooLarge
from appliance.domain.recording import (
    CHECKED_LIMIT_BYTES,
    CHUNK_BYTES,
    MIB,
    RECORDING_LIMIT_BYTES,
    RECORDING_LIMIT_SECONDS,
)
from appliance.steps import receive_recording as steps
from appliance.steps.receive_recording import Upload

group = resource("uploads", "Uploads (tus 1.0)")
group.before_request(require_version)
group.after_request(speak)

UPLOADS = "/encounters/<uuid:encounter_id>/uploads"
UPLOAD = f"{UPLOADS}/<uuid:upload_id>"
READ_BYTES = 64 * 1024
_TAKEN: dict[str, Any] = {
    "description": "What came is durable.",
    "headers": {
        "Upload-Offset": {
            "description": "Bytes held so far; the next piece begins here.",
            "schema": {"type": "integer"},
        },
        "Upload-Expires": {
            "description": "It is destroyed then unless more of it arrives.",
            "schema": {"type": "string"},
        },
    },
}


def recording_too_large() -> RecordingTooLarge:
    return RecordingTooLarge(
        details={
            "limit_mib": RECORDING_LIMIT_BYTES // MIB,
            "limit_minutes": RECORDING_LIMIT_SECONDS // 60,
        }
    )


@route(group, "POST", UPLOADS, answers=UploadAnswer, status=201)
def begin_upload(path: EncounterPath, header: BeginHeader) -> Response:
    """Open for one recording; everyone's consent must be on file. `Location` is where it goes.

    `Upload-Length` is its size in bytes. `Upload-Metadata` may say `declared_seconds`, the length
    by the sender's own player, to find a file that was cut short.
    """
    _require_room()
    upload = steps.begin(
        box(),
        actor(),
        path.id,
        length_bytes=header.upload_length,
        declared_seconds=declared_seconds(header.upload_metadata),
    )
    location = f"{PREFIX}/encounters/{path.id}/uploads/{upload.id}"
    return _told(upload, 201, location=location)


@route(group, "GET", UPLOAD, answers=UploadAnswer)
def read_upload(path: UploadPath) -> Response:
    """How much of it is here, in the answer and in its headers: where an upload goes on.

    By HEAD it is the tus protocol's own question. A recording that came whole says so even when its
    words are stored and it is destroyed.
    """
    upload = steps.read_upload(box(), actor(), path.id, str(path.upload_id))
    return _told(upload)


@route(
    group,
    "PATCH",
    UPLOAD,
    answers=_TAKEN,
    status=204,
    admission=Admission(
        body=Body.PIECE, limit_bytes=RECORDING_LIMIT_BYTES, too_large=recording_too_large
    ),
)
def take_piece(path: UploadPath, header: PieceHeader, raw: PieceBody) -> Response:
    """The next part of the file, `Upload-Offset` bytes from its start.

    All is checked before it is read. When the last byte is here the box begins to transcribe.
    """
    size_bytes = raw.content_length
    if size_bytes is None:
        raise LengthNeeded
    expected = checksum(header.upload_checksum)
    if expected is not None and size_bytes > CHECKED_LIMIT_BYTES:
        raise PieceTooLarge(details={"limit_mib": CHECKED_LIMIT_BYTES // MIB})
    whom = (box(), actor(), path.id, str(path.upload_id))
    upload = steps.may_take(*whom, header.upload_offset, size_bytes)
    for part in _parts(raw, size_bytes, expected):
        _require_room()
        upload = steps.take(*whom, upload.held_bytes, part)
    return _taken(upload, header.upload_offset + size_bytes)


@route(group, "DELETE", UPLOAD, answers=None, status=204)
def give_up_upload(path: UploadPath) -> Response:
    """Give up an unfinished recording: what arrived of it is destroyed now."""
    steps.abandon(box(), actor(), path.id, str(path.upload_id))
    return answer_nothing()


def describe_protocol(**_path: object) -> Response:
    """What a tus client may ask for here."""
    response = answer_nothing()
    response.headers.update(CAPABILITIES)
    return response


vars(describe_protocol)["admission"] = Admission()
for _rule in (UPLOADS, UPLOAD):
    group.add_url_rule(_rule, view_func=describe_protocol, methods=["OPTIONS"])


def _told(upload: Upload, status: int = 200, *, location: str | None = None) -> Response:
    body = UploadAnswer(
        id=upload.id,
        length_bytes=upload.length_bytes,
        received_bytes=upload.held_bytes,
        until=upload.until,
    )
    response = answer(body, status, location=location)
    response.headers.update(state_headers(upload))
    return response


def _taken(upload: Upload, end_bytes: int) -> Response:
    if upload.held_bytes < end_bytes:
        raise BodyCutShort(
            encounter_id=upload.encounter.id,
            details={"expected_offset_bytes": upload.held_bytes},
        )
    response = answer_nothing()
    response.headers.update(state_headers(upload))
    return response


def _parts(raw: Request, size_bytes: int, expected: Checksum | None) -> Iterator[bytes]:
    """The body as far as it comes, in parts that are never empty.

    With a checksum, one part: all of it, or none where it broke off. Raises ChecksumMismatch.
    """
    if expected is not None:
        whole = b"".join(_reads(raw, size_bytes))
        if len(whole) == size_bytes:
            expected.check(whole)
            if whole:
                yield whole
        return
    waiting = bytearray()
    for read in _reads(raw, size_bytes):
        waiting += read
        if len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting[:CHUNK_BYTES])
            del waiting[:CHUNK_BYTES]
    if waiting:
        yield bytes(waiting)


def _reads(raw: Request, size_bytes: int) -> Iterator[bytes]:
    """What the connection brings; it ends early where the sender went away or fell asleep."""
    left = size_bytes
    while left > 0:
        try:
            read = raw.stream.read(min(READ_BYTES, left))
        except (HTTPException, OSError):
            return
        if not read:
            return
        left -= len(read)
        yield read


def _require_room() -> None:
    if parts().free_disk_bytes() < parts().free_disk_minimum_bytes:
        raise DiskFull
