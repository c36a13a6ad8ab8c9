"""What root's hunt came to, handed to the worker: counts and moments, and nothing of the canary.

The worker believes it for its owner: a file and a folder that only root can write.
"""

import json
import os
import stat
from datetime import datetime
from pathlib import Path

from appliance.domain.canary import CanaryResult, facts_of, result_from

_NAME = "newest-hunt.json"
_MOST_BYTES = 10_000


def leave_report(directory: Path, result: CanaryResult) -> None:
    """Write it, whole or not at all, for everybody to read."""
    half_made = directory / f"{_NAME}.new"
    half_made.write_text(json.dumps({"at": result.at.isoformat(), "facts": facts_of(result)}))
    half_made.chmod(0o644)
    half_made.replace(directory / _NAME)


def read_report(directory: Path, *, owner_uid: int = 0) -> CanaryResult | None:
    """The newest hunt's result; None where there is none, or none that only `owner_uid` can write."""
    try:
        is_kept = _only_theirs(directory.lstat(), owner_uid)
        descriptor = os.open(directory / _NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not (is_kept and stat.S_ISREG(status.st_mode) and _only_theirs(status, owner_uid)):
            return None
        said = file.read(_MOST_BYTES)
    try:
        whole = json.loads(said)
        return result_from(datetime.fromisoformat(whole["at"]), whole["facts"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _only_theirs(status: os.stat_result, owner_uid: int) -> bool:
    others_write = stat.S_IWGRP | stat.S_IWOTH
    return status.st_uid == owner_uid and not status.st_mode & others_write
