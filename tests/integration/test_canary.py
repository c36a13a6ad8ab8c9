"""The canary: it takes the way that every session takes, leaves nothing, and alarms where it does."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.adapters.database.database import SqlDatabase
from appliance.adapters.machine.canary import check_canary
from appliance.adapters.machine.finding import Verdict
from appliance.adapters.residue.hunt import hunt
from appliance.adapters.residue.order import read_order, write_order
from appliance.adapters.residue.patterns import Canary, patterns_of
from appliance.adapters.residue.places import Where, places_of
from appliance.adapters.telemetry.metrics import Metrics
from appliance.canary import is_due, run_canary
from appliance.domain.canary import APART, CANARY_ACCOUNT_ID, CanaryResult, sentence_of
from appliance.domain.encounter import Attention
from appliance.domain.energy import NotMeasured
from appliance.domain.errors import ResidueFound, ServingUnavailable, WrongSignIn
from appliance.domain.lifecycle import Stage
from appliance.domain.people import AccountRole
from appliance.domain.residue import Find, Form, HuntReport, LookedAt, Outcome, Source
from appliance.domain.retention import ArtefactKind
from appliance.settings import Settings
from appliance.steps.box import Box
from appliance.steps.keep_clients import list_clients
from appliance.steps.read_canary import last_canary
from appliance.steps.read_record import list_day, list_unfinished
from appliance.steps.sign_in import sign_in
from appliance.worker import Housekeeping, Mover
from tests.boxes import Setting, box, setting
from tests.fakes import NOON, FakeDecoder, FakeRecogniser
from tests.page_visitor import visitor

__all__ = ["box", "setting", "visitor"]
HEARD = "I talked to nobody about the green canoe."


class NoMeter:
    """A machine without a GPU."""

    def reading(self):
        return NotMeasured(reason="no GPU here")


class Worker:
    """Does the worker's work whenever the canary waits; stops after `rounds`."""

    def __init__(self, box: Box, rounds: int = 60) -> None:
        self._box = box
        self._mover = Mover(box, NoMeter())
        self._housekeeping = Housekeeping(box)
        self._left = rounds

    def wait(self, seconds: float) -> bool:
        if seconds == 0:
            return self._left <= 0
        self._left -= 1
        self._box.clock.move(seconds=6)
        self._mover.move_one(lambda: False)
        self._housekeeping.round()
        return self._left <= 0


@pytest.fixture
def air(box: Box, monkeypatch) -> Box:
    """A box whose engines hear and write at once, and whose sample is a second of sound."""
    sound = FakeDecoder(seconds=1.0)
    return replace(box, recogniser=FakeRecogniser(phrases=(HEARD,)), decoder=sound)


def hunted_in(directory: Path, caught: list[Canary]):
    def hunting(canary: Canary, _made_at: datetime) -> HuntReport:
        caught.append(canary)
        where = Where(
            state_directory=directory,
            keyring_directory=directory / "keyring",
            sqlite=directory / "record.sqlite",
            root=directory / "root",
            proc=directory / "proc",
        )
        return hunt(places_of(where), patterns_of(canary))

    return hunting


def leaking(_canary: Canary, _made_at: datetime) -> HuntReport:
    find = Find(path="/var/log/x", source=Source.TYPED, form=Form.UTF8)
    place = LookedAt(place="logs", is_there=True, files=1, size_bytes=9, finds=(find,))
    return HuntReport(places=(place,))


def fly(air: Box, hunting) -> CanaryResult:
    return run_canary(air, hunting, Worker(air).wait)


