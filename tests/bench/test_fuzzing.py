"""The short form of `quietroom bench fuzz`: damaged files of every format, and the harness itself."""

import json

import pytest

from appliance.adapters.media import FfmpegDecoder
from appliance.bench import fuzzing
from appliance.bench.fuzzing import FORMATS, bench_fuzz, fuzz, input_of, sound_files

IN_SHORT = 150


@pytest.fixture(scope="module")
def files():
    return sound_files()


def test_undamaged_every_format_is_sound(files):
    for file in files:
        assert FfmpegDecoder().decode(file, lambda: False).seconds == pytest.approx(0.6, abs=0.15)


def test_damaged_files_become_sound_or_one_refusal_and_nothing_else():
    figures = fuzz(IN_SHORT, at_once=4)
    assert figures["is_clean"], figures
    assert figures["formats"] == len(FORMATS)
    assert figures["decoded"] + sum(figures["refused"].values()) == IN_SHORT
    assert figures["decoded"] > IN_SHORT // 10, "not all are refused at their first bytes"
    assert figures["refused"]["not_a_recording"] > IN_SHORT // 20


def test_an_input_is_the_same_again_and_another_seed_damages_otherwise(files):
    again = [input_of(files, 1, number) for number in range(40)]
    assert again == [input_of(files, 1, number) for number in range(40)]
    assert again != [input_of(files, 2, number) for number in range(40)]


def test_an_unexpected_error_is_told_by_its_name_and_fails(monkeypatch, capsys):
    class Breaking:
        def open(self, media):
            raise ZeroDivisionError("zebra-secret")

    monkeypatch.setattr(fuzzing, "FfmpegDecoder", Breaking)
    assert bench_fuzz(as_json=True, inputs=3) == 1
    said = capsys.readouterr().out
    assert json.loads(said)["unexpected"][0] == "0: ZeroDivisionError"
    assert "zebra-secret" not in said
