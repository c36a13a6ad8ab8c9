"""Every place that the flow touches or that the machine may put its memory into."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from appliance.adapters.residue import programs
from appliance.adapters.residue.files import (
    Readable,
    Thing,
    Unread,
    file_at,
    is_there,
    things_under,
)

_OF_SQLITE = ("", "-wal", "-shm", "-journal")
_OF_SERVING = "quietroom-serving-*"
_SHM, _TMP, _VAR_TMP = "dev/shm", "tmp", "var/tmp"
_JOURNALS = ("var/log/journal", "run/log/journal")
_DUMPS = ("var/lib/systemd/coredump", "var/crash", "var/lib/apport/coredump")


@dataclass(frozen=True, kw_only=True)
class Where:
    """What the box uses on this machine. `root` stands for `/`, so that tests can build a machine.

    `sqlite`: the database's file, None where it is PostgreSQL; `postgres_directory`: that one's
    data directory, None where nobody named it. `processes`: the box's programs, as folders of proc.
    `made_at_seconds`: when the canary was made, in seconds since 1970. Temporary files and logs that
    have not changed since cannot hold it and are not read; 0 reads everything.
    """

    state_directory: Path
    keyring_directory: Path
    sqlite: Path | None
    postgres_directory: Path | None = None
    temporary: tuple[Path, ...] = ()
    processes: tuple[Path, ...] = ()
    devices: tuple[Path, ...] = ()
    made_at_seconds: float = 0.0
    root: Path = Path("/")
    proc: Path = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Somewhere to look: what it is called, whether there is such a place here, and what is in it."""

    name: str
    is_there: bool
    things: Callable[[], Iterator[Thing]]


def places_of(where: Where) -> tuple[Place, ...]:
    """All of them, in the order of the report."""
    root, state = where.root, where.state_directory
    database = _database_files(where)
    found = [
        _place("state directory", [state], frozenset({where.keyring_directory, *database})),
        _place("database, its log and journal", database),
        _place("PostgreSQL's data directory", _postgres(where)),
        _place("keyring", [where.keyring_directory]),
        _ray(where),
        _shared_memory(where),
        _running("object store and other open files without a name", where, _nameless(where)),
        _temporary(where),
        _place("proxy's bodies and logs", [root / "var/lib/nginx", root / "var/cache/nginx"]),
        _logs(where),
        _journal(where),
        _place("Prometheus", [root / "var/lib/prometheus", root / "var/lib/prometheus2"]),
        _core_dumps(where),
        _swap(where),
        Place(
            name="command lines",
            is_there=True,
            things=lambda: programs.command_lines(where.proc),
        ),
    ]
    if where.devices:
        found.append(Place(name="raw devices", is_there=True, things=lambda: _devices(where)))
    return tuple(found)


def _place(name: str, paths: list[Path], leave_out: frozenset[Path] = frozenset()) -> Place:
    def things() -> Iterator[Thing]:
        return chain.from_iterable(things_under(path, leave_out) for path in paths)

    return Place(name=name, is_there=any(map(is_there, paths)), things=things)


def _running(name: str, where: Where, things: Callable[[], Iterator[Thing]]) -> Place:
    return Place(name=name, is_there=bool(where.processes), things=things)


def _database_files(where: Where) -> list[Path]:
    if where.sqlite is None:
        return []
    return [where.sqlite.with_name(where.sqlite.name + ending) for ending in _OF_SQLITE]


def _postgres(where: Where) -> list[Path]:
    if where.postgres_directory is not None:
        return [where.postgres_directory]
    return [] if where.sqlite else [where.root / "var/lib/postgresql"]


def _nameless(where: Where) -> Callable[[], Iterator[Thing]]:
    return lambda: programs.nameless_files(where.processes)