def test_a_canary_flies_through_every_step_and_nothing_of_it_is_left(air, tmp_path):
    caught: list[Canary] = []
    result = fly(air, hunted_in(tmp_path / "state", caught))
    assert result.outcome is Outcome.CLEAN
    assert result.size_bytes > 100_000
    [canary] = caught
    assert len(canary.typed) == 2
    assert canary.spoken[0] == "I talked to nobody"
    with air.database.read() as records:
        certified = [each.artefact_kind for each in records.certificates.all()]
        [client_id] = records.people.clients_of(CANARY_ACCOUNT_ID)
        living = records.artefacts.living()
    assert {kind for kind in ArtefactKind if not kind.is_record} - set(certified) == {
        ArtefactKind.GATE_FINDINGS,
        ArtefactKind.PENDING_NOTE,
        ArtefactKind.SEGMENT,
    }
    assert [(each.kind, each.client_id) for each in living] == [
        (ArtefactKind.CLIENT_RECORD, client_id)
    ]


def test_the_hunt_finds_a_canary_whose_words_were_left(air, tmp_path):
    caught: list[Canary] = []
    honest = hunted_in(tmp_path / "state", caught)

    def after_a_leak(canary: Canary, made_at: datetime) -> HuntReport:
        (tmp_path / "state/debug.log").write_text(f"text={canary.typed[0]}")
        return honest(canary, made_at)

    with pytest.raises(ResidueFound):
        fly(air, after_a_leak)
    assert last_canary(air).outcome is Outcome.FOUND
    assert last_canary(air).finds == 1


def test_every_canary_has_words_and_samples_of_its_own(air, tmp_path):
    caught: list[Canary] = []
    for _ in range(2):
        fly(air, hunted_in(tmp_path / "state", caught))
    first, second = caught
    assert not set(first.typed) & set(second.typed)
    assert first.pcm != second.pcm


def test_nobody_sees_or_counts_the_canary(air, setting, tmp_path):
    def counts():
        with air.database.read() as records:
            return dict(records.encounters.count_by_stage()), records.people.accounts()

    before = counts()
    clients = list_clients(air, setting.clinician)
    fly(air, hunted_in(tmp_path / "state", []))
    assert counts() == before
    assert list_clients(air, setting.clinician) == clients
    day = (NOON.replace(hour=0), NOON.replace(hour=23))
    assert len(list_day(air, setting.clinician, *day)) == 1
    assert len(list_unfinished(air, setting.clinician)) == 1


@pytest.mark.parametrize("name", [" canary", "canary", "The box's own canary"])
def test_nobody_signs_in_as_the_box(air, tmp_path, name):
    fly(air, hunted_in(tmp_path / "state", []))
    with pytest.raises(WrongSignIn):
        sign_in(air, name, "!")


def test_a_find_is_a_broken_promise_on_the_chain_and_in_the_metrics(air):
    with pytest.raises(ResidueFound):
        fly(air, leaking)
    result = last_canary(air)
    metrics = Metrics()
    metrics.set_canary(result.outcome.value, 60.0, result.millijoules)
    assert 'quietroom_canary_outcome{outcome="found"} 1.0' in metrics.render().decode()


def test_energy_that_was_not_measured_is_not_shown_as_nothing(air, tmp_path):
    result = fly(air, hunted_in(tmp_path / "state", []))
    assert result.millijoules is None
    metrics = Metrics()
    metrics.set_canary("clean", 60.0, None)
    assert "quietroom_canary_millijoules{" not in metrics.render().decode()
    metrics.set_canary("clean", 60.0, 1234)
    shown = metrics.render().decode()
    assert 'quietroom_canary_millijoules{whose="the_box"} 1234.0' in shown


def test_a_canary_is_due_once_a_day_and_waits_for_sessions(air, setting, tmp_path):
    assert is_due(air)
    fly(air, hunted_in(tmp_path / "state", []))
    assert not is_due(air)
    air.clock.at += APART
    assert is_due(air)
    with air.database.write() as records:
        records.encounters.save(replace(setting.now_at(), stage=Stage.RECORDED))
    assert not is_due(air)


