"""The keyring with a TPM (a real swtpm): the hour's turn, kills in it, and a TPM that is gone."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from appliance.adapters.vault.keyring_server import KeyringServer
from appliance.adapters.vault.keyring_store import LIVE, KeyringStore
from appliance.adapters.vault.slots import SLOT_BYTES
from appliance.adapters.vault.tpm import Tpm
from appliance.adapters.vault.tpm_provider import LATE_AFTER_SECONDS, TURN_AFTER_SECONDS
from appliance.domain.errors import Misconfigured
from appliance.domain.vault import TpmRootLost, TpmUnavailable
from tests.keyrings import HOUR, Place, killed_at, turn
from tests.tpms import SoftTpm

pytestmark = [
    pytest.mark.needs_program("swtpm"),
    pytest.mark.needs_program("tpm2_getcap"),
    pytest.mark.parametrize("place", ["tpm"], indirect=True),
]


def certificate_of(generation: int) -> bytes:
    stated = {"artefact_id": "a", "number": 1, "previous_hash": "0"}
    return json.dumps(stated | {"root_generation_gone": generation}).encode()


def copy_of(place: Place, directory: Path) -> Place:
    """The keyring's files as a device may have retained them, with the same TPM."""
    shutil.copytree(place.directory, directory)
    return Place(**vars(place) | {"directory": directory})


