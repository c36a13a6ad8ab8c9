"""A backup: the practice's record comes back with the passphrase, and nothing that was to be destroyed."""

import io
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from appliance.adapters.database import tables
from appliance.adapters.vault.client import VaultClient
from appliance.adapters.vault.keyring_server import KeyringServer
from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.adapters.vault.recovery import PIECE_BYTES, read_sealed, write_sealed
from appliance.backup import read_backup, read_passphrase, write_backup
from appliance.domain.consent import ConsentState
from appliance.domain.encounter import Modality
from appliance.domain.errors import (
    BackupUnreadable,
    FieldsInvalid,
    NotEmpty,
    NotYours,
    QuietroomError,
)
from appliance.domain.lifecycle import Stage
from appliance.steps.box import Box
from appliance.steps.destroy import destroy_doomed, link_chain, settle
from appliance.steps.prepare_encounter import fill_sheet, note_consent, open_encounter
from appliance.steps.read_record import view_encounter
from appliance.steps.sign_in import sign_in
from appliance.steps.take_summary import take_summary
from appliance.steps.verify_destruction import verify_destruction
from tests.boxes import PASSWORD, Setting, box, make_box, setting
from tests.fakes import NOON
from tests.flow import consent, draft_now, sign_now, summarise, turn, view

__all__ = ["box", "setting"]
PASSPHRASE = "four tall ships at anchor"
UNSIGNED = "Dana means to paint the kitchen green. Plan: buy paint."


@pytest.fixture
def full(setting: Setting) -> tuple[Setting, str]:
    """A box with one signed note, certificates, and an unsigned summary; the second's id."""
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    assert turn(setting) > 0
    link_chain(setting.box)
    waiting = open_encounter(
        setting.box, setting.clinician, setting.client.id, setting.encounter.kind, NOON
    )
    other = replace(setting, encounter=waiting)
    consent(other)
    take_summary(setting.box, setting.clinician, waiting.id, UNSIGNED)
    return setting, waiting.id


@pytest.fixture
def made(full, tmp_path) -> Path:
    write_backup(full[0].box, tmp_path / "practice.backup", PASSPHRASE)
    return tmp_path / "practice.backup"


def emptied(directory: Path):
    """Another box that nobody has used."""
    return make_box(directory)


def restored(directory: Path, made: Path):
    class Restored:
        def __enter__(self) -> Box:
            self._box = emptied(directory)
            box = self._box.__enter__()
            read_backup(box, made, PASSPHRASE)
            settle(box)
            return box

        def __exit__(self, *exception) -> None:
            self._box.__exit__(*exception)

    return Restored()


def opened(made: Path, passphrase: str = PASSPHRASE) -> bytes:
    with made.open("rb") as stream:
        return b"".join(read_sealed(stream, passphrase))


def test_only_its_owner_may_read_the_file_and_it_shows_nothing_of_the_practice(made):
    assert made.stat().st_mode & 0o777 == 0o600
    data = made.read_bytes()
    assert not [word for word in (b"amara", b"Laurel", b"artefact") if word in data]


def test_no_transient_row_is_in_a_backup(full, made):
    box, plain = full[0].box, opened(made).decode()
    with box.database._engine.connect() as connection:
        keys = tables.artefact_keys
        live = select(keys.c.artefact_id).where(keys.c.root == "live")
        transient = set(connection.execute(live).scalars())
        destroyed = select(tables.artefacts.c.id).where(
            tables.artefacts.c.destroyed_at.is_not(None)
        )
        gone = set(connection.execute(destroyed).scalars())
    lines = [line for line in plain.splitlines() if '"table"' in line]
    assert transient
    assert gone
    sealed = [
        line
        for line in lines
        if line.startswith(('{"table": "artefact_keys"', '{"table": "chunks"'))
    ]
    assert not [
        each
        for each in transient
        for line in lines
        if f'"{each}"' in line and '"artefacts"' in line
    ]
    assert not [each for each in transient | gone for line in sealed if each in line]
    assert not [
        name
        for name in ("witnesses", "root_state", "sign_ins", "heartbeats")
        if f'"{name}"' in plain
    ]


def test_the_signed_note_is_read_again_after_a_restore(full, made, tmp_path):
    setting, _ = full
    before = view(setting)
    with restored(tmp_path / "new", made) as box:
        actor, _token = sign_in(box, "amara", PASSWORD)
        after = view_encounter(box, actor, setting.encounter.id)
        assert after.kept == before.kept
        assert after.client_name == "Dana Whitfield"
        assert after.certificates == before.certificates


def test_a_note_is_not_read_without_the_passphrase(full, made, tmp_path):
    with emptied(tmp_path / "new") as box:
        with pytest.raises(BackupUnreadable):
            read_backup(box, made, "four tall ships at ankor")
        with box.database.read() as records:
            assert records.is_empty()
        read_backup(box, made, PASSPHRASE)  # nothing was changed: the right one still works


def test_the_rows_without_the_record_root_open_nothing(full, made, tmp_path):
    setting, _ = full
    with emptied(tmp_path / "new") as box:
        lines = opened(made).splitlines()[1:]
        with box.database.write() as records:
            records.put_back(lines)
        with pytest.raises(QuietroomError):
            view_encounter(box, setting.clinician, setting.encounter.id)


def test_certificates_and_the_audit_chain_hold_on_the_restored_box(full, made, tmp_path):
    with restored(tmp_path / "new", made) as box:
        link_chain(box)
        found = verify_destruction(box)
        assert found.certificate_count > 0
        assert found.findings == ()


