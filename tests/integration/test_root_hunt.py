"""Root's hunt completes the canary of a confined worker; without it nothing counts as clean."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.adapters.machine.canary import check_canary
from appliance.adapters.machine.finding import Verdict
from appliance.adapters.residue.hand_back import leave_report, read_report
from appliance.adapters.residue.order import read_order, write_order
from appliance.adapters.residue.patterns import Canary
from appliance.adapters.telemetry.metrics import Metrics
from appliance.canary import is_due, take_hunt
from appliance.cli import main
from appliance.domain.audit import Action
from appliance.domain.canary import CanaryResult, facts_of, sentence_of, standing_of
from appliance.domain.errors import ResidueFound
from appliance.domain.residue import Outcome
from appliance.residue import run_hand_back
from appliance.settings import Settings
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.read_canary import last_canary
from tests.boxes import box, setting
from tests.fakes import NOON
from tests.machines import Machine

__all__ = ["box", "setting"]
MADE_AT = NOON - timedelta(minutes=5)
CANARY = Canary(typed=("bodigafomeku",))
ME = os.getuid()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "hunt"
    folder.mkdir(mode=0o755)
    return Settings(
        state_directory=tmp_path / "state", canary_directory=tmp_path, hunt_directory=folder
    )


def flown(**changes: object) -> CanaryResult:
    """What a confined worker comes to."""
    known = {"at": NOON, "outcome": Outcome.INCOMPLETE, "unread": 3, "made_at": MADE_AT}
    return CanaryResult(**{**known, "root_follows": True, **changes})


def hunted(outcome: Outcome, **changes: object) -> CanaryResult:
    """What root comes to."""
    whole_at = None if outcome is Outcome.INCOMPLETE else NOON
    finds = 2 if outcome is Outcome.FOUND else 0
    known = {"at": NOON, "outcome": outcome, "made_at": MADE_AT, "whole_at": whole_at}
    return CanaryResult(**{**known, "finds": finds, "is_by_root": True, **changes})


def remember(box: Box, result: CanaryResult) -> None:
    with box.database.write() as records:
        note(records, Action.CANARY_HUNTED, result.at, facts=facts_of(result))


def take(box: Box, settings: Settings, result: CanaryResult) -> CanaryResult | None:
    assert settings.hunt_directory
    leave_report(settings.hunt_directory, result)
    return take_hunt(settings, box, owner_uid=ME)


def test_a_confined_workers_canary_is_clean_once_root_has_hunted_too(box, settings):
    remember(box, flown(millijoules=7))
    assert last_canary(box).outcome is Outcome.INCOMPLETE
    take(box, settings, hunted(Outcome.CLEAN))
    result = last_canary(box)
    assert (result.outcome, result.is_by_root, result.millijoules) == (Outcome.CLEAN, True, 7)
    assert "was left on 2026" in sentence_of(result, NOON)


def test_what_root_found_is_a_broken_promise_and_stays_until_a_canary_is_clean(box, settings):
    remember(box, flown())
    with pytest.raises(ResidueFound):
        take(box, settings, hunted(Outcome.FOUND))
    assert last_canary(box).outcome is Outcome.FOUND
    tomorrow = NOON + timedelta(days=1)
    remember(box, flown(at=tomorrow, made_at=tomorrow))
    assert last_canary(box).outcome is Outcome.FOUND
    take(box, settings, hunted(Outcome.CLEAN, at=tomorrow, made_at=tomorrow, whole_at=tomorrow))
    assert last_canary(box).outcome is Outcome.CLEAN


def test_what_the_worker_found_is_not_undone_by_a_later_hunt(box, settings):
    remember(box, flown(outcome=Outcome.FOUND, finds=1))
    take(box, settings, hunted(Outcome.CLEAN))
    assert last_canary(box).outcome is Outcome.FOUND


def test_a_result_is_taken_once_and_one_for_another_canary_is_left(box, settings):
    remember(box, flown())
    assert take(box, settings, hunted(Outcome.CLEAN)) is not None
    assert take_hunt(settings, box, owner_uid=ME) is None
    remember(box, flown(made_at=NOON))
    assert take(box, settings, hunted(Outcome.CLEAN)) is None
    assert last_canary(box).outcome is Outcome.INCOMPLETE


def test_a_find_is_taken_whichever_canary_it_was(box, settings):
    remember(box, flown(made_at=NOON))
    with pytest.raises(ResidueFound):
        take(box, settings, hunted(Outcome.FOUND))
    assert last_canary(box).outcome is Outcome.FOUND


def test_a_hunt_that_could_not_look_everywhere_leaves_the_canary_incomplete(box, settings):
    remember(box, flown())
    take(box, settings, hunted(Outcome.INCOMPLETE, unread=4))
    result = last_canary(box)
    assert result.outcome is Outcome.INCOMPLETE
    assert "4 files and programs could not be looked into even by root" in sentence_of(result, NOON)


@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_a_result_that_others_could_have_written_is_not_believed(settings, mode):
    leave_report(settings.hunt_directory, hunted(Outcome.CLEAN))
    assert read_report(settings.hunt_directory, owner_uid=ME) is not None
    (settings.hunt_directory / "newest-hunt.json").chmod(mode)
    assert read_report(settings.hunt_directory, owner_uid=ME) is None


def test_a_result_of_another_user_or_in_an_open_folder_or_by_a_link_is_not_believed(settings):
    folder = settings.hunt_directory
    leave_report(folder, hunted(Outcome.CLEAN))
    assert read_report(folder, owner_uid=ME + 1) is None
    folder.chmod(0o777)
    assert read_report(folder, owner_uid=ME) is None
    folder.chmod(0o755)
    (folder / "newest-hunt.json").rename(folder / "elsewhere")
    (folder / "newest-hunt.json").symlink_to("elsewhere")
    assert read_report(folder, owner_uid=ME) is None


@pytest.mark.parametrize("said", ["", "{", "[]", '{"at": "x", "facts": {}}', '{"at": 3}'])
def test_a_damaged_result_is_none(settings, said):
    (settings.hunt_directory / "newest-hunt.json").write_text(said)
    assert read_report(settings.hunt_directory, owner_uid=ME) is None


def doctors_verdict(machine: Machine, result: CanaryResult | None, now: datetime) -> Verdict:
    return check_canary(replace(machine.inputs, now=now, canary=result)).verdict


def test_without_a_hunt_through_the_box_for_26_hours_nothing_is_called_clean(machine):
    result = standing_of(flown(), hunted(Outcome.CLEAN))
    assert result is not None
    for hours, told, verdict in ((25, "clean", Verdict.OK), (27, "overdue", Verdict.WARN)):
        now = NOON + timedelta(hours=hours)
        assert result.told_outcome(now) == told
        assert doctors_verdict(machine, result, now) is verdict
        assert ("quietroom-residue" in sentence_of(result, now)) == (hours == 27)


def test_a_new_canary_waits_for_root_without_alarm_for_an_hour_or_two_only(machine):
    tomorrow = NOON + timedelta(hours=24)
    result = standing_of(flown(at=tomorrow, made_at=tomorrow), hunted(Outcome.CLEAN))
    assert result is not None
    assert result.outcome is Outcome.INCOMPLETE
    assert doctors_verdict(machine, result, tomorrow + timedelta(minutes=30)) is Verdict.OK
    assert doctors_verdict(machine, result, tomorrow + timedelta(minutes=180)) is Verdict.WARN


def test_a_box_whose_root_has_never_hunted_is_in_doubt(machine):
    result = standing_of(flown(), None)
    assert doctors_verdict(machine, result, NOON) is Verdict.WARN
    assert "not come to its end yet" in sentence_of(result, NOON)


def test_metrics_tell_how_long_ago_the_whole_box_was_hunted_through():
    metrics = Metrics()
    metrics.set_canary("incomplete", 60.0, None)
    assert "quietroom_residue_hunt_age_seconds +Inf" in metrics.render().decode()
    metrics.set_canary("clean", 60.0, None, 30.0)
    assert "quietroom_residue_hunt_age_seconds 30.0" in metrics.render().decode()


def test_a_canary_that_a_restart_took_before_roots_hunt_is_flown_again(box, settings):
    remember(box, flown())
    assert not is_due(box)
    assert is_due(box, is_lost=True)
    take(box, settings, hunted(Outcome.CLEAN))
    assert not is_due(box, is_lost=True)


# The command ------------------------------------------------------------------------------------


@pytest.fixture
def as_root(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("appliance.residue.read_report", lambda at: read_report(at, owner_uid=ME))


@pytest.fixture
def few_places(monkeypatch, settings):
    """Only the state's folder, as if it were the whole machine."""
    from appliance.adapters.residue.places import _place

    settings.state_directory.mkdir(exist_ok=True)
    (settings.state_directory / "x.log").write_text("nothing to see")
    state = _place("state directory", [settings.state_directory])
    monkeypatch.setattr("appliance.residue.places_of", lambda _where: (state,))


