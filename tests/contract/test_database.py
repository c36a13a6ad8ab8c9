"""What every step relies on, of either database: one writer at a time, and readers with a snapshot."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.adapters.database.database import SqlDatabase
from appliance.adapters.database.engine import open_engine, transaction
from appliance.adapters.database.history import fill_survivors
from appliance.bench.postgresql import PrivateServer, private_server
from appliance.domain.audit import Action, AuditEvent, verify_chain
from appliance.domain.encounter import EncounterKind
from appliance.domain.errors import (
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnavailable,
    Misconfigured,
    RecordDamaged,
)
from appliance.domain.lifecycle import WORK
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.destroy import link_chain
from appliance.steps.prepare_encounter import open_encounter
from appliance.worker import _when_it_answers
from tests.boxes import Setting, new_record
from tests.databases import new_database
from tests.fakes import NOON
from tests.flow import summarise

AT_ONCE = 8
KEYS = 1000
both = pytest.mark.both_databases


def at_once(work: Callable[[int], object]) -> list[object]:
    """Run `work` in several threads that start together."""
    start = threading.Barrier(AT_ONCE)

    def run(number: int) -> object:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(AT_ONCE)))


@both
def test_no_write_is_lost_between_a_read_and_its_write(box: Box) -> None:
    def number_one_more(_number: int) -> None:
        with box.database.write() as records:
            position, previous = records.audit.head()
            records.audit.add(AuditEvent(action=Action.SIGNED_OUT, at=NOON, account_id=None))
            ((event_id, _),) = records.audit.unlinked(1)
            records.audit.link(event_id, position + 1, previous)

    while link_chain(box):
        pass
    with box.database.read() as records:
        before, _ = records.audit.head()
    at_once(number_one_more)
    with box.database.read() as records:
        assert records.audit.head()[0] == before + AT_ONCE


@both
def test_workers_that_ask_at_once_never_get_the_same_encounter(setting: Setting) -> None:
    ids = set()
    for _ in range(AT_ONCE - 2):
        opened = open_encounter(
            setting.box, setting.clinician, setting.client.id, EncounterKind.INDIVIDUAL, NOON
        )
        ids.add(opened.id)
        summarise(Setting(setting.box, setting.clinician, setting.client, opened))

    def take(number: int) -> str | None:
        with setting.box.database.write() as records:
            leased = records.encounters.lease(WORK, f"worker {number}", NOON)
        return leased.id if leased else None

    taken = at_once(take)
    assert sorted(filter(None, taken)) == sorted(ids)
    assert taken.count(None) == 2


@both
def test_linkers_at_once_make_one_chain(setting: Setting) -> None:
    def add_and_link(_number: int) -> None:
        with setting.box.database.write() as records:
            note(records, Action.CLIENT_READ, NOON, actor=setting.clinician)
        link_chain(setting.box)

    at_once(add_and_link)
    with setting.box.database.read() as records:
        assert verify_chain(records.audit.links()) == records.audit.head()[1]
        assert records.audit.unlinked(1) == ()


@both
def test_a_reader_sees_one_moment(setting: Setting) -> None:
    with setting.box.database.read() as records:
        before = records.audit.unlinked(1_000)
        with setting.box.database.write() as others:
            note(others, Action.CLIENT_READ, NOON)
        assert records.audit.unlinked(1_000) == before
    with setting.box.database.read() as records:
        assert len(records.audit.unlinked(1_000)) == len(before) + 1


@both
def test_a_transaction_that_fails_leaves_nothing(setting: Setting) -> None:
    with setting.box.database.read() as records:
        before = records.audit.unlinked(1_000)

    def fail() -> None:
        with setting.box.database.write() as records:
            note(records, Action.CLIENT_READ, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with setting.box.database.read() as records:
        assert records.audit.unlinked(1_000) == before


@pytest.mark.parametrize(
    "url", ["mysql://quiet:hunter2@db/record", "postgresql+nothing://u:hunter2@db/x", "hunter2"]
)
def test_another_kind_of_database_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        SqlDatabase(url)
    assert "postgresql://" in refused.value.message
    assert "hunter2" not in refused.value.message


# SQLite, when something is wrong with its file ----------------------------------------------------


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_record(tmp_path)


def beat(database: SqlDatabase) -> None:
    with database.write() as records:
        records.heartbeats.beat("sweep", NOON)


def test_a_full_disk_is_told_as_such_and_the_box_goes_on_when_there_is_room(url: str) -> None:
    database = SqlDatabase(url)

    def fill(pages: int) -> None:
        with database._engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def write_much() -> None:
        with database.write() as records:
            for number in range(2_000):
                records.heartbeats.beat(f"beat {number}", NOON)

    fill(1)  # SQLite takes the present size instead
    with pytest.raises(DatabaseFull):
        write_much()
    fill(1 << 20)
    beat(database)
    database.close()


def test_a_database_that_cannot_be_written_is_told_as_such(url: str) -> None:
    database = SqlDatabase(url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true")
    with pytest.raises(DatabaseReadOnly):
        beat(database)
    database.close()


def test_a_damaged_database_breaks_a_promise_and_says_which(url: str, tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    database = SqlDatabase(url)
    with pytest.raises(RecordDamaged) as damaged:
        beat(database)
    assert "P5" in damaged.value.message
    database.close()


# PostgreSQL, when its server goes -----------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[PrivateServer]:
    with private_server() as started:
        yield started


@pytest.mark.needs_postgresql
def test_a_server_that_is_away_is_waited_for_and_what_it_acknowledged_is_there(
    server: PrivateServer,
) -> None:
    database = SqlDatabase(server.url())
    database.migrate()
    database.require_durable()
    beat(database)
    server.kill()
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable) as away:
            beat(database)
    assert "goes on by itself" in away.value.message
    stop, came_back = threading.Event(), []
    waiting = threading.Thread(
        target=_when_it_answers, args=(lambda: came_back.append(beat(database)), stop)
    )
    waiting.start()
    server.start()
    waiting.join(timeout=60)
    assert came_back == [None]
    with database.read() as records:
        assert records.heartbeats.last("sweep") == NOON
    database.close()


@pytest.mark.needs_postgresql
def test_a_server_that_forgets_on_a_power_cut_is_refused(
    postgresql: PrivateServer,
) -> None:
    database = SqlDatabase(postgresql.url())
    with pytest.raises(Misconfigured) as refused:
        database.require_durable()
    assert "fsync off" in refused.value.message
    database.close()


@pytest.mark.needs_postgresql
def test_turns_of_the_root_do_not_make_postgresqls_keys_grow(postgresql: PrivateServer) -> None:
    url = new_database(postgresql)
    names = [f"{number:036}" for number in range(KEYS)]
    fill_survivors(url, keys=[(name, b"k" * 60) for name in names], generation=1, at=NOON)
    database, engine = SqlDatabase(url), open_engine(url)
    sizes = []
    for generation in range(2, 8):
        keys = [(name, bytes([generation]) * 60) for name in names]
        with database.write() as records:
            assert len(records.artefacts.surviving_live_keys()) == KEYS
            records.artefacts.replace_keys(generation, keys)
        with transaction(engine, writes=False) as connection:
            asked = "SELECT pg_table_size('artefact_keys') + pg_indexes_size('artefact_keys')"
            sizes.append(connection.exec_driver_sql(asked).scalar())
        with database.read() as records:
            assert sorted(records.artefacts.surviving_live_keys()) == keys
    assert len(set(sizes[1:])) == 1  # the first turn makes the map of free space
    database.close()
    engine.dispose()
