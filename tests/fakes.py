"""Ports that tests hold in their hands: a clock that is moved, engines that answer what they are told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from appliance.domain.encounter import EncounterKind
from appliance.domain.masking.masked import MaskedText
from appliance.domain.note import NoteFormat
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.recording import DecodedSound, HeardPhrase, HeardWindow
from appliance.domain.written import WrittenDraft, WrittenStatement

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class FakeDecoder:
    """Decodes everything to `seconds` of silence, or raises `error`."""

    seconds: float = 10.0
    declared_seconds: float | None = None
    error: Exception | None = None

    def decode(self, media: bytes, cancelled: Callable[[], bool]) -> DecodedSound:
        if self.error is not None:
            raise self.error
        return DecodedSound(
            pcm=bytes(int(self.seconds * 32_000)), declared_seconds=self.declared_seconds
        )

    def open(self, media: Iterable[bytes]) -> "FakeSound":
        return FakeSound(self, b"".join(media))


class FakeSound:
    """What a `FakeDecoder` decodes, heard as it is decoded."""

    def __init__(self, decoder: FakeDecoder, media: bytes) -> None:
        self._decoder, self._media = decoder, media
        self.seconds = 0.0
        self.declared_seconds: float | None = None

    def __enter__(self) -> "FakeSound":
        return self

    def __exit__(self, *_exception: object) -> None:
        """Nothing is open."""

    def windows(self, cancelled: Callable[[], bool]) -> Iterator[tuple[float, bytes]]:
        sound = self._decoder.decode(self._media, cancelled)
        self.declared_seconds = sound.declared_seconds
        step = 30 * 32_000
        for start in range(0, len(sound.pcm), step):
            window = sound.pcm[start : start + step]
            self.seconds += len(window) / 32_000
            yield start / 32_000, window


@dataclass
class FakeRecogniser:
    """Hears `phrases` in every window, or raises `error` as long as it is set."""

    phrases: tuple[str, ...] = ("I talked to Marcus about the move.",)
    error: Exception | None = None
    windows_heard: int = 0
    unsure: tuple[int, ...] = ()

    def hear(self, window: bytes) -> HeardWindow:
        if self.error is not None:
            raise self.error
        self.windows_heard += 1
        phrases = tuple(
            HeardPhrase(text=text, start_seconds=float(n), end_seconds=n + 0.9, unsure=self.unsure)
            for n, text in enumerate(self.phrases)
        )
        return HeardWindow(
            phrases=phrases, engine="fake engine 1", is_demo_engine=True, speech_seconds=9.0
        )


@dataclass
class FakeWriter:
    """Puts each masked utterance into the first section, sourced; keeps what it was given."""

    error: Exception | None = None
    extra: tuple[WrittenStatement, ...] = ()
    given: list[MaskedText] = field(default_factory=list)

    def write(
        self,
        masked: MaskedText,
        kind: EncounterKind,
        note_format: NoteFormat,
        preferences: ChosenPreferences,
    ) -> WrittenDraft:
        if self.error is not None:
            raise self.error
        self.given.append(masked)
        statements = tuple(
            WrittenStatement(text=line.text, sources=(line.id,), is_supported=True)
            for line in masked.utterances
        )
        sections = tuple(
            (section.key, statements + self.extra if number == 0 else ())
            for number, section in enumerate(note_format.sections)
        )
        return WrittenDraft(
            sections=sections,
            engine="fake writer 1",
            is_built_in=False,
            prefill_tokens=1,
            decode_tokens=1,
        )


class FakePasswords:
    """Hashes in no time. tests/unit/test_passwords.py tries the real ones."""

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def matches(self, password: str, password_hash: str | None) -> bool:
        return password_hash == self.hash(password)
