"""The demo speech engine: PocketSphinx on the stretches where silero VAD hears somebody speak.

It needs no weights beyond its wheel and no GPU. Word error rate about .27 on read speech and .75 to
.88 on conversation: for trying the box out, never for clinical use, and labelled so.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pocketsphinx import Decoder

from models.manifest import read_manifest
from models.shelf import Shelf
from serving.speech.audio import as_samples, check, cut, seconds
from serving.speech.engine import NoLongerWanted, Window
from serving.speech.voice_activity import Stretch, VoiceActivity
from serving.wire import SAMPLE_RATE_HZ, Engine, Phrase, Transcription, Word

WORDS_MODEL = "pocketsphinx-en-us"
VOICE_MODEL = "silero-vad"
QUIETEST_LEVEL = 0.0005
"""Root mean square below which a window is silence (-66 dB of full scale): not even looked at."""
_FRAME_SECONDS = 0.01


class PocketSphinxEngine:
    """Hears US English. One decoder: use it from one thread at a time."""

    def __init__(self, *, decoder: Decoder, voice: VoiceActivity, version: str) -> None:
        self._decoder = decoder
        self._voice = voice
        self._label = Engine(name="PocketSphinx", version=version, is_demo=True)

    @property
    def label(self) -> Engine:
        return self._label

    @property
    def windows_at_once(self) -> int:
        return 1

    def hear(
        self, windows: Sequence[Window], is_wanted: Callable[[], bool]
    ) -> tuple[Transcription, ...]:
        """One after another; asks `is_wanted` before each stretch of speech. Raises as the port says."""
        return tuple(self.transcribe(window.sound, is_wanted) for window in windows)

    def transcribe(
        self, sound: bytes, is_wanted: Callable[[], bool] = lambda: True
    ) -> Transcription:
        """Raises SoundUnusable, NoLongerWanted."""
        check(sound)
        samples = as_samples(sound)
        is_silent = float((samples**2).mean()) < QUIETEST_LEVEL**2
        stretches = () if is_silent else self._voice.stretches(samples)
        self._decoder.reinit_feat()  # it adapts as it listens: nothing of another window stays
        phrases = []
        for stretch in stretches:
            if not is_wanted():
                raise NoLongerWanted
            phrases.append(self._phrase(sound, stretch))
        return Transcription(
            engine=self._label,
            phrases=tuple(phrase for phrase in phrases if phrase.words),
            audio_seconds=seconds(sound),
            speech_seconds=sum(stretch.seconds for stretch in stretches),
        )

    def _phrase(self, sound: bytes, stretch: Stretch) -> Phrase:
        self._decoder.start_utt()
        try:
            spoken = cut(sound, stretch.start_seconds, stretch.end_seconds)
            self._decoder.process_raw(spoken, full_utt=True)
        finally:
            self._decoder.end_utt()
        return Phrase(words=tuple(self._words(stretch)))

    def _words(self, stretch: Stretch) -> Iterator[Word]:
        for segment in self._decoder.seg() or ():
            if segment.word[0] in "<[":  # silence, noise and the marks of start and end
                continue
            yield Word(
                text=segment.word.partition("(")[0],  # "the(2)": second pronunciation
                start_seconds=_moment(stretch, segment.start_frame),
                end_seconds=_moment(stretch, segment.end_frame + 1),
                confidence=min(1.0, max(0.0, segment.prob)),
            )


def _moment(stretch: Stretch, frame: int) -> float:
    return min(stretch.end_seconds, round(stretch.start_seconds + frame * _FRAME_SECONDS, 2))


def load(models_directory: Path | None = None) -> PocketSphinxEngine:
    """The engine with verified models. Raises ModelMissing, ModelAltered."""
    shelf = Shelf(models_directory)
    words, voice = shelf.take(WORDS_MODEL), shelf.take(VOICE_MODEL)
    model = words / "model" / "en-us"
    decoder = Decoder(
        hmm=str(model / "en-us"),
        lm=str(model / "en-us.lm.bin"),
        dict=str(model / "cmudict-en-us.dict"),
        samprate=SAMPLE_RATE_HZ,
        loglevel="FATAL",  # it would print what it hears
    )
    onnx_file = voice / read_manifest(VOICE_MODEL).files[0].path
    version = read_manifest(WORDS_MODEL).version
    return PocketSphinxEngine(decoder=decoder, voice=VoiceActivity(onnx_file), version=version)
