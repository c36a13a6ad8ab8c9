"""Uploads of every accepted format become sound; everything else gets one clear refusal."""

import contextlib
import io
import itertools
import re
import struct
import subprocess
import threading
import time
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from appliance.adapters.media import FfmpegDecoder
from appliance.adapters.media import child as child_module
from appliance.adapters.media import ffmpeg as ffmpeg_module
from appliance.adapters.media.container import wav_declared_seconds
from appliance.domain.errors import NotARecording, RecordingEmpty, RecordingTooLarge, WrongStage

FORMATS = {
    "wav": (),
    "mp3": (),
    "m4a": ("-c:a", "aac"),
    "mp4": ("-f", "lavfi", "-i", "testsrc=duration=4:size=64x48", "-c:a", "aac"),
    "ogg": ("-c:a", "libopus"),
    "webm": ("-c:a", "libopus"),
    "flac": (),
}


def make(path, *options, sound="sine=frequency=300:duration=4"):
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = (program, "-y", "-loglevel", "error", "-f", "lavfi", "-i", sound, *options, str(path))
    subprocess.run(command, check=True)
    return path.read_bytes()


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    return {name: make(folder / f"a.{name}", *options) for name, options in FORMATS.items()}


@pytest.fixture
def decoder():
    return FfmpegDecoder()


def never():
    return False


@pytest.mark.parametrize("name", FORMATS)
def test_each_accepted_format_is_decoded_whole(decoder, media, name):
    sound = decoder.decode(media[name], never)
    assert sound.seconds == pytest.approx(4, abs=0.1)
    assert sound.declared_seconds == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("name", ["wav", "flac", "mp3"])
