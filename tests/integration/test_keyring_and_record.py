"""Keyring and record after a crash, a loss, or the return of an old copy: never a pretended proof."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.adapters.database.database import SqlDatabase
from appliance.adapters.database.tables import artefact_keys
from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.adapters.vault.slots import SLOT_BYTES, SlotFile
from appliance.bench.postgresql import PrivateServer
from appliance.domain.audit import Action
from appliance.domain.errors import KeyDamaged, KeyringReadOnly, RolledBack, RootLost
from appliance.domain.retention import ArtefactKind, Rule
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.destroy import destroy_doomed, link_chain, settle
from appliance.steps.moves import doom_artefacts
from appliance.steps.ports import Vault
from appliance.worker import Housekeeping
from tests.boxes import Setting, keyring_at, make_setting
from tests.databases import copy_of
from tests.fakes import NOON
from tests.flow import draft_now, sign_now, summarise, view

pytestmark = pytest.mark.both_databases
SOURCES_AND_DRAFT = 4


@pytest.fixture
def signed(setting: Setting) -> Setting:
    """A signed note whose sources are doomed, a moment before the root may turn."""
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    while link_chain(setting.box):
        pass
    setting.box.clock.move(seconds=11)
    return setting


@pytest.fixture
def other_postgresql(database_kind: str, request: pytest.FixtureRequest) -> PrivateServer | None:
    return request.getfixturevalue("postgresql") if database_kind == "postgresql" else None


@contextmanager
def with_database(box: Box, url: str) -> Iterator[Box]:
    database = SqlDatabase(url)
    yield Box(**vars(box) | {"database": database})
    database.close()


def with_vault(setting: Setting, vault: Vault) -> Setting:
    return setting.with_box(vault=vault)


def certificates(box: Box) -> int:
    with box.database.read() as records:
        return len(list(records.certificates.all()))


# An old copy of one of the two --------------------------------------------------------------------


@pytest.mark.parametrize("turned_since", [False, True])
def test_a_database_put_back_from_an_old_copy_is_told_and_nothing_is_done_with_it(
    signed: Setting,
    tmp_path: Path,
    database_url: str | None,
    other_postgresql: PrivateServer | None,
    turned_since: bool,
) -> None:
    old = copy_of(signed.box.database, tmp_path, database_url, other_postgresql)
    with signed.box.database.write() as records:
        note(records, Action.CLIENT_READ, NOON, actor=signed.clinician)
    if turned_since:
        assert destroy_doomed(signed.box) == SOURCES_AND_DRAFT
    link_chain(signed.box)
    before = signed.box.vault.status()
    with with_database(signed.box, old) as box:
        with pytest.raises(RolledBack) as told:
            settle(box)
        assert "P5" in told.value.message
        box.clock.move(minutes=5)
        Housekeeping(box).round()
        with box.database.read() as records:
            assert records.heartbeats.last("sweep") is None, "no sweep: the box stays closed"
        assert certificates(box) == 0
    assert signed.box.vault.status() == before, "no root was made or overwritten"


def test_a_record_that_is_ahead_of_what_the_keyring_heard_is_no_old_copy(
    signed: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(signed.box.vault, "remember_head", lambda *_: None)
        assert destroy_doomed(signed.box) == SOURCES_AND_DRAFT
        link_chain(signed.box)
    settle(signed.box)
    with signed.box.database.read() as records:
        assert signed.box.vault.status().chain_head == records.audit.head()


def test_a_keyring_put_back_from_an_old_copy_is_told(signed: Setting, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "state" / "keyring", tmp_path / "old")
    destroy_doomed(signed.box)
    before = certificates(signed.box)
    with keyring_at(tmp_path / "old") as vault:
        stranger = with_vault(signed, vault).box
        for refused in (settle, destroy_doomed):
            with pytest.raises(RootLost):
                refused(stranger)
    assert certificates(signed.box) == before


def test_a_keyring_made_anew_is_told_though_its_first_root_has_the_same_number(
    setting: Setting, tmp_path: Path
) -> None:
    with keyring_at(tmp_path / "new") as vault:
        assert vault.status().generations == setting.box.vault.status().generations
        with pytest.raises(RootLost):
            settle(with_vault(setting, vault).box)


# The keyring's own place --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["live-root", "record-root", "signing-key"])
@pytest.mark.parametrize("how", ["missing", "empty", "zeros"])
def test_a_lost_root_is_told_and_no_new_one_takes_its_place(
    tmp_path: Path, name: str, how: str
) -> None:
    KeyringStore(tmp_path)
    path = tmp_path / name
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if how == "empty" else bytes(SLOT_BYTES * 2))
    with pytest.raises(RootLost):
        KeyringStore(tmp_path)
    assert not path.exists() or not any(path.read_bytes())


def test_a_keyring_cut_off_while_it_was_first_made_is_made_whole(tmp_path: Path) -> None:
    KeyringStore(tmp_path)
    for left in ([], ["live-root"], ["live-root", "record-root"]):
        for path in tmp_path.iterdir():
            if path.name not in left:
                path.unlink()
        assert KeyringStore(tmp_path).generations == (1,)


def test_a_keyring_that_cannot_be_written_destroys_nothing_and_goes_on_when_it_can(
    signed: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "_overwrite", refuse)
        for _ in range(2):
            with pytest.raises(KeyringReadOnly) as told:
                destroy_doomed(signed.box)
        assert "P3" in told.value.message
        assert certificates(signed.box) == 0
        assert view(signed).sheet.header.client_name == "Dana Whitfield"
    assert destroy_doomed(signed.box) == SOURCES_AND_DRAFT


@pytest.mark.parametrize("torn_bytes", [0, 20, SLOT_BYTES])
@pytest.mark.parametrize("cut", range(5))
def test_a_keyring_killed_at_any_write_of_a_turn_is_settled_by_the_database(
    signed: Setting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cut: int,
    torn_bytes: int,
) -> None:
    real, calls = SlotFile._overwrite, []

    def killed(slots: SlotFile, index: int, block: bytes) -> None:
        calls.append(index)
        if len(calls) <= cut:
            real(slots, index, block)
            return
        if len(calls) == cut + 1:
            with slots._path.open("r+b") as file:
                file.seek(index * SLOT_BYTES)
                file.write(block[:torn_bytes])
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "_overwrite", killed)
        with pytest.raises(KeyringReadOnly):
            destroy_doomed(signed.box)
    assert calls
    with keyring_at(tmp_path / "state" / "keyring") as vault:
        again = with_vault(signed, vault)
        settle(again.box)
        assert len(vault.status().generations) == 1
        again.box.clock.move(seconds=11)
        destroy_doomed(again.box)
        assert len(view(again).certificates) == SOURCES_AND_DRAFT
        assert view(again).sheet.header.client_name == "Dana Whitfield"


def test_a_damaged_key_stops_the_turn_and_nothing_is_called_destroyed(signed: Setting) -> None:
    with signed.box.database.read() as records:
        (sheet,) = records.artefacts.living(
            encounter_id=signed.encounter.id, kinds=[ArtefactKind.SHEET]
        )
        good = records.artefacts.key(sheet.id).wrapped
    mine = artefact_keys.c.artefact_id == sheet.id
    with signed.box.database.write() as records:
        damaged = bytes([good[0] ^ 1]) + good[1:]
        records._connection.execute(artefact_keys.update().where(mine).values(wrapped=damaged))
    with pytest.raises(KeyDamaged) as told:
        destroy_doomed(signed.box)
    assert "P5" in told.value.message
    assert certificates(signed.box) == 0
    with signed.box.database.write() as records:
        records._connection.execute(artefact_keys.update().where(mine).values(wrapped=good))
    assert destroy_doomed(signed.box) == SOURCES_AND_DRAFT


# Sealing and reading beside turns -----------------------------------------------------------------


def test_what_is_sealed_and_read_beside_turns_is_never_taken_for_destroyed(box: Box) -> None:
    setting = make_setting(box)
    over, failures, sealed, read = threading.Event(), [], [], []

    def until_over(work: object) -> None:
        while not over.is_set():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the assertion below tells it
                failures.append(error)

    def seal() -> None:
        with box.database.write() as records:
            kept = artefacts.keep(
                records,
                box.vault,
                ArtefactKind.SHEET,
                {"n": len(sealed)},
                now=NOON,
                client_id=setting.client.id,
            )
        sealed.append(kept)

    def look() -> None:
        with box.database.read() as records:
            living = records.artefacts.living(
                client_id=setting.client.id, kinds=[ArtefactKind.SHEET]
            )
            for artefact in living[-3:]:
                artefacts.read_bytes(records, box.vault, artefact)
                read.append(artefact.id)

    threads = [threading.Thread(target=until_over, args=(work,)) for work in (seal, look, look)]
    for thread in threads:
        thread.start()
    turns = 0
    while turns < 12:
        summarised = make_doomed(box, setting)
        box.clock.move(seconds=11)
        turns += destroy_doomed(box) == summarised
    over.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sealed
    assert read
    with box.database.read() as records:
        for artefact in sealed:
            artefacts.read_bytes(records, box.vault, artefact)


def make_doomed(box: Box, setting: Setting) -> int:
    with box.database.write() as records:
        kept = artefacts.keep(
            records, box.vault, ArtefactKind.DRAFT, {}, now=NOON, encounter_id=setting.encounter.id
        )
        return doom_artefacts(records, [kept], Rule.REPLACED, NOON)


def test_a_turn_that_the_keyring_could_not_complete_is_completed_in_the_next_round(
    signed: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = Housekeeping(signed.box)
    with monkeypatch.context() as patch:
        patch.setattr(signed.box.vault, "complete_turn", lambda *_: (_ for _ in ()).throw(OSError))
        rounds.round()
    assert certificates(signed.box) == 0
    rounds.round()
    assert certificates(signed.box) == SOURCES_AND_DRAFT
