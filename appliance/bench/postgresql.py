"""A PostgreSQL server of one's own: private directory, Unix socket only, gone afterwards.

For trials and tests, from Debian's package; nothing needs to be running beforehand.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from appliance.domain.errors import Misconfigured

USER = "quietroom"
_DEBIAN = Path("/usr/lib/postgresql")
_START_SECONDS = 60.0


def program(name: str) -> str | None:
    """Where one of PostgreSQL's programs is, the newest of Debian's first; None: not installed."""
    versions = sorted(_DEBIAN.glob("*"), key=lambda path: int(path.name), reverse=True)
    found = [str(path / "bin" / name) for path in versions if (path / "bin" / name).exists()]
    return found[0] if found else shutil.which(name)


class PrivateServer:
    """One server on `directory`/data, reached by a socket in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.data = directory / "data"
        self._process: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make the cluster; only this machine's user and its server can come in by the socket."""
        self._run("initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        """Start, and return when it answers. Raises Misconfigured when it does not."""
        listen = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={self.directory}")
        command = (_required("postgres"), "-D", str(self.data), *listen)
        user = _its_user()
        with (self.directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, user=user, group=user
            )
        ready = (_required("pg_isready"), "-q", "-h", str(self.directory), "-U", USER)
        deadline = time.monotonic() + _START_SECONDS
        while subprocess.run(ready, check=False).returncode != 0:
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise Misconfigured(details={"reason": "PostgreSQL did not start"})
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as a system that is shut down does, sessions and all."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """kill -9: its sessions find out by themselves, and the next start recovers from the log."""
        self._end(signal.SIGKILL)
        time.sleep(0.1)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@/{database}?host={quote(str(self.directory), safe='')}"

    def command(self, statement: str) -> None:
        """Run one statement as the owner."""
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url(), "-c", statement)

    def copy_to(self, directory: Path) -> "PrivateServer":
        """A physical copy with its write-ahead log, as a backup program takes it; not started."""
        copy = PrivateServer(directory)
        target = ("-D", str(copy.data), "-X", "stream", "-c", "fast", "--no-sync")
        self._run("pg_basebackup", "-h", str(self.directory), "-U", USER, *target)
        return copy

    def _run(self, name: str, *arguments: str) -> None:
        command = (_required(name), *arguments)
        user = _its_user()
        subprocess.run(command, check=True, capture_output=True, user=user, group=user)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
        self._process = None


@contextmanager
def private_directory() -> Iterator[Path]:
    """A directory with a short name that the server's user owns; removed afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="qrpg"))
    if user := _its_user():
        shutil.chown(directory, user, user)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def private_server() -> Iterator[PrivateServer]:
    """A running server; stopped and removed afterwards."""
    with private_directory() as directory:
        server = PrivateServer(directory)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.kill()  # nothing of it is kept


def _required(name: str) -> str:
    found = program(name)
    if found is None:
        raise Misconfigured(details={"reason": "PostgreSQL is not installed (postgresql-15)"})
    return found


def _its_user() -> str | None:
    """PostgreSQL will not run as root: root starts it as Debian's user for it. None: as oneself."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None