def _ray(where: Where) -> Place:
    """Session directories with their logs, sockets and spilled objects."""

    def folders() -> list[Path]:
        private = (process / "root" / _SHM for process in _namespaces(where))
        shared = [where.root / _SHM, *private]
        own = chain.from_iterable(folder.glob(_OF_SERVING) for folder in shared)
        return [*own, where.root / _TMP / "ray"]

    def things() -> Iterator[Thing]:
        return chain.from_iterable(map(things_under, folders()))

    return Place(name="Ray's session, spilled objects", is_there=bool(folders()), things=things)


def _namespaces(where: Where) -> list[Path]:
    return programs.one_of_each_namespace(where.processes, where.proc / "self")


def _shared_memory(where: Where) -> Place:
    def things() -> Iterator[Thing]:
        shared = where.root / _SHM
        yield from things_under(shared, frozenset(shared.glob(_OF_SERVING)))
        yield from programs.private_folders(where.processes, where.proc / "self", _SHM)

    return Place(name="shared memory", is_there=True, things=things)


def _temporary(where: Where) -> Place:
    """Of every program: parts of uploads, the decoder's and the engines' scratch."""
    shared = [where.root / _TMP, where.root / _VAR_TMP]
    others = [path for path in where.temporary if not any(map(path.is_relative_to, shared))]

    def things() -> Iterator[Thing]:
        leave_out = frozenset({where.root / _TMP / "ray", where.state_directory})
        for path in (*shared, *others):
            yield from things_under(path, leave_out, where.made_at_seconds)
        for folder in (_TMP, _VAR_TMP):
            yield from programs.private_folders(
                where.processes, where.proc / "self", folder, where.made_at_seconds
            )

    return Place(name="temporary files", is_there=True, things=things)


def _logs(where: Where) -> Place:
    folder = where.root / "var/log"

    def things() -> Iterator[Thing]:
        journals = frozenset(where.root / each for each in _JOURNALS)
        yield from things_under(folder, journals, where.made_at_seconds)
        yield from programs.outputs(where.processes)

    return Place(name="logs and output of programs", is_there=True, things=things)


def _journal(where: Where) -> Place:
    """systemd's journal as files, and read out: it packs long lines in ways of its own."""
    folders = [path for each in _JOURNALS if is_there(path := where.root / each)]

    def things() -> Iterator[Thing]:
        for folder in folders:
            yield from things_under(folder)
            yield _read_out(folder)

    return Place(name="journal", is_there=bool(folders), things=things)


def _read_out(folder: Path) -> Thing:
    program = shutil.which("journalctl")
    if program is None:
        return Unread(name=f"{folder} read out", reason="there is no journalctl to read it with")
    command = [program, "--no-pager", "--quiet", "--all", "--output=json", f"--directory={folder}"]

    @contextmanager
    def reading() -> Iterator[BinaryIO]:
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        ) as child:
            assert child.stdout is not None
            yield child.stdout  # type: ignore[misc]
            if child.wait() != 0:
                raise OSError

    return Readable(name=f"{folder} read out", open=reading)


def _core_dumps(where: Where) -> Place:
    folders = [where.root / each for each in _DUMPS]
    pattern = _first_line(where.proc / "sys/kernel/core_pattern")
    if pattern.startswith("/"):
        folders.append(where.root / pattern.lstrip("/").rpartition("/")[0])

    def things() -> Iterator[Thing]:
        for folder in folders:
            yield from things_under(folder)
        if not pattern.startswith(("/", "|")):
            yield from programs.dumps_beside(where.processes)

    return Place(name="core dumps", is_there=True, things=things)


def _swap(where: Where) -> Place:
    lines = _text(where.proc / "swaps").splitlines()[1:]
    devices = [Path(line.split()[0]) for line in lines if line.strip()]
    return Place(name="swap", is_there=bool(devices), things=lambda: map(file_at, iter(devices)))


def _devices(where: Where) -> Iterator[Thing]:
    return map(file_at, iter(where.devices))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _first_line(path: Path) -> str:
    return _text(path).partition("\n")[0]
