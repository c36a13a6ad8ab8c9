"""Uploads of every accepted format become sound; everything else gets one clear refusal."""

import contextlib
import itertools
import re
import subprocess
import threading
from pathlib import Path

import imageio_ffmpeg
import pytest

from appliance.adapters.media import FfmpegDecoder
from appliance.adapters.media import ffmpeg as ffmpeg_module
from appliance.adapters.media.container import wav_declared_seconds
from appliance.domain.errors import NotARecording, RecordingEmpty, RecordingTooLarge

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

    monkeypatch.setattr(ffmpeg_module.subprocess, "Popen", slow)
    cancelled = threading.Event()
    threading.Timer(0.3, cancelled.set).start()
    with pytest.raises(ffmpeg_module.DecodingCancelled):
        FfmpegDecoder().decode(b"fLaC" + bytes(100), cancelled.is_set)
    assert started[0].poll() is not None, "the child was killed; it would have slept a minute"


def test_a_child_that_hangs_is_killed_when_its_time_is_up(monkeypatch):
    popen = subprocess.Popen
    monkeypatch.setattr(
        ffmpeg_module.subprocess,
        "Popen",
        lambda command, **options: popen(("sleep", "60"), **{**options, "env": None}),
    )
    with pytest.raises(NotARecording):
        FfmpegDecoder(wall_limit_seconds=0.3).decode(b"fLaC" + bytes(100), never)


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
