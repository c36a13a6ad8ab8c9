"""What serving accepts as settings, and what keeps it from starting."""

import pytest

from serving.errors import CannotStart
from serving.settings import Isolation, read_secret, read_settings


@pytest.fixture
def environment(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s" * 40)
    secret.chmod(0o600)
    monkeypatch.setenv("QUIETROOM_SERVING_SOCKET", str(tmp_path / "run" / "serving.sock"))
    monkeypatch.setenv("QUIETROOM_SERVING_SECRET_FILE", str(secret))
    return monkeypatch


def test_two_paths_are_enough_to_start(environment):
    settings = read_settings()
    assert settings.isolation is Isolation.AUTO
    assert settings.speech_engine == settings.notes_engine == "auto"


def test_an_unknown_name_stops_the_start(environment):
    environment.setenv("QUIETROOM_SERVING_SPEACH_ENGINE", "auto")
    with pytest.raises(CannotStart, match="QUIETROOM_SERVING_SPEACH_ENGINE"):
        read_settings()


@pytest.mark.parametrize("engine", ["vllm", "whisper", ""])
def test_an_engine_that_is_not_there_is_not_accepted(environment, engine):
    environment.setenv("QUIETROOM_SERVING_SPEECH_ENGINE", engine)
    with pytest.raises(CannotStart):
        read_settings()


def test_a_wrong_value_is_named_and_never_shown(environment):
    environment.setenv("QUIETROOM_SERVING_SPEECH_REPLICAS", "hunter2")
    with pytest.raises(CannotStart, match="QUIETROOM_SERVING_SPEECH_REPLICAS") as refusal:
        read_settings()
    assert "hunter2" not in str(refusal.value)


def test_a_machine_where_weights_may_carry_code_does_not_start(environment):
    environment.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "0")
    with pytest.raises(CannotStart, match="unset TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"):
        read_settings()


def test_settings_do_not_change_after_the_start(environment):
    with pytest.raises(ValueError, match="frozen"):
        read_settings().speech_replicas = 9


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_secret_that_others_can_read_is_refused(tmp_path, mode):
    secret = tmp_path / "secret"
    secret.write_text("s" * 40)
    secret.chmod(mode)
    with pytest.raises(CannotStart, match="0600"):
        read_secret(secret)


@pytest.mark.parametrize("content", ["", "short", "s" * 5000])
def test_a_secret_of_the_wrong_length_is_refused_and_not_shown(tmp_path, content):
    secret = tmp_path / "secret"
    secret.write_text(content)
    secret.chmod(0o600)
    with pytest.raises(CannotStart) as refusal:
        read_secret(secret)
    assert not content or content not in str(refusal.value)


def test_a_missing_secret_is_refused(tmp_path):
    with pytest.raises(CannotStart, match="cannot be read"):
        read_secret(tmp_path / "nothing")
