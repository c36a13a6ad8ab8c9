"""HTTP in front of the deployments: the secret first, then the size, then the body, then the work.

Nothing of a request is logged or repeated; every refusal is a `Problem`, a code and nothing else.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol, TypeVar

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from serving.meter_door import MeterDoor
from serving.step_events import REQUEST_ID, fresh_id, request_id_from
from serving.wire import (
    ENERGY_HEADER,
    ENERGY_LATER,
    HINTS_HEADER,
    IDENTIFY_MAX_CHARACTERS,
    REQUEST_ID_HEADER,
    WINDOW_MAX_BYTES,
    DraftReply,
    DraftRequest,
    Engine,
    Health,
    IdentifyReply,
    IdentifyRequest,
    Message,
    Problem,
    Transcription,
    Trouble,
    read_hints,
)

DRAFT_MAX_BYTES = 4 * 1024 * 1024
IDENTIFY_MAX_BYTES = 1536 * 1024
WORK_LIMIT_SECONDS = 170.0
HEALTH_LIMIT_SECONDS = 5.0
ENERGY_PATH = "/energy/"
Answered = TypeVar("Answered", bound=Message)

Answer = TypeVar("Answer")
Code = Literal["unauthorised", "unusable", "too_large", "unavailable", "no_material"]
_STATUS: dict[Code, int] = {
    "unauthorised": 401,
    "unusable": 400,
    "too_large": 413,
    "unavailable": 503,
    "no_material": 422,
}


class Hears(Protocol):
    """The speech deployment, however it is reached."""

    def label(self) -> Awaitable[Engine | Trouble]: ...
    def transcribe(
        self, sound: bytes, hints: tuple[str, ...], request_id: str, span_id: str
    ) -> Awaitable[Transcription | Problem]: ...


class Writes(Protocol):
    """The notes deployment, however it is reached."""

    def label(self) -> Awaitable[Engine]: ...
    def draft(
        self, request: DraftRequest, request_id: str, span_id: str
    ) -> Awaitable[DraftReply | Problem]: ...


class FindsIdentifiers(Protocol):
    """The identifiers deployment, however it is reached."""

    def label(self) -> Awaitable[Engine]: ...
    def find(
        self, request: IdentifyRequest, request_id: str, span_id: str
    ) -> Awaitable[IdentifyReply | Problem]: ...


class _Refusal(Exception):
    """Ends a request with a code."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


class Ingress:
    """Answers the paths of `serving.wire`, and 404 for anything else."""

    def __init__(
        self,
        *,
        secret: bytes,
        speech: Hears,
        notes: Writes,
        identifiers: FindsIdentifiers | None = None,
        meter: MeterDoor | None = None,
    ) -> None:
        self._expected = b"Bearer " + secret
        self._speech = speech
        self._notes = notes
        self._identifiers = identifiers
        self._meter = meter or MeterDoor(None)
        self._routes: dict[tuple[str, str], Callable[[Request], Awaitable[Message]]] = {
            ("POST", "/speech/transcribe"): self._transcribe,
            ("POST", "/notes/draft"): self._draft,
            ("POST", "/identifiers/find"): self._find,
            ("GET", "/health"): self._health,
        }

    async def answer(self, request: Request) -> Response:
        """One request, one answer; never raises."""
        try:
            self._admit(request)
            route = self._routes.get((request.method, request.url.path))
            if request.method == "GET" and request.url.path.startswith(ENERGY_PATH):
                route = self._energy
            return _not_found() if route is None else _respond(await route(request))
        except _Refusal as refusal:
            return _respond(Problem(code=refusal.code))
        except Exception:  # noqa: BLE001 - whatever it says stays here
            return _respond(Problem(code="unavailable"))

    def _admit(self, request: Request) -> None:
        given = request.headers.get("authorization", "").encode("latin-1")
        if not hmac.compare_digest(given, self._expected):
            raise _Refusal("unauthorised")

    async def _transcribe(self, request: Request) -> Message:
        try:
            hints = read_hints(request.headers.get(HINTS_HEADER))
        except ValueError:
            raise _Refusal("unusable") from None
        sound = await _body(request, WINDOW_MAX_BYTES)
        span_id = fresh_id()
        work = self._speech.transcribe(sound, hints, _request_id(request), span_id)
        return await self._measured(request, work, span_id)

    async def _draft(self, request: Request) -> Message:
        body = await _body(request, DRAFT_MAX_BYTES)
        try:
            wanted = DraftRequest.model_validate_json(body)
        except ValidationError:
            raise _Refusal("unusable") from None
        span_id = fresh_id()
        work = self._notes.draft(wanted, _request_id(request), span_id)
        return await self._measured(request, work, span_id)

    async def _find(self, request: Request) -> Message:
        body = await _body(request, IDENTIFY_MAX_BYTES)
        if self._identifiers is None:
            raise _Refusal("unavailable")
        try:
            wanted = IdentifyRequest.model_validate_json(body)
        except ValidationError:
            raise _Refusal("unusable") from None
        if sum(map(len, wanted.texts)) > IDENTIFY_MAX_CHARACTERS:
            raise _Refusal("too_large")
        span_id = fresh_id()
        work = self._identifiers.find(wanted, _request_id(request), span_id)
        return await self._measured(request, work, span_id)

    async def _measured(
        self, request: Request, work: Awaitable[Answered], span_id: str
    ) -> Answered:
        """The answer, with what it used on GPUs where that is settled in time."""
        answer = await asyncio.wait_for(work, WORK_LIMIT_SECONDS)
        if isinstance(answer, Problem):
            return answer
        waits = request.headers.get(ENERGY_HEADER) != ENERGY_LATER
        usage = await self._meter.usage(span_id, waits=waits)
        return answer.model_copy(update={"usage": usage})

    async def _energy(self, request: Request) -> Message:
        span_id = request.url.path.removeprefix(ENERGY_PATH)
        if not REQUEST_ID.fullmatch(span_id):
            raise _Refusal("unusable")
        return await self._meter.usage(span_id)

    async def _health(self, request: Request) -> Message:
        finder = self._identifiers
        speech, notes, identifiers = await asyncio.gather(
            _label(self._speech.label()),
            _label(self._notes.label()),
            _label(finder.label() if finder else None),
        )
        if isinstance(speech, str):
            return Health(speech=None, notes=notes, identifiers=identifiers, speech_trouble=speech)
        return Health(speech=speech, notes=notes, identifiers=identifiers)


def _request_id(request: Request) -> str:
    return request_id_from(request.headers.get(REQUEST_ID_HEADER))


async def _label(asked: Awaitable[Answer] | None) -> Answer | None:
    if asked is None:
        return None
    try:
        return await asyncio.wait_for(asked, HEALTH_LIMIT_SECONDS)
    except Exception:  # noqa: BLE001 - an engine that cannot say who it is does not answer
        return None


async def _body(request: Request, limit_bytes: int) -> bytes:
    """The body, refused as soon as it is known to be larger than `limit_bytes`."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > limit_bytes:
        raise _Refusal("too_large")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit_bytes:
                raise _Refusal("too_large")
    except ClientDisconnect:
        raise _Refusal("unusable") from None
    return bytes(body)


def _respond(message: Message) -> Response:
    status = _STATUS[message.code] if isinstance(message, Problem) else 200
    return Response(message.model_dump_json(), status, media_type="application/json")


def _not_found() -> Response:
    return Response(Problem(code="unusable").model_dump_json(), 404, media_type="application/json")
