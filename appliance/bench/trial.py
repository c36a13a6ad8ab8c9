"""A box of one's own for a trial: real database, real keyring behind its socket, a clock to move."""

import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from appliance.adapters.vault.keyring_server import KeyringServer
from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.bench.postgresql import PrivateServer, private_server
from appliance.domain.people import Account, AccountRole, ClientRecord, Practice
from appliance.domain.preferences import Preferences
from appliance.settings import Settings
from appliance.steps.box import Box
from appliance.steps.destroy import settle
from appliance.steps.keep_clients import add_client
from appliance.steps.sign_in import create_account
from appliance.steps.watch_clock import watch_clock
from appliance.wiring import box_for_a_while

SQLITE, POSTGRESQL = "sqlite", "postgresql"
A_GLANCE_SECONDS = 20 * 3600.0


class MovableClock:
    """The machine's clock, moved ahead by what a trial asks for."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """`server` is None on SQLite, and where the database was there before."""

    directory: Path
    box: Box
    clock: MovableClock
    store: KeyringStore
    url: str
    server: PrivateServer | None


def practice_in(box: Box) -> tuple[Account, str]:
    """One clinician and the id of one client in an empty box; nobody real."""
    with box.database.write() as records:
        records.people.save_practice(Practice(name="Trial"), Preferences())
    clinician = create_account(
        box,
        user_name="trial",
        display_name="Alex Trial",
        credentials="LCSW",
        role=AccountRole.CLINICIAN,
        password=secrets.token_urlsafe(16),
    )
    return clinician, add_client(box, clinician, ClientRecord(name="Robin Trial")).id


def let_pass(box: Box, move: Callable[[float], None], seconds: float) -> None:
    """Time passes as on a box that runs: its clock is looked at before a jump could be in doubt."""
    while seconds > 0:
        step = min(seconds, A_GLANCE_SECONDS)
        move(step)
        seconds -= step
        with box.database.write() as records:
            watch_clock(records, box.clock.now())


def let_go(box: Box) -> None:
    """Close its connections: nothing may be open when a process is forked. They open by themselves."""
    for part in (box.database, box.vault):
        part.close()


@contextmanager
def temporary_state() -> Iterator[Path]:
    """A state directory that is removed afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="quietroom-trial-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def database_for(kind: str) -> Iterator[tuple[str | None, PrivateServer | None]]:
    """The URL of a new empty database: `sqlite`, `postgresql` (a server of its own), or a URL."""
    if kind == SQLITE:
        yield None, None
    elif kind == POSTGRESQL:
        with private_server() as server:
            yield server.url(), server
    else:
        yield kind, None


@contextmanager
def trial_box(kind: str) -> Iterator[Trial]:
    """A box on a new database, not yet settled; everything of it is removed afterwards."""
    with temporary_state() as directory, database_for(kind) as (given, server):
        settings = settings_for(directory, given)
        with keyring(settings) as store, box_for_a_while(settings) as box:
            clock = MovableClock()
            yield Trial(
                directory=directory,
                box=replace(box, clock=clock),
                clock=clock,
                store=store,
                url=settings.database,
                server=server,
            )


def settings_for(directory: Path, url: str | None) -> Settings:
    """Settings of a box in `directory`, with a secret to share with serving."""
    secret = directory / "serving-secret"
    secret.write_text(secrets.token_urlsafe(48))
    return Settings(
        state_directory=directory,
        serving_secret_file=secret,
        database_url=SecretStr(url) if url else None,
    )


@contextmanager
def keyring(settings: Settings) -> Iterator[KeyringStore]:
    """A keyring in this process, behind its socket."""
    settings.keyring_door.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = KeyringStore(settings.keyring)
    me = frozenset({os.getuid()})
    server = KeyringServer(settings.keyring_door, store, sealers=me, turners=me)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def begin(trial: Trial) -> tuple[Account, str]:
    """Settle the box and make its practice."""
    settle(trial.box)
    return practice_in(trial.box)