def test_the_hunt_hands_back_what_it_came_to_and_hunts_once(settings, as_root, few_places, capsys):
    write_order(settings.canary_order, CANARY, MADE_AT)
    assert run_hand_back(settings) == 0
    report = read_report(settings.hunt_directory, owner_uid=ME)
    assert (report.outcome, report.made_at, report.is_by_root) == (Outcome.CLEAN, MADE_AT, True)
    capsys.readouterr()
    assert run_hand_back(settings) == 0
    assert "hunted already: clean" in capsys.readouterr().out


def test_a_find_is_handed_back_without_the_text_and_fails_every_time(
    settings, as_root, few_places, capsys
):
    write_order(settings.canary_order, CANARY, MADE_AT)
    (settings.state_directory / "leak.log").write_text(CANARY.typed[0])
    assert [run_hand_back(settings), run_hand_back(settings)] == [1, 1]
    left = (settings.hunt_directory / "newest-hunt.json").read_text()
    assert json.loads(left)["facts"]["outcome"] == "found"
    assert CANARY.typed[0] not in left + capsys.readouterr().out


def test_before_the_first_canary_there_is_nothing_to_hunt_for(settings, as_root, capsys):
    assert run_hand_back(settings) == 0
    assert "no canary to hunt for yet" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 40, os.urandom(4000)])
def test_a_damaged_order_is_told_in_a_sentence(tmp_path, monkeypatch, capsys, content):
    (tmp_path / "canary-order").write_bytes(content)
    monkeypatch.setenv("QUIETROOM_STATE_DIRECTORY", str(tmp_path))
    assert main(["verify", "residue"]) == 78
    assert "damaged" in capsys.readouterr().err


def test_handing_back_needs_root_and_a_folder(settings, monkeypatch, capsys):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("QUIETROOM_HUNT_DIRECTORY", str(settings.hunt_directory))
    assert main(["verify", "residue", "--hand-back"]) == 78
    assert "for root" in capsys.readouterr().err
    monkeypatch.delenv("QUIETROOM_HUNT_DIRECTORY")
    assert main(["verify", "residue", "--hand-back"]) == 78
    assert "QUIETROOM_HUNT_DIRECTORY" in capsys.readouterr().err


def test_an_order_is_replaced_whole(settings):
    write_order(settings.canary_order, CANARY, MADE_AT)
    write_order(settings.canary_order, CANARY, datetime(2026, 11, 24, tzinfo=UTC))
    assert read_order(settings.canary_order)[1].day == 24
    assert [each.name for each in settings.canary_order.parent.glob("canary-*")] == ["canary-order"]
