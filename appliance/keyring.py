"""`quietroom keyring`: the only program that holds the root and the certificate-signing key."""

import ctypes
import fcntl
import os
import pwd
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from appliance.adapters.machine.process import hide_memory
from appliance.adapters.telemetry.log import event
from appliance.adapters.vault.keyring_server import KeyringServer
from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.adapters.vault.root_slots import providers_for
from appliance.domain.errors import Misconfigured
from appliance.settings import Settings

ROOT = 0
"""The administrator's user: backups are made and restored by it, or by the keyring's own."""
_MCL_CURRENT_AND_FUTURE = 3


def run_keyring(settings: Settings) -> None:
    """Answer on the keyring's socket until SIGTERM. Raises Misconfigured for an unknown user."""
    _stay_in_memory()
    os.umask(0o077)
    with _alone_in(settings.keyring):
        _serve(settings, _open_store(settings))


def move_keyring(settings: Settings) -> str:
    """Seal the slots as the chosen provider does; what the proof rests on from now on.

    Raises Misconfigured while a keyring runs there.
    """
    _stay_in_memory()
    os.umask(0o077)
    with _alone_in(settings.keyring):
        return _open_store(settings).provider_limit


def _serve(settings: Settings, store: KeyringStore) -> None:
    own = os.getuid()
    sealers = _users(settings.keyring_sealers) | {own}
    # A keyring with a turner of its own does not turn for the user it runs as.
    turners = _users(settings.keyring_turners) or {own}
    settings.keyring_door.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    server = KeyringServer(
        settings.keyring_door,
        store,
        sealers=frozenset(sealers),
        turners=frozenset(turners),
        administrators=frozenset({ROOT, own}),
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    event("keyring_started", generations=len(store.generations), provider=store.provider)
    try:
        server.serve_forever()
    finally:
        settings.keyring_door.unlink(missing_ok=True)
        event("keyring_stopped")


def _open_store(settings: Settings) -> KeyringStore:
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")  # systemd's own name (systemd.exec(5))
    providers = providers_for(
        settings.keyring,
        settings.keyring_provider,
        tpm=settings.keyring_tpm,
        credentials=Path(credentials) if credentials else None,
        now_seconds=time.time,
    )
    return KeyringStore(settings.keyring, providers)


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """No other keyring has this directory meanwhile. Raises Misconfigured where one has."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        reason = "another keyring has this keyring's directory open; stop it first"
        raise Misconfigured(details={"reason": reason}) from None


def _stay_in_memory() -> None:
    """No core dump, no swap, no debugger of another process of this user."""
    hide_memory()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(_MCL_CURRENT_AND_FUTURE) != 0:
        event("keyring_not_locked_in_memory")


def _users(names: tuple[str, ...]) -> set[int]:
    try:
        return {pwd.getpwnam(name).pw_uid for name in names}
    except KeyError:
        reason = "a user named in keyring_sealers or keyring_turners does not exist"
        raise Misconfigured(details={"reason": reason}) from None
