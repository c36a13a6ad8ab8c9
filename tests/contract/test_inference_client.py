"""The appliance's client and serving's ingress understand each other, and errors become the tree's.

The client is the real one; on the other side stand the real door, ingress and deployments over
engines of this test, served on a Unix socket.
"""

import asyncio
import threading
import time

import pytest
import uvicorn
from starlette.requests import Request

from appliance.adapters.inference import ServingClient
from appliance.domain.encounter import EncounterKind
from appliance.domain.errors import NoMaterial, NotARecording, ServingUnavailable, TextTooLong
from appliance.domain.formats import FORMATS
from appliance.domain.masking import masked as masking
from appliance.domain.preferences import ChosenPreferences, PronounChoice, Verbosity
from appliance.domain.transcript import Origin
from serving.door import hang_door
from serving.identifiers.deployment import IdentifiersDeployment
from serving.ingress import DRAFT_MAX_BYTES, Ingress
from serving.notes.deployment import NotesDeployment
from serving.speech.deployment import SpeechDeployment
from serving.wire import (
    IDENTIFY_MAX_CHARACTERS,
    DraftedSection,
    DraftReply,
    Engine,
    Phrase,
    Span,
    Statement,
    Transcription,
    Word,
)

SECRET = "s" * 40


class Hearing:
    """Hears two words in anything but zeros; breaks where told to."""

    label = Engine(name="listener", version="2", is_demo=True)
    windows_at_once = 1
    breaks = False

    def hear(self, windows, is_wanted):
        return tuple(self._heard(window.sound) for window in windows)

    def _heard(self, sound):
        if self.breaks:
            raise RuntimeError("hello there")
        words = tuple(
            Word(text=text, start_seconds=at, end_seconds=at + 0.5, confidence=confidence)
            for at, (text, confidence) in enumerate((("hello", None), ("there", 0.3)))
        )
        return Transcription(
            engine=self.label,
            phrases=(Phrase(words=words), Phrase(words=())) if any(sound) else (),
            audio_seconds=len(sound) / 32000,
            speech_seconds=1.5,
        )


class Writing:
    """Says one thing of each kind of support in the first section, and keeps what it was asked."""

    label = Engine(name="built-in writer", version="9")

    def __init__(self):
        self.asked = []

    def draft(self, request):
        self.asked.append(request)
        statements = tuple(
            Statement(text=support, sources=("u1",), support=support)
            for support in ("supported", "unsupported", "withheld")
        )
        first, *others = request.sections
        return DraftReply(
            engine=self.label,
            sections=(
                DraftedSection(key=first.key, statements=statements),
                *(DraftedSection(key=section.key, statements=()) for section in others),
            ),
            prefill_tokens=3,
            decode_tokens=4,
        )


class Finding:
    """Takes the first three letters of a text for a person; breaks where told to."""

    label = Engine(name="finder", version="3")
    breaks = False

    def find(self, texts):
        if self.breaks:
            raise RuntimeError(texts[0])
        return tuple((Span(start=0, end=3, kind="person", score=0.5),) for _ in texts)


class Serving:
    """An ingress over this test's engines, on a Unix socket, in a thread."""

    def __init__(self, path):
        self.hearing, self.writing, self.finding = Hearing(), Writing(), Finding()
        self.has_finder = True
        self._server = uvicorn.Server(
            uvicorn.Config(self._answer, interface="asgi3", lifespan="off", log_config=None)
        )
        self._listening = hang_door(path)
        self._ingress = None
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        asyncio.run(self._server.serve(sockets=[self._listening]))

    async def _answer(self, scope, receive, send):
        if self._ingress is None:
            self._ingress = Ingress(
                secret=SECRET.encode(),
                speech=SpeechDeployment(lambda: self.hearing),
                notes=NotesDeployment(lambda: self.writing),
                identifiers=(
                    IdentifiersDeployment(lambda: self.finding) if self.has_finder else None
                ),
            )
        response = await self._ingress.answer(Request(scope, receive))
        await response(scope, receive, send)

    def __enter__(self):
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self._server.should_exit = True
        self._thread.join(10)
        self._listening.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run" / "serving.sock"


@pytest.fixture
def serving(path):
    with Serving(path) as running:
        yield running


@pytest.fixture
def client(serving, path):
    with_secret = ServingClient(path, SECRET)
    yield with_secret
    with_secret.close()


def let_all_pass(payload, fixed):
    """In place of the gate's check, where a test is not about it."""


def masked(*texts, origin=Origin.TYPED, check=let_all_pass):
    lines = tuple(
        masking.MaskedLine(id=f"u{n}", speaker="typed", text=text)
        for n, text in enumerate(texts, 1)
    )
    return masking.MaskedText(origin=origin, utterances=lines, passed=masking._GATE, check=check)


def test_what_was_heard_arrives_as_phrases_with_times(client):
    heard = client.hear(b"\1\0" * 16000)
    (phrase,) = heard.phrases
    assert (phrase.text, phrase.start_seconds, phrase.end_seconds) == ("hello there", 0.0, 1.5)
    assert phrase.unsure == (1,), "an engine that gives no confidence is not called unsure"
    assert (heard.engine, heard.is_demo_engine, heard.speech_seconds) == ("listener 2", True, 1.5)


def test_silence_arrives_as_no_phrases(client):
    assert client.hear(bytes(3200)).phrases == ()


