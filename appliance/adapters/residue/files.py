"""What there is to read in a place: files under folders, or why they cannot be read."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

NO_PERMISSION = "this user may not read it"


@dataclass(frozen=True, kw_only=True)
class Readable:
    """Something that can be opened; `name` stands in the report."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, kw_only=True)
class Unread:
    """Something that is there and cannot be looked at, and why."""

    name: str
    reason: str


Thing = Readable | Unread
_GONE = (FileNotFoundError, NotADirectoryError, ProcessLookupError)


def things_under(
    path: Path, leave_out: frozenset[Path] = frozenset(), changed_since: float = 0.0
) -> Iterator[Thing]:
    """The file, or every file below the folder; symbolic links, sockets and devices are no files.

    `changed_since`: files whose last change (ctime, in seconds since 1970) is older are left out.
    What disappears while it is looked at is gone, and nothing is said of it.
    """
    if path in leave_out:
        return
    try:
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            if status.st_ctime >= changed_since:
                yield file_at(path)
        elif stat.S_ISDIR(status.st_mode):
            for inner in sorted(path.iterdir()):
                yield from things_under(inner, leave_out, changed_since)
    except _GONE:
        return
    except OSError as error:
        yield Unread(name=str(path), reason=_reason(error))


def file_at(path: Path) -> Readable:
    """A file that is opened by its path."""
    return Readable(name=str(path), open=lambda: path.open("rb", buffering=0))


def is_there(path: Path) -> bool:
    """True also where this user may not look: then it counts as not looked at, not as absent."""
    try:
        path.lstat()
    except _GONE:
        return False
    except OSError:
        return True
    return True


def why_unread(error: OSError) -> str | None:
    """The reason in a few words; None where it is only gone."""
    return None if isinstance(error, _GONE) else _reason(error)


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return NO_PERMISSION
    return os.strerror(error.errno) if error.errno else "it cannot be read"