def test_a_file_that_breaks_off_is_known_to_be_cut_short(decoder, tmp_path, name):
    whole = make(tmp_path / f"long.{name}", sound="sine=frequency=300:duration=9")
    sound = decoder.decode(whole[: len(whole) // 2], never)
    assert 0 < sound.seconds < sound.declared_seconds - 2
    assert sound.declared_seconds == pytest.approx(9, abs=0.2)


def test_an_m4a_without_its_index_is_not_a_recording(decoder, media):
    with pytest.raises(NotARecording):
        decoder.decode(media["m4a"][:-2000], never)


@pytest.mark.parametrize(
    "junk",
    [
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"Dana said that this is a summary. " * 50,
        b"\0" * 4096,
        b"RIFF\0\0\0\0WAVE" + b"\x55" * 3000,
        b"\0\0\0\x20ftypM4A " + b"\x55" * 3000,
        b"OggS" + b"\x55" * 3000,
        b"ID3" + b"\x55" * 3000,
        b"\x1aE\xdf\xa3" + b"\x55" * 3000,
        b"fLaC" + b"\x55" * 3000,
        b"\xff",
        b"<?xml version='1.0'?><MPD/>",
    ],
)
def test_what_is_no_recording_is_refused_without_repeating_it(decoder, junk):
    with pytest.raises(NotARecording) as refusal:
        decoder.decode(junk, never)
    assert refusal.value.details == {}


def test_nothing_is_not_a_recording(decoder):
    with pytest.raises(RecordingEmpty):
        decoder.decode(b"", never)


def test_a_wav_without_samples_is_empty(decoder, media):
    header = media["wav"][: media["wav"].index(b"data")] + b"data\0\0\0\0"
    with pytest.raises(RecordingEmpty):
        decoder.decode(header, never)


def test_a_playlist_inside_an_accepted_container_opens_no_file(decoder, tmp_path):
    playlist = b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n"
    for disguise in (b"ID3\x04\0\0\0\0\0\0", b"fLaC", b"OggS"):
        with pytest.raises(NotARecording):
            decoder.decode(disguise + playlist, never)


def test_only_one_protocol_and_one_demuxer_are_within_reach(media):
    command = ffmpeg_module._command("ffmpeg", ffmpeg_module.Demuxer.WAV, 7)
    reach = dict(itertools.pairwise(command))
    assert reach["-protocol_whitelist"] == "fd"
    assert reach["-format_whitelist"] == "wav"


def test_long_silence_is_decoded_like_any_sound(decoder, tmp_path):
    media = make(tmp_path / "s.ogg", "-c:a", "libopus", sound="anullsrc=r=16000:cl=mono:d=240")
    assert decoder.decode(media, never).seconds == pytest.approx(240, abs=0.2)


def test_more_sound_than_allowed_is_refused_though_the_file_is_small(tmp_path):
    media = make(tmp_path / "s.ogg", "-c:a", "libopus", sound="anullsrc=r=16000:cl=mono:d=240")
    with pytest.raises(RecordingTooLarge) as refusal:
        FfmpegDecoder(limit_seconds=120).decode(media, never)
    assert refusal.value.details["limit_minutes"] == 2


def test_more_bytes_than_allowed_are_refused_before_decoding(media):
    with pytest.raises(RecordingTooLarge):
        FfmpegDecoder(limit_bytes=1000).decode(media["wav"], never)


def test_tags_cannot_pass_for_the_duration(decoder, tmp_path):
    tag = ("-metadata", "title=x\n  Duration: 09:00:00.00")
    media = make(tmp_path / "tagged.flac", *tag)
    assert decoder.decode(media, never).declared_seconds == pytest.approx(4, abs=0.1)


def test_cancelling_kills_the_child_within_a_second(tmp_path, monkeypatch):
    started = []
    popen = subprocess.Popen

    def slow(command, **options):
        started.append(popen(("sleep", "60"), **{**options, "env": None, "pass_fds": ()}))
        return started[0]

    monkeypatch.setattr(child_module.subprocess, "Popen", slow)
    cancelled = threading.Event()
    threading.Timer(0.3, cancelled.set).start()
    with pytest.raises(WrongStage):
        FfmpegDecoder().decode(b"fLaC" + bytes(100), cancelled.is_set)
    assert started[0].poll() is not None, "the child was killed; it would have slept a minute"


def test_a_child_that_hangs_is_killed_when_its_time_is_up(monkeypatch):
    popen = subprocess.Popen
    monkeypatch.setattr(
        child_module.subprocess,
        "Popen",
        lambda command, **options: popen(("sleep", "60"), **{**options, "env": None}),
    )
    with pytest.raises(NotARecording):
        FfmpegDecoder(silent_limit_seconds=0.3).decode(b"fLaC" + bytes(100), never)


def test_a_header_that_asks_for_endless_work_is_refused_by_what_it_works(media, monkeypatch):
    monkeypatch.setattr(child_module, "SILENT_PROCESSOR_SECONDS", 0.5)
    absurd = bytearray(media["wav"])
    absurd[24:28] = (268_451_456).to_bytes(4, "little")  # samples a second
    with pytest.raises(NotARecording):
        FfmpegDecoder(silent_limit_seconds=1e9).decode(bytes(absurd), never)


def test_samples_that_are_no_numbers_are_silence_and_none_wraps(decoder):
    tone = np.sin(np.arange(32_000) * 0.1).astype("<f4")
    spoilt = tone.copy()
    spoilt[8_000:8_100] = np.nan
    spoilt[16_000:16_050] = np.inf
    spoilt[20_000:20_050] = 3e38
    found = np.frombuffer(decoder.decode(float_wav(spoilt), never).pcm, dtype="<i2")
    expected = np.frombuffer(decoder.decode(float_wav(tone), never).pcm, dtype="<i2")
    assert not found[8_000:8_100].any()
    assert not found[16_000:16_050].any()
    assert (found[20_000:20_050] == 32_767).all()
    clean = np.r_[0:8_000, 8_100:16_000, 16_050:20_000, 20_050:32_000]
    assert (found[clean] == expected[clean]).all()


def test_a_file_of_nothing_but_nan_is_silence(decoder):
    silent = decoder.decode(float_wav(np.full(16_000, np.nan, dtype="<f4")), never)
    assert (silent.seconds, set(silent.pcm)) == (1.0, {0})


def float_wav(samples):
    """32-bit float WAV, 16 kHz mono."""
    form = struct.pack("<HHIIHH", 3, 1, 16_000, 64_000, 4, 32)
    body = b"fmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", samples.nbytes) + samples.tobytes()
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def test_sixteen_bit_samples_come_through_unchanged(decoder):
    samples = np.random.default_rng(5).integers(-32_768, 32_768, 16_000).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(samples.tobytes())
    assert decoder.decode(file.getvalue(), never).pcm == samples.tobytes()


@pytest.mark.parametrize("name", ["wav", "flac"])
def test_eight_channels_at_96_khz_become_one_at_16(decoder, tmp_path, name):
    options = ("-ac", "8", "-ar", "96000", "-sample_fmt", "s32")
    if name == "wav":
        options = ("-ac", "8", "-ar", "96000", "-c:a", "pcm_s32le")
    sound = decoder.decode(make(tmp_path / f"a.{name}", *options), never)
    assert sound.seconds == pytest.approx(4, abs=0.05)
    assert np.frombuffer(sound.pcm, dtype="<i2").std() > 100, "and the tone is still there"


def test_clipped_sound_is_decoded_like_any(decoder, tmp_path):
    media = make(tmp_path / "c.wav", "-af", "volume=60dB")
    samples = np.frombuffer(decoder.decode(media, never).pcm, dtype="<i2")
    assert len(samples) == pytest.approx(4 * 16_000, abs=10)
    assert samples.max() == 32_767


@pytest.mark.parametrize("name", ["ogg", "webm", "mp3", "flac", "wav", "m4a"])
def test_a_file_damaged_in_the_middle_gives_what_is_left_or_one_refusal(decoder, media, name):
    damaged = bytearray(media[name])
    middle = len(damaged) // 2
    damaged[middle : middle + 400] = bytes(range(200)) * 2
    with contextlib.suppress(NotARecording, RecordingEmpty):
        assert decoder.decode(bytes(damaged), never).seconds < 10


def test_sound_is_given_while_it_is_decoded_and_the_child_waits_for_its_listener(tmp_path):
    media = make(tmp_path / "s.flac", sound="anullsrc=r=16000:cl=mono:d=600")
    with FfmpegDecoder(silent_limit_seconds=0.5).open([media[:100], media[100:]]) as sound:
        windows = sound.windows(never)
        start, window = next(windows)
        assert (start, sound.declared_seconds) == (0.0, 600.0)
        assert sound.seconds < 120, "the rest is not decoded yet"
        time.sleep(0.8)  # a listener slower than the limit on a silent child
        assert len(window) + sum(len(later) for _, later in windows) == 600 * 32_000
        assert sound.seconds == 600


def test_leaving_early_kills_the_child(decoder, media, monkeypatch):
    started = []
    popen = subprocess.Popen

    def watched(command, **options):
        started.append(popen(command, **options))
        return started[0]

    monkeypatch.setattr(child_module.subprocess, "Popen", watched)
    with decoder.open([media["wav"]]) as sound:
        half_read = sound.pcm(never)
        next(half_read)
    assert started[0].poll() is not None, "though somebody still holds what is left of the sound"


def test_no_descriptor_is_left_open(decoder, media):
    before = pipes_and_memory_files()
    for name in FORMATS:
        decoder.decode(media[name], never)
    assert pipes_and_memory_files() - before == set()


def pipes_and_memory_files():
    """What a decoding opens; other descriptors of the test run may come and go meanwhile."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(str(handle.readlink()))
    return {target for target in found if target.startswith(("pipe:", "/memfd:"))}


def test_a_wav_written_while_recording_declares_nothing(media):
    streamed = re.sub(rb"data....", b"data\xff\xff\xff\xff", media["wav"], count=1, flags=re.DOTALL)
    assert wav_declared_seconds(streamed) is None
