"""What the ingress refuses, in which order, and that its answers hold nothing but codes."""

import asyncio
import json

import pytest
from starlette.requests import Request

from serving.ingress import DRAFT_MAX_BYTES, Ingress
from serving.notes.deployment import NotesDeployment
from serving.speech.deployment import SpeechDeployment
from serving.speech.engine import OutOfMemory, SoundUnusable
from serving.wire import WINDOW_MAX_BYTES, DraftReply, Engine, Transcription

SECRET = b"s" * 40
CONTENT = "Dana said something private"
SPEECH = Engine(name="test speech", version="1")
NOTES = Engine(name="test notes", version="1")


class Hearing:
    label = SPEECH

    def __init__(self, failure=None):
        self.failure = failure

    windows_at_once = 1

    def hear(self, windows, is_wanted):
        if self.failure:
            raise self.failure
        return (Transcription(engine=SPEECH, phrases=(), audio_seconds=1, speech_seconds=0),)


class Writing:
    label = NOTES

    def __init__(self, failure=None):
        self.failure = failure

    def draft(self, request, *ids):
        if self.failure:
            raise self.failure
        return DraftReply(engine=NOTES, sections=(), prefill_tokens=1, decode_tokens=1)


def ask(method, path, *, body=b"", secret=SECRET, headers=(), hearing=None, writing=None):
    """(status, body, bytes read): one request to an ingress over real deployments."""
    ingress = Ingress(
        secret=SECRET,
        speech=SpeechDeployment(lambda: hearing or Hearing()),
        notes=NotesDeployment(lambda: writing or Writing()),
    )
    read = []

    async def receive():
        piece = body[sum(read) : sum(read) + 65536]
        read.append(len(piece))
        return {"type": "http.request", "body": piece, "more_body": sum(read) < len(body)}

    given = [(b"authorization", b"Bearer " + secret)] if secret is not None else []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [*given, *headers],
    }
    response = asyncio.run(ingress.answer(Request(scope, receive)))
    return response.status_code, response.body, sum(read)


def draft_body(text):
    return json.dumps(
        {
            "format_key": "soap",
            "sections": [{"key": "s", "title": "S", "holds": ["reported"]}],
            "encounter_kind": "individual",
            "origin": "typed",
            "utterances": [{"id": "u1", "speaker": "typed", "text": text}],
        }
    ).encode()


@pytest.mark.parametrize("secret", [None, b"", b"wrong", b"s" * 39, b"s" * 41, b"\xff" * 40])
def test_without_the_secret_the_body_is_not_read(secret):
    status, answer, read = ask("POST", "/speech/transcribe", body=b"\0" * 1000, secret=secret)
    assert (status, answer, read) == (401, b'{"code":"unauthorised"}', 0)


def test_health_needs_the_secret_too():
    assert ask("GET", "/health", secret=b"wrong")[0] == 401


def test_health_names_the_engines():
    status, answer, _ = ask("GET", "/health")
    assert status == 200
    assert json.loads(answer)["speech"]["name"] == "test speech"


def test_one_window_is_transcribed():
    assert ask("POST", "/speech/transcribe", body=b"\0" * WINDOW_MAX_BYTES)[0] == 200


def test_a_body_declared_too_large_is_not_read():
    declared = [(b"content-length", str(WINDOW_MAX_BYTES + 1).encode())]
    status, _, read = ask("POST", "/speech/transcribe", body=b"\0" * 10, headers=declared)
    assert (status, read) == (413, 0)


def test_a_body_that_grows_too_large_is_cut_off():
    status, _, read = ask("POST", "/speech/transcribe", body=b"\0" * (3 * WINDOW_MAX_BYTES))
    assert status == 413
    assert read < WINDOW_MAX_BYTES + 2 * 65536


def test_a_draft_request_larger_than_the_limit_is_refused():
    assert ask("POST", "/notes/draft", body=b" " * (DRAFT_MAX_BYTES + 1))[0] == 413


@pytest.mark.parametrize("path", ["/", "/speech", "/notes/draft/", "/-/routes"])
def test_other_paths_are_not_there(path):
    assert ask("POST", path)[0] == 404


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", draft_body(CONTENT)[:-1]])
def test_a_draft_request_that_is_not_one_gets_a_code_and_no_echo(body):
    status, answer, _ = ask("POST", "/notes/draft", body=body)
    assert (status, answer) == (400, b'{"code":"unusable"}')


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_draft_request_without_words_has_no_material(text):
    assert ask("POST", "/notes/draft", body=draft_body(text))[:2] == (
        422,
        b'{"code":"no_material"}',
    )


def test_an_engine_that_breaks_says_nothing_about_what_it_was_given():
    broken = ValueError(CONTENT)
    heard = ask("POST", "/speech/transcribe", body=b"\0\0", hearing=Hearing(broken))
    written = ask("POST", "/notes/draft", body=draft_body(CONTENT), writing=Writing(broken))
    assert heard[:2] == written[:2] == (503, b'{"code":"unavailable"}')


def test_unusable_sound_is_said_to_be_so():
    heard = ask("POST", "/speech/transcribe", body=b"\0", hearing=Hearing(SoundUnusable()))
    assert heard[:2] == (400, b'{"code":"unusable"}')


def test_a_replica_hears_one_window_at_a_time():
    at_once = []

    class Counting(Hearing):
        def transcribe(self, sound, *ids):
            at_once.append(len(at_once))
            assert len(at_once) == 1
            at_once.pop()
            return super().transcribe(sound, *ids)

    async def both():
        deployment = SpeechDeployment(Counting)
        return await asyncio.gather(*(deployment.transcribe(b"\0\0") for _ in range(8)))

    assert all(isinstance(heard, Transcription) for heard in asyncio.run(both()))


def test_words_to_listen_for_that_cannot_be_read_are_refused_before_the_body():
    status, body, read = ask(
        "POST", "/speech/transcribe", body=bytes(320), headers=[(b"x-hints", b"not hints")]
    )
    assert (status, json.loads(body), read) == (400, {"code": "unusable"}, 0)


def test_health_says_why_an_engine_that_is_there_cannot_hear():
    async def story():
        speech = SpeechDeployment(lambda: Hearing(OutOfMemory()))
        await speech.transcribe(bytes(320))
        ingress = Ingress(secret=SECRET, speech=speech, notes=NotesDeployment(Writing))
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/health",
            "query_string": b"",
            "headers": [(b"authorization", b"Bearer " + SECRET)],
        }
        return json.loads((await ingress.answer(Request(scope))).body)

    said = asyncio.run(story())
    assert (said["speech"], said["speech_trouble"]) == (None, "out_of_memory")