def test_the_restored_box_goes_on_signing_and_destroying(full, made, tmp_path):
    setting, waiting = full
    with restored(tmp_path / "new", made) as box:
        box.clock.move(hours=1)
        again = replace(setting, box=box, encounter=replace(setting.encounter, id=waiting))
        summarise(again)
        draft_now(again)
        # How they met was on the sheet, which was not in the backup: it is asked for again.
        header = replace(view(again).sheet.header, modality=Modality.IN_PERSON)
        fill_sheet(box, setting.clinician, waiting, header=header)
        sign_now(again)
        box.clock.move(seconds=30)
        assert destroy_doomed(box) > 0
        link_chain(box)
        assert verify_destruction(box).findings == ()


def test_an_unsigned_session_is_open_again_without_its_words_or_consents(full, made, tmp_path):
    setting, waiting = full
    with restored(tmp_path / "new", made) as box:
        after = view_encounter(box, setting.clinician, waiting)
        assert after.encounter.stage is Stage.OPEN
        assert after.transcript is None
        assert not {each.id for each in after.sheet.participants} & set(after.consents)
        fill_sheet(box, setting.clinician, waiting, header=after.sheet.header)
        person = after.sheet.participants[0].id
        note_consent(box, setting.clinician, waiting, person, ConsentState.GIVEN)


def test_a_box_in_use_is_not_overwritten(full, made):
    with pytest.raises(NotEmpty):
        read_backup(full[0].box, made, PASSPHRASE)


def test_a_keyring_that_has_worked_takes_over_no_other_root(full, made, tmp_path):
    sealed = full[0].box.vault.export_record(PASSPHRASE)
    with emptied(tmp_path / "new") as box:
        box.vault.remember_head(1, "ab" * 32)
        with pytest.raises(NotEmpty):
            box.vault.import_record(sealed, PASSPHRASE, 5)
    with pytest.raises(NotEmpty):
        full[0].box.vault.import_record(sealed, PASSPHRASE, 5)


def test_an_existing_file_is_not_overwritten(full, made):
    before = made.read_bytes()
    with pytest.raises(FieldsInvalid):
        write_backup(full[0].box, made, PASSPHRASE)
    assert made.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other"])
def test_a_damaged_backup_changes_nothing(full, made, tmp_path, damage):
    data = bytearray(made.read_bytes())
    match damage:
        case "cut":
            data = data[:-40]
        case "flipped":
            data[len(data) // 2] ^= 1
        case "empty":
            data = bytearray()
        case _:
            data = bytearray(b"%PDF-1.7" * 100)
    made.write_bytes(data)
    with emptied(tmp_path / "new") as box:
        with pytest.raises(BackupUnreadable):
            read_backup(box, made, PASSPHRASE)
        with box.database.read() as records:
            assert records.is_empty()


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_what_was_sealed_comes_back_whole_and_a_lost_end_is_seen(size):
    plain = os.urandom(size)
    file = io.BytesIO()
    write_sealed(file, PASSPHRASE, iter([plain]))
    file.seek(0)
    assert b"".join(read_sealed(file, PASSPHRASE)) == plain
    if size > PIECE_BYTES:
        short = file.getvalue()[: len(file.getvalue()) - (size - 1) % PIECE_BYTES - 1 - 28]
        with pytest.raises(BackupUnreadable):
            list(read_sealed(io.BytesIO(short), PASSPHRASE))


@pytest.mark.parametrize(
    ("operation", "given"),
    [("export_record", (PASSPHRASE,)), ("import_record", (b"sealed", PASSPHRASE, 2))],
)
def test_only_the_administrators_user_takes_the_record_root_out_or_puts_one_in(
    tmp_path, operation, given
):
    own = frozenset({os.getuid()})
    store = KeyringStore(tmp_path / "keyring")
    server = KeyringServer(
        tmp_path / "k.sock", store, sealers=own, turners=own, administrators=frozenset({4711})
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    client = VaultClient(tmp_path / "k.sock")
    try:
        assert client.status().generations == (1,)
        with pytest.raises(NotYours):
            getattr(client, operation)(*given)
    finally:
        client.close()
        server.shutdown()
        server.server_close()


def test_the_signing_key_is_not_in_what_leaves_the_keyring(tmp_path):
    from appliance.adapters.vault import recovery
    from appliance.adapters.vault.slots import SlotFile

    store = KeyringStore(tmp_path / "keyring")
    said = recovery.unseal(PASSPHRASE, store.export_record(PASSPHRASE), "record")
    [(_, signing)] = SlotFile(tmp_path / "keyring/signing-key", 1).read().items()
    [(_, live)] = SlotFile(tmp_path / "keyring/live-root", 2).read().items()
    assert signing.hex().encode() not in said
    assert live.hex().encode() not in said
    assert store.public_key.hex().encode() in said


@pytest.mark.parametrize(("typed", "is_new"), [("too short", True), ("", True)])
def test_a_new_passphrase_has_sixteen_characters(monkeypatch, typed, is_new):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
    with pytest.raises(FieldsInvalid):
        read_passphrase(is_new=is_new)


def test_a_backup_has_every_row_of_the_record(full, made, tmp_path):
    def counts(box: Box) -> dict[str, int]:
        kept = (tables.accounts, tables.clients, tables.encounters, tables.certificates)
        with box.database._engine.connect() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar()
                for table in kept
            }

    before = counts(full[0].box)
    with restored(tmp_path / "new", made) as box:
        assert counts(box) == before