@pytest.fixture
def nv_writes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The indices that were written to, in order."""
    written: list[int] = []
    write = Tpm.write

    def counted(tpm: Tpm, index: int, authorisation: bytes, data: bytes) -> None:
        written.append(index)
        write(tpm, index, authorisation, data)

    monkeypatch.setattr(Tpm, "write", counted)
    return written


# The hour's turn ------------------------------------------------------------------------------------


def test_after_the_hours_turn_old_blocks_and_the_present_tpm_open_nothing(
    place: Place, tmp_path: Path
) -> None:
    store = place.open()
    _, doomed = store.wrap_new(LIVE, 1, "doomed")
    old = copy_of(place, tmp_path / "old")
    within_the_hour = copy_of(place, tmp_path / "within").open()
    assert within_the_hour.unwrap(LIVE, 1, "doomed", doomed), "the trial would see it"
    turn(store, [])
    place.now_seconds += HOUR
    assert store.renew()
    with pytest.raises(TpmRootLost) as told:
        old.open()
    assert "P5" in told.value.message
    assert place.open().generations == (2,)


def test_two_hours_of_turns_leave_one_root_in_the_tpm_and_zeros_beside_it(
    place: Place, soft_tpm: SoftTpm
) -> None:
    store = place.open()
    key, wrapped = store.wrap_new(LIVE, 1, "kept")
    for _ in range(2):
        ((_, wrapped),) = turn(store, [("kept", wrapped)])
        place.now_seconds += HOUR
        assert store.renew()
        assert store.unwrap(LIVE, max(store.generations), "kept", wrapped) == key
    authorisation = store._slots._providers.chosen._authorisation().hex()
    held = [
        soft_tpm.tool("tpm2_nvread", hex(index), "-C", hex(index), "-P", f"hex:{authorisation}")
        for index in soft_tpm.indices()
    ]
    assert sorted(any(read.stdout) for read in held) == [False, True]
    assert [len(read.stdout) for read in held] == [96, 96]


def test_a_turn_of_the_live_root_does_not_touch_the_tpm(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = place.open()

    def refuse(*_: object) -> None:
        raise AssertionError("the TPM was asked")

    monkeypatch.setattr(Tpm, "_exchange", refuse)
    for _ in range(20):
        turn(store, [])
        place.now_seconds += 10
        assert not store.renew()
    store.certify(certificate_of(1))


def test_a_busy_day_costs_the_tpm_two_writes_an_hour_and_an_idle_one_none(
    place: Place, nv_writes: list[int]
) -> None:
    store = place.open()
    nv_writes.clear()
    for _ in range(24 * 60):
        place.now_seconds += 60
        assert not store.renew()
    assert nv_writes == []
    for _ in range(24 * 6):
        turn(store, [])
        place.now_seconds += 600
        store.renew()
    assert len(nv_writes) == 2 * 24
    assert len(set(nv_writes)) == 2, "two indices alternate"


def test_what_is_destroyed_at_the_end_of_an_hour_waits_no_second_one(place: Place) -> None:
    store = place.open()
    place.now_seconds += TURN_AFTER_SECONDS - 1
    turn(store, [])
    assert not store.renew()
    place.now_seconds += 1
    assert store.renew()


def test_a_restart_does_not_start_the_hour_anew(place: Place) -> None:
    turn(place.open(), [])
    place.now_seconds += HOUR / 2
    assert not place.open().renew()
    place.now_seconds += HOUR / 2
    assert place.open().renew()


def test_a_clock_set_back_does_not_lengthen_the_hour(place: Place) -> None:
    store = place.open()
    turn(store, [])
    place.now_seconds -= 30 * 24 * HOUR
    assert store.renew()
    assert not store.renew()


def test_the_hour_turns_in_the_middle_of_a_turn_of_the_root_too(place: Place) -> None:
    store = place.open()
    turn(store, [])
    key, wrapped = store.wrap_new(LIVE, 2, "kept")
    new = store.begin_turn(2)
    place.now_seconds += HOUR
    assert store.renew()
    ((_, moved),) = store.rewrap(2, new, [("kept", wrapped)])
    store.complete_turn(new)
    assert place.open().unwrap(LIVE, new, "kept", moved) == key
    place.now_seconds += HOUR
    assert store.renew(), "root 2 went after the hour had turned, so the hour turns again"


def test_the_hours_turn_beside_turns_and_reads_loses_nothing(place: Place) -> None:
    store, lock = place.open(), threading.Lock()
    key, wrapped = store.wrap_new(LIVE, 1, "kept")
    over, hours, failures = threading.Event(), [], []

    def turn_hours() -> None:
        while not over.is_set():
            try:
                place.now_seconds += HOUR
                hours.append(store.renew(lock))
            except Exception as error:  # noqa: BLE001 - the assertion below tells it
                failures.append(error)

    thread = threading.Thread(target=turn_hours)
    thread.start()
    generation = 1
    while generation < 40 or not any(hours):
        with lock:
            new = store.begin_turn(generation)
        with lock:
            ((_, wrapped),) = store.rewrap(generation, new, [("kept", wrapped)])
        with lock:
            store.complete_turn(new)
            assert store.unwrap(LIVE, new, "kept", wrapped) == key
        generation = new
    over.set()
    thread.join()
    assert failures == []
    again = place.open()
    assert again.generations == (generation,)
    assert again.unwrap(LIVE, generation, "kept", wrapped) == key


def test_the_serving_keyring_looks_by_itself(place: Place, tmp_path: Path) -> None:
    store = place.open()
    turn(store, [])
    place.now_seconds += HOUR
    users = frozenset({0})
    server = KeyringServer(tmp_path / "k", store, sealers=users, turners=users)
    server.service_actions()
    server._renewing.join()
    server.server_close()
    assert not store.renew(), "it turned already"


# Kills ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("torn_bytes", [0, 60, SLOT_BYTES])
def test_killed_between_any_two_writes_of_the_hours_turn_it_starts_and_goes_on(
    place: Place, tmp_path: Path, torn_bytes: int
) -> None:
    store = place.open()
    key, wrapped = store.wrap_new(LIVE, 1, "kept")
    ((_, wrapped),) = turn(store, [("kept", wrapped)])
    step = kills = 0
    while True:
        old = copy_of(place, tmp_path / f"old-{step}")
        place.now_seconds += HOUR
        if not killed_at(step, torn_bytes, lambda: place.open().renew()):
            break
        kills += 1
        again = place.open()
        assert again.unwrap(LIVE, max(again.generations), "kept", wrapped) == key
        again.renew()
        with pytest.raises(TpmRootLost):
            old.open()
        ((_, wrapped),) = turn(again, [("kept", wrapped)])
        step += 1
    # A write to the TPM, three copies, three old blocks twice, and a write to the TPM.
    assert kills == 11


@pytest.mark.parametrize(
    ("origin", "target"),
    [("file", "tpm"), ("tpm", "file"), ("tpm", "credential"), ("credential", "tpm")],
)
def test_killed_between_any_two_writes_of_a_move_it_starts_and_goes_on(
    place: Place, soft_tpm: SoftTpm, origin: str, target: str
) -> None:
    step = 0
    while True:
        shutil.rmtree(place.directory, ignore_errors=True)
        key, wrapped = place.open(origin).wrap_new(LIVE, 1, "kept")
        was_killed = killed_at(step, 60, lambda: place.open(target))
        again = place.open(target)
        assert again.unwrap(LIVE, 1, "kept", wrapped) == key
        assert again.provider == target
        assert (place.directory / "tpm-access").exists() == (target == "tpm")
        for index in soft_tpm.indices():
            Tpm(soft_tpm.socket).undefine(index)
        if not was_killed:
            break
        step += 1
    assert step > 9


# A TPM that is gone, cleared or another one ------------------------------------------------------------


def test_a_machine_without_a_tpm_is_told_so_and_no_root_lies_in_a_file_instead(
    tmp_path: Path, place: Place
) -> None:
    without = Place(**vars(place) | {"directory": tmp_path / "new", "tpm": None})
    with pytest.raises(Misconfigured) as told:
        without.open()
    assert "TPM" in told.value.message
    assert not any(without.directory.joinpath("live-root").read_bytes())
    place.open()
    with pytest.raises(Misconfigured):
        Place(**vars(place) | {"tpm": None}).open()


def test_a_tpm_that_stops_answering_stops_certificates_after_the_hour_and_nothing_else(
    place: Place, soft_tpm: SoftTpm
) -> None:
    store = place.open()
    soft_tpm.stop()
    key, wrapped = store.wrap_new(LIVE, 1, "kept")
    ((_, wrapped),) = turn(store, [("kept", wrapped)])
    store.certify(certificate_of(1))
    place.now_seconds += LATE_AFTER_SECONDS + 1
    with pytest.raises((TpmUnavailable, Misconfigured)):
        store.renew()
    assert store.unwrap(LIVE, 2, "kept", wrapped) == key
    assert store.is_late
    with pytest.raises(TpmUnavailable) as told:
        store.certify(certificate_of(1))
    assert "certificate" in told.value.message
    soft_tpm.start()
    assert store.renew()
    store.certify(certificate_of(1))


def test_a_tpm_that_was_cleared_is_told_as_a_lost_root(place: Place, soft_tpm: SoftTpm) -> None:
    place.open()
    before = place.files()
    soft_tpm.clear()
    with pytest.raises(TpmRootLost) as told:
        place.open()
    assert "cleared" in told.value.message
    assert place.files() == before
    assert soft_tpm.indices() == [], "no new root was made in the place of the lost one"


def test_another_machines_tpm_is_told_as_a_lost_root(place: Place) -> None:
    place.open()
    other = SoftTpm()
    with pytest.raises(TpmRootLost):
        Place(**vars(place) | {"tpm": other}).open()
    other.remove()


def test_a_tpm_cleared_under_a_running_keyring_gets_what_the_keyring_holds_at_the_next_hour(
    place: Place, soft_tpm: SoftTpm
) -> None:
    store = place.open()
    key, wrapped = store.wrap_new(LIVE, 1, "kept")
    ((_, wrapped),) = turn(store, [("kept", wrapped)])
    soft_tpm.clear()
    place.now_seconds += HOUR
    assert store.renew()
    assert place.open().unwrap(LIVE, 2, "kept", wrapped) == key


def test_a_tpm_with_an_owners_password_is_refused_with_a_sentence(
    place: Place, soft_tpm: SoftTpm
) -> None:
    soft_tpm.tool("tpm2_changeauth", "-c", "owner", "somebody's")
    try:
        with pytest.raises(Misconfigured, match="misconfigured") as told:
            place.open()
        assert "owner's password" in told.value.message
    finally:
        soft_tpm.clear()


def test_two_keyrings_share_one_tpm(place: Place, tmp_path: Path, soft_tpm: SoftTpm) -> None:
    other = Place(**vars(place) | {"directory": tmp_path / "other"})
    place.open()
    other.open()
    assert len(soft_tpm.indices()) == 4
    assert place.open().generations == other.open().generations == (1,)


def test_the_tpms_indices_open_to_nobody_without_the_keyrings_own_authorisation(
    place: Place, soft_tpm: SoftTpm
) -> None:
    place.open()
    said = soft_tpm.tool("tpm2_nvreadpublic").stdout.decode()
    assert said.count("friendly: authwrite|authread|no_da") == 2
    for index in soft_tpm.indices():
        with pytest.raises(TpmUnavailable):
            Tpm(soft_tpm.socket).read(index, b"", 96)


# Moves --------------------------------------------------------------------------------------------------


def test_a_root_that_once_lay_in_a_file_is_certified_with_the_files_limit(place: Place) -> None:
    store = place.open("file")
    turn(store, [])
    store = place.open("tpm")
    turn(store, [])
    turn(store, [])
    assert [keeper(store, generation) for generation in (1, 2, 3)] == ["file", "file", "tpm"]
    again = place.open("file")
    turn(again, [])
    assert [keeper(again, generation) for generation in (3, 4, 5)] == ["tpm", "file", "file"]


def keeper(store: KeyringStore, generation: int) -> str:
    for kept in store.kept:
        if kept.oldest <= generation and (kept.newest is None or generation <= kept.newest):
            return kept.provider
    raise AssertionError(generation)


def test_what_moved_to_a_file_leaves_nothing_in_the_tpm(place: Place, soft_tpm: SoftTpm) -> None:
    store = place.open()
    key, wrapped = store.wrap_new(LIVE, 1, "kept")
    assert len(soft_tpm.indices()) == 2
    moved = place.open("file")
    assert soft_tpm.indices() == []
    assert moved.unwrap(LIVE, 1, "kept", wrapped) == key


def test_a_move_away_from_a_tpm_that_is_out_of_reach_is_refused(place: Place) -> None:
    place.open()
    away = Place(**vars(place) | {"tpm": None})
    with pytest.raises(Misconfigured):
        away.open("file")
    assert place.open().generations == (1,)