def test_a_canary_that_does_not_come_to_its_end_is_told_as_that(air):
    stuck = replace(air, recogniser=FakeRecogniser(error=ServingUnavailable()))
    result = run_canary(stuck, leaking, Worker(stuck, 1000).wait, patience_seconds=0.0)
    assert result.outcome is None
    assert "did not get to its end" in sentence_of(last_canary(air), result.at)


def test_what_a_canary_left_that_was_cut_off_is_destroyed_by_the_next(air, tmp_path):
    stuck = replace(air, recogniser=FakeRecogniser(error=ServingUnavailable()))
    run_canary(stuck, leaking, Worker(stuck, 1000).wait, patience_seconds=0.0)
    fly(air, hunted_in(tmp_path / "state", []))
    with air.database.read() as records:
        assert {each.kind for each in records.artefacts.living()} == {ArtefactKind.CLIENT_RECORD}


def test_a_canary_whose_recording_held_no_speech_is_destroyed_too(air, tmp_path):
    deaf = replace(air, recogniser=FakeRecogniser(phrases=()))
    result = fly(deaf, hunted_in(tmp_path / "state", []))
    assert result.outcome is Outcome.CLEAN
    with air.database.read() as records:
        [spoken] = [
            each
            for each in records.encounters.unfinished_of(CANARY_ACCOUNT_ID)
            if each.attention is not Attention.STEP_FAILING
        ]
    assert spoken.stage is Stage.OPEN


@pytest.mark.parametrize(
    ("outcome", "hours", "verdict"),
    [
        (Outcome.CLEAN, 1, Verdict.OK),
        (Outcome.CLEAN, 40, Verdict.WARN),
        (Outcome.INCOMPLETE, 1, Verdict.WARN),
        (None, 1, Verdict.WARN),
        (Outcome.FOUND, 40, Verdict.FAIL),
    ],
)
def test_the_doctor_believes_only_a_fresh_clean_canary(machine, outcome, hours, verdict):
    at = machine.inputs.now.fromtimestamp(machine.inputs.now.timestamp() - hours * 3600, UTC)
    inputs = replace(machine.inputs, canary=CanaryResult(at=at, outcome=outcome))
    assert check_canary(inputs).verdict is verdict


def test_the_administrators_page_says_in_red_what_was_found(air, setting, visitor):
    with air.database.write() as records:
        records.people.account(setting.clinician.id)
    _make_administrator(air, setting)
    assert "has not tried yet" in visitor.page("/")
    with pytest.raises(ResidueFound):
        fly(air, leaking)
    page = visitor.page("/")
    assert '<div class="problem" role="alert">' in page
    assert "quietroom verify residue" in page


def _make_administrator(air: Box, setting: Setting) -> None:
    from sqlalchemy import update

    from appliance.adapters.database.tables import accounts

    assert isinstance(air.database, SqlDatabase)
    with air.database._engine.begin() as connection:
        mine = accounts.c.id == setting.clinician.id
        connection.execute(update(accounts).where(mine).values(role=AccountRole.ADMINISTRATOR))


def test_the_order_for_roots_hunt_does_not_hold_the_words_it_is_for(tmp_path):
    order = Settings(state_directory=tmp_path).canary_order
    made_at = datetime(2026, 11, 23, tzinfo=UTC)
    canary = Canary(typed=("bodigafomeku",), spoken=("my green canoe is",), pcm=bytes(range(200)))
    write_order(order, canary, made_at)
    assert read_order(order) == (canary, made_at)
    where = Where(state_directory=tmp_path, keyring_directory=tmp_path / "k", sqlite=None)
    where = replace(where, root=tmp_path / "root", proc=tmp_path / "proc")
    assert hunt(places_of(where), patterns_of(canary)).finds == ()


def test_a_worker_that_stops_does_not_wait_for_its_canary(air):
    stop = threading.Event()
    stop.set()
    from appliance.canary import keep_canaries

    keep_canaries(Settings(state_directory=Path("/nonexistent")), air, stop)
    assert last_canary(air) is None