def test_a_draft_arrives_without_what_the_engine_withheld(client):
    written = client.write(
        masked("Client slept badly."),
        EncounterKind.INDIVIDUAL,
        FORMATS["soap"],
        ChosenPreferences(),
    )
    (first, statements), *others = written.sections
    assert first == "subjective"
    assert [(s.text, s.is_supported) for s in statements] == [
        ("supported", True),
        ("unsupported", False),
    ]
    assert all(not statements for _, statements in others)
    assert written.is_built_in
    assert (written.prefill_tokens, written.decode_tokens) == (3, 4)


def test_the_writer_is_asked_for_what_the_clinician_chose(client, serving):
    chosen = ChosenPreferences(
        clinician_term="counselor",
        client_term="patient",
        pronouns=PronounChoice.SHE,
        verbosity=Verbosity.DETAILED,
        methods=("CBT",),
    )
    client.write(masked("Client slept badly."), EncounterKind.INDIVIDUAL, FORMATS["birp"], chosen)
    (asked,) = serving.writing.asked
    assert [section.key for section in asked.sections] == [
        section.key for section in FORMATS["birp"].sections
    ]
    assert asked.style.clinician_term == "counselor"
    assert asked.style.client_term == "patient"
    assert asked.style.pronouns.reflexive == "herself"
    assert asked.style.verbosity == "detailed"
    assert asked.style.methods == ("CBT",)


def test_no_pronouns_means_none_are_sent(client, serving):
    chosen = ChosenPreferences(pronouns=PronounChoice.NONE)
    client.write(masked("Client slept badly."), EncounterKind.INDIVIDUAL, FORMATS["dap"], chosen)
    assert serving.writing.asked[0].style.pronouns is None


@pytest.mark.parametrize("name", ["Dana", "D.W.", "Ms. Whitfield", "client Dana", "dana"])
def test_a_term_that_could_be_a_name_stays_in_the_box(client, serving, name):
    chosen = ChosenPreferences(client_term=name, clinician_term=f"Dr. {name}")
    client.write(masked("Client slept badly."), EncounterKind.INDIVIDUAL, FORMATS["dap"], chosen)
    (asked,) = serving.writing.asked
    assert asked.style.client_term == "[CLIENT]"
    assert asked.style.clinician_term == "[CLINICIAN]"
    assert name not in asked.model_dump_json()


@pytest.mark.parametrize("word", ["Client", "the client", "person  served", "Pt.", "this writer"])
def test_general_words_are_sent_as_they_are(client, serving, word):
    chosen = ChosenPreferences(client_term=word, clinician_term="this writer")
    client.write(masked("Slept badly."), EncounterKind.INDIVIDUAL, FORMATS["dap"], chosen)
    expected = "[CLIENT]" if word == "this writer" else word
    assert serving.writing.asked[0].style.client_term == expected


def test_text_without_words_has_no_material(client):
    with pytest.raises(NoMaterial):
        client.write(masked(" "), EncounterKind.INDIVIDUAL, FORMATS["soap"], ChosenPreferences())


def test_text_beyond_the_limit_is_too_long(client):
    with pytest.raises(TextTooLong):
        client.write(
            masked("x" * DRAFT_MAX_BYTES),
            EncounterKind.INDIVIDUAL,
            FORMATS["soap"],
            ChosenPreferences(),
        )


def test_a_window_that_is_too_long_is_not_a_recording(client):
    with pytest.raises(NotARecording):
        client.hear(bytes(31 * 32000))


def test_a_broken_engine_is_serving_unavailable_and_says_nothing_else(client, serving):
    serving.hearing.breaks = True
    with pytest.raises(ServingUnavailable) as failure:
        client.hear(b"\1\0" * 160)
    assert failure.value.details == {"reason": "unavailable"}
    assert failure.value.__cause__ is None


def test_the_wrong_secret_is_serving_unavailable_with_its_reason(serving, path):
    with pytest.raises(ServingUnavailable) as failure:
        ServingClient(path, "w" * 40).health()
    assert failure.value.details == {"reason": "unauthorised"}


def test_health_names_the_engines(client):
    health = client.health()
    assert health.speech.name == "listener"
    assert health.notes.name == "built-in writer"


def test_without_serving_it_is_unreachable(path):
    with pytest.raises(ServingUnavailable) as failure:
        ServingClient(path, SECRET).hear(bytes(320))
    assert failure.value.details == {"reason": "unreachable"}
    assert failure.value.__cause__ is None


def test_serving_that_takes_too_long_is_given_up(path):
    with hang_door(path), pytest.raises(ServingUnavailable) as failure:
        ServingClient(path, SECRET, work_limit_seconds=0.2).hear(bytes(320))
    assert failure.value.details == {"reason": "too_slow"}


def test_identifiers_arrive_for_each_text_with_who_found_them(client):
    reply = client.find_identifiers(("ana came", "bo left"))
    assert reply.engine.name == "finder"
    assert [[(s.start, s.end, s.kind) for s in spans] for spans in reply.found] == [
        [(0, 3, "person")],
        [(0, 3, "person")],
    ]
    assert client.health().identifiers.name == "finder"


@pytest.mark.parametrize("fault", ["none is loaded", "it breaks", "too much at once"])
def test_a_finder_that_cannot_answer_is_unavailable_and_never_an_empty_answer(
    serving, client, fault
):
    serving.has_finder = fault != "none is loaded"
    serving.finding.breaks = fault == "it breaks"
    text = "a" * (IDENTIFY_MAX_CHARACTERS + 1) if fault == "too much at once" else "ana came"
    with pytest.raises(ServingUnavailable) as refused:
        client.find_identifiers((text,))
    assert "ana" not in str(refused.value.details)
