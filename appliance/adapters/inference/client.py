"""The client of serving: speech, drafting and identifiers over its Unix socket."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

import httpx
from pydantic import ValidationError

from appliance.adapters.inference.fixed_text import FIXED_TEXT
from appliance.adapters.inference.invented import invented_request
from appliance.adapters.inference.translation import draft_request, heard_window, written_draft
from appliance.domain.encounter import EncounterKind
from appliance.domain.errors import (
    NoMaterial,
    NotARecording,
    QuietroomError,
    ServingUnavailable,
    TextNotReadable,
    TextTooLong,
)
from appliance.domain.masking.masked import MaskedText
from appliance.domain.note import NoteFormat
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.recording import HeardWindow
from appliance.domain.written import WrittenDraft
from serving.wire import (
    ENERGY_HEADER,
    ENERGY_LATER,
    HINTS_HEADER,
    REQUEST_ID_HEADER,
    DraftReply,
    Health,
    IdentifyReply,
    IdentifyRequest,
    Message,
    Problem,
    Transcription,
    written_hints,
)

CONNECT_LIMIT_SECONDS = 5.0
WORK_LIMIT_SECONDS = 180.0
HEALTH_LIMIT_SECONDS = 15.0
DRAFT_LIMIT_CHARACTERS = 1_000_000
_NEVER_ASKED_FOR = {"unauthorised", "unavailable"}

Answer = TypeVar("Answer", bound=Message)
_booked_under: ContextVar[str] = ContextVar("booked_under", default="")


class ServingClient:
    """Implements the ports `SpeechRecogniser` and `NoteWriter`; safe to use from several threads.

    `ServingUnavailable.details["reason"]` is one of: unreachable, too_slow, unauthorised,
    unavailable, not_understood, too_large, unusable, another_model.
    """

    def __init__(
        self, socket: Path, secret: str, work_limit_seconds: float = WORK_LIMIT_SECONDS
    ) -> None:
        self._socket = str(socket)
        self._http = httpx.Client(
            transport=httpx.HTTPTransport(
                uds=str(socket), limits=httpx.Limits(max_keepalive_connections=0)
            ),
            base_url="http://serving",
            # The worker's energy comes by the ledger: its windows do not wait for it.
            headers={"Authorization": f"Bearer {secret}", ENERGY_HEADER: ENERGY_LATER},
            timeout=httpx.Timeout(work_limit_seconds, connect=CONNECT_LIMIT_SECONDS),
            trust_env=False,
        )

    def hear(self, window: bytes, hints: tuple[str, ...] = ()) -> HeardWindow:
        """What was said in one window of PCM16; sending it again is harmless.

        `hints`: the practice's and the client's words to listen for, the most important first; what
        is too much for one request is left off the end.
        Raises ServingUnavailable, and NotARecording if the window is not sound.
        """
        headers = {HINTS_HEADER: written_hints(hints)} if hints else {}
        request = self._http.build_request(
            "POST", "/speech/transcribe", content=window, headers=headers
        )
        answer = self._ask(request, Transcription)
        if isinstance(answer, Problem):
            raise _error(answer, NotARecording(), too_large=NotARecording())
        return heard_window(answer)

    def write(
        self,
        masked: MaskedText,
        kind: EncounterKind,
        note_format: NoteFormat,
        preferences: ChosenPreferences,
    ) -> WrittenDraft:
        """A draft from masked text, once the gate has searched the bytes that go out.

        Raises GateBlocked, GateBroken, ServingUnavailable; NoMaterial where there is nothing to write
        from; TextTooLong or TextNotReadable where serving will not take it.
        """
        body = draft_request(masked, kind, note_format, preferences).model_dump_json().encode()
        masked.check(body, FIXED_TEXT)
        request = self._http.build_request("POST", "/notes/draft", content=body)
        answer = self._ask(request, DraftReply)
        if isinstance(answer, Problem) and answer.code == "no_material":
            raise NoMaterial
        if isinstance(answer, Problem):
            too_long = TextTooLong(details={"limit_characters": DRAFT_LIMIT_CHARACTERS})
            raise _error(answer, TextNotReadable(), too_large=too_long)
        return written_draft(answer)

    def find_identifiers(self, texts: tuple[str, ...]) -> IdentifyReply:
        """What the large local model finds in each text. Raises ServingUnavailable, whatever is wrong."""
        body = IdentifyRequest(texts=texts).model_dump_json()
        request = self._http.build_request("POST", "/identifiers/find", content=body.encode())
        answer = self._ask(request, IdentifyReply)
        if isinstance(answer, Problem):
            raise ServingUnavailable(details={"reason": answer.code})
        return answer

    def draft_invented(self, size: int) -> None:
        """Have a draft made of talk that nobody had, for calibration. Raises ServingUnavailable."""
        body = invented_request(size).model_dump_json().encode()
        request = self._http.build_request("POST", "/notes/draft", content=body)
        answer = self._ask(request, DraftReply)
        if isinstance(answer, Problem):
            raise ServingUnavailable(details={"reason": answer.code})

    def health(self) -> Health:
        """Which engines answer. Raises ServingUnavailable."""
        request = self._http.build_request("GET", "/health", timeout=HEALTH_LIMIT_SECONDS)
        answer = self._ask(request, Health)
        if isinstance(answer, Problem):
            raise _error(answer, ServingUnavailable(), too_large=ServingUnavailable())
        return answer

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _ask(self, request: httpx.Request, expected: type[Answer]) -> Answer | Problem:
        request.headers[REQUEST_ID_HEADER] = _booked_under.get() or secrets.token_hex(16)
        try:
            _knock(self._socket)
            response = self._http.send(request)
        except httpx.ReadTimeout:
            reason = "too_slow"
        except (httpx.HTTPError, OSError):
            reason = "unreachable"
        else:
            return _understand(response, expected)
        raise ServingUnavailable(details={"reason": reason})


@contextmanager
def energy_booked_under(request_id: str) -> Iterator[None]:
    """What this thread asks of serving meanwhile is booked under `request_id`: random, and said to
    nobody but serving and the meter, which know no client."""
    before = _booked_under.set(request_id)
    try:
        yield
    finally:
        _booked_under.reset(before)


def _knock(path: str) -> None:
    """Raises OSError where nobody answers; httpx would leave its socket open then."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(CONNECT_LIMIT_SECONDS)
        trial.connect(path)


def _understand(response: httpx.Response, expected: type[Answer]) -> Answer | Problem:
    kind: type[Answer] | type[Problem] = expected if response.is_success else Problem
    try:
        return kind.model_validate_json(response.content)
    except ValidationError:
        raise ServingUnavailable(details={"reason": "not_understood"}) from None


def _error(
    problem: Problem, unusable: QuietroomError, *, too_large: QuietroomError
) -> QuietroomError:
    if problem.code in _NEVER_ASKED_FOR:
        return ServingUnavailable(details={"reason": problem.code})
    return too_large if problem.code == "too_large" else unusable
