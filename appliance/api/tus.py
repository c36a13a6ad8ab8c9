"""The tus 1.0 resumable upload protocol (https://tus.io/protocols/resumable-upload): its headers.

Core, creation, checksum, termination and expiration. One file of one encounter is one upload.
"""

import base64
import binascii
import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime

from flask import Response, request

from appliance.api.refusals import ChecksumMismatch, ChecksumUnknown, OtherProtocol
from appliance.domain.errors import FieldsInvalid
from appliance.domain.recording import RECORDING_LIMIT_BYTES, RECORDING_LIMIT_SECONDS
from appliance.steps.receive_recording import Upload

VERSION = "1.0.0"
VERSION_HEADER = "Tus-Resumable"
METHOD_HEADER = "HTTP_X_HTTP_METHOD_OVERRIDE"
UPLOADS_PATH = "/uploads/"
_STANDS_FOR = frozenset({"PATCH", "DELETE"})
_WITHOUT_VERSION = frozenset({"GET", "OPTIONS"})
_SUMS = {
    "sha1": lambda piece: hashlib.sha1(piece, usedforsecurity=False).digest(),
    "sha256": lambda piece: hashlib.sha256(piece).digest(),
}
CAPABILITIES: Mapping[str, str] = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,checksum,termination,expiration",
    "Tus-Checksum-Algorithm": ",".join(_SUMS),
    "Tus-Max-Size": str(RECORDING_LIMIT_BYTES),
}
DECLARED_SECONDS = "declared_seconds"
DECLARED_LIMIT_SECONDS = 10 * RECORDING_LIMIT_SECONDS


def require_version() -> None:
    """Before a request is looked at. GET is ours, not the protocol's. Raises OtherProtocol."""
    if request.method in _WITHOUT_VERSION:
        return
    if request.headers.get(VERSION_HEADER) != VERSION:
        raise OtherProtocol(details={"version": VERSION})


def speak(response: Response) -> Response:
    """What every answer carries, a refusal too."""
    response.headers[VERSION_HEADER] = VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    return response


def meant_method(environ: Mapping[str, object]) -> str:
    """The method that counts: a client behind a proxy that lets no PATCH through sends POST."""
    method, said = str(environ["REQUEST_METHOD"]), str(environ.get(METHOD_HEADER, "")).upper()
    is_upload = UPLOADS_PATH in str(environ.get("PATH_INFO", ""))
    return said if is_upload and method == "POST" and said in _STANDS_FOR else method


def state_headers(upload: Upload) -> dict[str, str]:
    """How far it is, and until when it may go on."""
    headers = {
        "Upload-Offset": str(upload.held_bytes),
        "Upload-Length": str(upload.length_bytes),
    }
    if upload.until is not None:
        headers["Upload-Expires"] = format_datetime(upload.until, usegmt=True)
    if upload.encounter.declared_seconds is not None:
        seconds = str(upload.encounter.declared_seconds)
        value = base64.b64encode(seconds.encode()).decode()
        headers["Upload-Metadata"] = f"{DECLARED_SECONDS} {value}"
    return headers


def declared_seconds(metadata: str) -> float | None:
    """The length that the sender's player says, from `Upload-Metadata`; all else is dropped.

    Raises FieldsInvalid where the header is not in the protocol's form, or it is no such length.
    """
    try:
        pairs = dict(_pairs(metadata))
        if DECLARED_SECONDS not in pairs:
            return None
        seconds = float(pairs[DECLARED_SECONDS])
    except ValueError:
        raise FieldsInvalid(details={"fields": ("Upload-Metadata",)}) from None
    if not (math.isfinite(seconds) and 0 <= seconds <= DECLARED_LIMIT_SECONDS):
        raise FieldsInvalid(details={"fields": ("Upload-Metadata",)})
    return seconds


def _pairs(metadata: str) -> Iterable[tuple[str, bytes]]:
    for pair in filter(None, metadata.split(",")):
        key, _, value = pair.strip().partition(" ")
        yield key, base64.b64decode(value, validate=True)


@dataclass(frozen=True, kw_only=True)
class Checksum:
    """What a piece must hash to."""

    algorithm: str
    digest: bytes

    def check(self, piece: bytes) -> None:
        """Raises ChecksumMismatch."""
        if _SUMS[self.algorithm](piece) != self.digest:
            raise ChecksumMismatch


def checksum(header: str) -> Checksum | None:
    """From `Upload-Checksum`; None where it is empty. Raises ChecksumUnknown."""
    if not header:
        return None
    algorithm, _, value = header.strip().partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in _SUMS or not digest:
        raise ChecksumUnknown(details={"algorithms": tuple(_SUMS)})
    return Checksum(algorithm=algorithm, digest=digest)
