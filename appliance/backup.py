"""`quietroom backup`: the practice's record and its proofs in one file under a recovery passphrase.

Signed notes, clients, accounts, settings, certificates and the audit chain are in it; nothing that
the box is to destroy is, neither a key nor a sealed piece. The record root comes out of the keyring
sealed under the passphrase already; the certificate-signing key never comes out of it.
"""

import base64
import json
import os
import sys
from collections.abc import Iterable, Iterator
from getpass import getpass
from pathlib import Path
from typing import Any

from appliance.adapters.database.backup import FORMAT
from appliance.adapters.database.database import SqlDatabase, SqlRecords
from appliance.adapters.vault.client import VaultClient
from appliance.adapters.vault.recovery import read_sealed, write_sealed
from appliance.domain.audit import Action
from appliance.domain.errors import BackupUnreadable, FieldsInvalid, NotEmpty
from appliance.domain.lifecycle import Stage
from appliance.settings import Settings
from appliance.steps.access import note
from appliance.steps.agreement import name_of
from appliance.steps.box import Box
from appliance.steps.prepare_encounter import renew_sheet
from appliance.wiring import box_for_a_while

PASSPHRASE_MINIMUM_CHARACTERS = 16


def create_backup(settings: Settings, file: Path) -> int:
    """Write a new file that only its owner may read. Raises FieldsInvalid where it exists."""
    passphrase = read_passphrase(is_new=True)
    with box_for_a_while(settings) as box:
        size_bytes = write_backup(box, file, passphrase)
    print(f"{file}: {size_bytes:,} bytes. It opens with the passphrase only: keep that elsewhere.")
    return 0


def restore_backup(settings: Settings, file: Path) -> int:
    """Put a backup into an empty box. Raises BackupUnreadable, NotEmpty."""
    passphrase = read_passphrase(is_new=False)
    with box_for_a_while(settings) as box:
        rows = read_backup(box, file, passphrase)
    print(f"{rows} rows are back. Unsigned sessions are open again, without their words.")
    return 0


def write_backup(box: Box, file: Path, passphrase: str) -> int:
    """The size in bytes. `passphrase` has been judged. Raises KeyringUnavailable, NotYours."""
    database, vault = _parts(box)
    head = {
        "format": FORMAT,
        "made_at": box.clock.now().isoformat(),
        "record_root": base64.b64encode(vault.export_record(passphrase)).decode(),
    }
    with box.database.write() as records:
        note(records, Action.BACKUP_MADE, box.clock.now())
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FieldsInvalid(details={"fields": ("the file exists already",)}) from None
    with os.fdopen(descriptor, "wb") as stream, database.rows() as rows:
        write_sealed(stream, passphrase, _lines(head, rows))
        stream.flush()
        os.fsync(stream.fileno())
        return stream.tell()


def read_backup(box: Box, file: Path, passphrase: str) -> int:
    """How many rows were put back; whole or not at all. Raises BackupUnreadable, NotEmpty.

    The new live root comes after every root that a certificate calls gone, so that no certificate
    names one that exists.
    """
    database, vault = _parts(box)
    try:
        stream = file.open("rb")
    except OSError:
        raise BackupUnreadable from None
    with stream, database.write() as records:
        if not records.is_empty():
            raise NotEmpty
        lines = _split(read_sealed(stream, passphrase))
        head = _head(next(lines, b""))
        count = records.put_back(lines)
        generation = records.newest_generation_gone() + 1
        sealed_root = base64.b64decode(head["record_root"])
        status = vault.import_record(sealed_root, passphrase, generation)
        now = box.clock.now()
        records.artefacts.set_generation(max(status.generations), now)
        records.artefacts.set_keyring(name_of(status))
        _reopen(box, records)
        note(records, Action.BACKUP_RESTORED, now, facts={"rows": count})
    vault.complete_turn(max(status.generations))
    return count


def read_passphrase(*, is_new: bool) -> str:
    """From the terminal (twice for a new one), or one line of standard input. Raises FieldsInvalid."""
    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\n")
    else:
        given = getpass("Recovery passphrase: ")
        if is_new and given != getpass("Again: "):
            raise FieldsInvalid(details={"fields": ("the two passphrases differ",)})
    if is_new and len(given) < PASSPHRASE_MINIMUM_CHARACTERS:
        fields = (f"the passphrase needs {PASSPHRASE_MINIMUM_CHARACTERS} characters or more",)
        raise FieldsInvalid(details={"fields": fields})
    return given


def _reopen(box: Box, records: SqlRecords) -> None:
    """Every encounter that is not signed gets a sheet again: its own was not in the backup."""
    for encounter in records.encounters_in(Stage.OPEN):
        renew_sheet(records, box, encounter)


def _parts(box: Box) -> tuple[SqlDatabase, VaultClient]:
    """A backup is made of a real database and a real keyring."""
    assert isinstance(box.database, SqlDatabase)
    assert isinstance(box.vault, VaultClient)
    return box.database, box.vault


def _lines(head: dict[str, object], rows: Iterable[bytes]) -> Iterator[bytes]:
    yield json.dumps(head).encode() + b"\n"
    yield from rows


def _split(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Lines, however they were cut into parts."""
    waiting = b""
    for part in parts:
        *whole, waiting = (waiting + part).split(b"\n")
        yield from whole
    if waiting:
        raise BackupUnreadable


def _head(line: bytes) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(line or b"{}")
    if head.get("format") != FORMAT:
        raise BackupUnreadable
    return head
