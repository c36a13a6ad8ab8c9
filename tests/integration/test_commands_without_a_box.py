"""A command that is given no box, or a wrong place for one, says so in a sentence."""

from pathlib import Path

import pytest

from appliance.cli import main


@pytest.mark.parametrize(
    "command",
    [
        ("verify", "destruction"),
        ("admin", "accounts"),
        ("admin", "practice", "--transcript-days", "5"),
        ("admin", "inventory", "x"),
        ("mask", "report"),
    ],
)
def test_a_command_about_no_box_says_that_there_is_none(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("QUIETROOM_STATE_DIRECTORY", str(tmp_path / "nowhere"))
    assert main(command) == 78
    assert "there is no box in" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_a_file_in_the_place_of_the_state_directory_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETROOM_STATE_DIRECTORY", str(tmp_path))  # put back afterwards
    monkeypatch.setenv("QUIETROOM_WEB_PORT", "8443")
    (tmp_path / "file").write_text("")
    assert main(("up", "--port", "65111", "--state", str(tmp_path / "file"))) == 78
    assert "state directory cannot be made" in capsys.readouterr().err


def test_the_timers_way_and_a_text_of_ones_own_exclude_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(("verify", "residue", "--hand-back", "--stdin"))
    assert "not allowed with" in capsys.readouterr().err
