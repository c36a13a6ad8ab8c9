"""A whole box in one process: real database, real keyring on a real socket, engines in the test's hand."""

import atexit
import dataclasses
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from appliance.adapters.database.database import SqlDatabase
from appliance.adapters.identifiers import build_gate, build_masker
from appliance.adapters.identifiers.gated import GatedMasker
from appliance.adapters.vault.client import VaultClient
from appliance.adapters.vault.keyring_server import KeyringServer
from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.adapters.vault.root_slots import Providers
from appliance.domain.encounter import Encounter, EncounterKind, Modality
from appliance.domain.people import (
    Account,
    AccountRole,
    Client,
    ClientRecord,
    Practice,
    Relation,
    RelationRole,
)
from appliance.domain.preferences import Preferences
from appliance.steps.box import Box
from appliance.steps.destroy import settle
from appliance.steps.keep_clients import add_client
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.sign_in import create_account
from tests.fakes import (
    NOON,
    FakeClock,
    FakeDecoder,
    FakePasswords,
    FakeRecogniser,
    FakeWriter,
)

PASSWORD = "correct horse battery"
_masker: list[GatedMasker] = []
_empty: list[Path] = []


@contextmanager
def keyring_at(directory: Path, providers: Providers | None = None) -> Iterator[VaultClient]:
    """A keyring answering on a socket with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="qr"))
    store = KeyringStore(directory, providers)
    users = frozenset({os.getuid()})
    server = KeyringServer(
        folder / "k.sock", store, sealers=users, turners=users, administrators=users
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    client = VaultClient(folder / "k.sock")
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def make_box(directory: Path, url: str | None = None, **overrides: Any) -> Iterator[Box]:
    """A box whose state lies in `directory`; settled, with a practice.

    Its database is at `url`, empty and migrated; without one it is a SQLite file in `directory`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    database = SqlDatabase(url or new_record(directory))
    with keyring_at(directory / "keyring") as vault:
        box = Box(
            **{
                "database": database,
                "vault": vault,
                "clock": FakeClock(),
                "passwords": FakePasswords(),
                "decoder": FakeDecoder(),
                "recogniser": FakeRecogniser(),
                "masker": shipped_masker(),
                "writer": FakeWriter(),
            }
            | overrides
        )
        settle(box)
        with database.write() as records:
            records.people.save_practice(Practice(name="Laurel Street"), Preferences())
        yield box
        database.close()


def new_record(directory: Path) -> str:
    """The URL of a new SQLite database with all tables and no rows."""
    shutil.copy(empty_record(), directory / "record.sqlite")
    return f"sqlite:///{directory / 'record.sqlite'}"


def empty_record() -> Path:
    """A migrated database without rows, made once and copied for each test."""
    if not _empty:
        path = Path(tempfile.mkdtemp(prefix="qr-empty")) / "record.sqlite"
        atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
        database = SqlDatabase(f"sqlite:///{path}")
        database.migrate()
        database.close()
        _empty.append(path)
    return _empty[0]


def shipped_masker() -> GatedMasker:
    """The masker with all that ships, loaded once for all tests."""
    if not _masker:
        _masker.append(GatedMasker(build_masker(), build_gate()))
    return _masker[0]


@dataclass(frozen=True)
class Setting:
    """A box with one clinician, one client, one encounter."""

    box: Box
    clinician: Account
    client: Client
    encounter: Encounter

    def now_at(self) -> Encounter:
        with self.box.database.read() as records:
            return records.encounters.get(self.encounter.id)

    def with_box(self, **changes: Any) -> "Setting":
        return dataclasses.replace(self, box=dataclasses.replace(self.box, **changes))


DANA = ClientRecord(
    name="Dana Whitfield",
    birth_date="1988-03-14",
    relations=(
        Relation(name="Marcus", role=RelationRole.PARTNER),
        Relation(name="Asheville", role=RelationRole.CITY),
    ),
)


def make_setting(box: Box, kind: EncounterKind = EncounterKind.INDIVIDUAL) -> Setting:
    """One clinician with one client and one encounter."""
    clinician = create_account(
        box,
        user_name="amara",
        display_name="Amara Reyes",
        credentials="LCSW",
        role=AccountRole.CLINICIAN,
        password=PASSWORD,
    )
    client = add_client(box, clinician, DANA)
    encounter = open_encounter(box, clinician, client.id, kind, NOON, modality=Modality.IN_PERSON)
    return Setting(box=box, clinician=clinician, client=client, encounter=encounter)


@pytest.fixture
def box(tmp_path: Path, database_url: str | None) -> Iterator[Box]:
    with make_box(tmp_path / "state", database_url) as made:
        yield made


@pytest.fixture
def setting(box: Box) -> Setting:
    return make_setting(box)
