"""What running programs have that no folder of this program's shows: their private folders in
memory, files they hold open that have no name any more, and their command lines.

The memory of processes is outside the hunt.
"""

import os
import pwd
import stat
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from appliance.adapters.residue.files import (
    NO_PERMISSION,
    Readable,
    Thing,
    Unread,
    things_under,
    why_unread,
)

OF_THE_BOX = ("quietroom-", "www-data", "postgres", "prometheus")
"""Users, by the beginning of their name, whose programs the flow touches."""
_MARKS = ("appliance.cli", "quietroom", "raylet", "gcs_server", "ray::", "nginx")


def box_processes(proc: Path) -> tuple[Path, ...]:
    """Processes of the box, by user, by command and by descent; never this one."""
    parents = dict(_parents(proc))
    chosen = {pid for pid in parents if _is_of_the_box(proc / str(pid))}
    while grown := {pid for pid, parent in parents.items() if parent in chosen} - chosen:
        chosen |= grown
    return tuple(proc / str(pid) for pid in sorted(chosen - {os.getpid()}))


def one_of_each_namespace(processes: Sequence[Path], own: Path) -> list[Path]:
    """A process for every mount namespace that can be seen into, our own left out."""
    found: dict[str, Path] = {}
    for process in processes:
        try:
            found.setdefault(_namespace(process), process)
        except OSError:
            continue
    if found:
        found.pop(_namespace(own), None)
    return list(found.values())


def private_folders(
    processes: Sequence[Path], own: Path, folder: str, changed_since: float = 0.0
) -> Iterator[Thing]:
    """`folder` of every other mount namespace where it is not ours, seen through a process there.

    A process whose namespace cannot be told may have one of its own: it is not looked at.
    """
    for process in processes:
        try:
            _namespace(process)
        except OSError as error:
            if reason := why_unread(error):
                yield Unread(name=f"{_label(process)}: /{folder}", reason=reason)
    for process in one_of_each_namespace(processes, own):
        inside = process / "root" / folder
        if not _is_one(inside, own / "root" / folder):
            # Ray's own folder there is a place of its own.
            ray = frozenset(inside.glob("quietroom-serving-*"))
            yield from things_under(inside, ray, changed_since)


def _is_one(one: Path, other: Path) -> bool:
    """Whether two ways lead to the same folder of the same file system."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def nameless_files(processes: Sequence[Path]) -> Iterator[Thing]:
    """Open files without a name: deleted ones and those made in memory only.

    A shared one is read once. Object stores keep their memory in such a file.
    """
    seen: set[tuple[int, int]] = set()
    for process in processes:
        try:
            files = list((process / "fd").iterdir())
        except OSError as error:
            if reason := why_unread(error):
                yield Unread(name=f"{_label(process)}: open files", reason=reason)
            continue
        for file in files:
            try:
                status = file.stat()
            except OSError:
                continue
            identity = (status.st_dev, status.st_ino)
            if stat.S_ISREG(status.st_mode) and not status.st_nlink and identity not in seen:
                seen.add(identity)
                yield _open_file(file)


def outputs(processes: Sequence[Path]) -> Iterator[Thing]:
    """Files that standard output and error output go to."""
    seen: set[str] = set()
    for process in processes:
        for number in ("1", "2"):
            try:
                target = str((process / "fd" / number).readlink())
            except OSError as error:
                if reason := why_unread(error):
                    yield Unread(name=f"{_label(process)}: output {number}", reason=reason)
                continue
            if target.startswith("/") and target not in seen:
                seen.add(target)
                yield from things_under(Path(target))


def dumps_beside(processes: Sequence[Path]) -> Iterator[Thing]:
    """Core files in the folders that programs run in, where the kernel would put them."""
    for process in processes:
        try:
            names = [path.name for path in (process / "cwd").iterdir()]
        except OSError as error:
            if reason := why_unread(error):
                yield Unread(name=f"{_label(process)}: its folder", reason=reason)
            continue
        for name in names:
            if name.startswith("core"):
                yield from things_under(process / "cwd" / name)


def command_lines(proc: Path) -> Iterator[Thing]:
    """What every process of the machine was told, which every user of it may read."""
    for path in proc.glob("[0-9]*/cmdline"):
        try:
            said = path.read_bytes().replace(b"\0", b" ")
        except OSError:
            continue
        yield Readable(name=str(path), open=lambda said=said: BytesIO(said))  # type: ignore[misc]


def _parents(proc: Path) -> Iterator[tuple[int, int]]:
    for entry in proc.glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        yield int(entry.parent.name), int(fields[1])


def _is_of_the_box(process: Path) -> bool:
    try:
        user = pwd.getpwuid(process.stat().st_uid).pw_name
        said = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (OSError, KeyError):
        return False
    return user.startswith(OF_THE_BOX) or any(mark in said for mark in _MARKS)


def _namespace(process: Path) -> str:
    return str((process / "ns" / "mnt").readlink())


def _open_file(path: Path) -> Thing:
    if not os.access(path, os.R_OK):
        return Unread(name=str(path), reason=NO_PERMISSION)
    return Readable(name=str(path), open=lambda: path.open("rb", buffering=0))


def _label(process: Path) -> str:
    try:
        return f"process {process.name} ({(process / 'comm').read_text().strip()})"
    except OSError:
        return f"process {process.name}"
