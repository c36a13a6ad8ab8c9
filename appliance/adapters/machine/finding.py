"""What one check found, and everything a check may look at."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from appliance.domain.canary import CanaryResult
from appliance.domain.energy import MeterReading, NotMeasured

METER_NOT_ASKED = NotMeasured(reason="the energy meter was not asked")


class Verdict(StrEnum):
    """What a finding means for its promise."""

    OK = "ok"
    """Nothing here stands in the promise's way."""
    WARN = "warn"
    """The promise holds only if something is so that the box cannot see."""
    FAIL = "fail"
    """The promise cannot be kept on this machine as it is."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One check's answer in plain words; `mend` is empty where nothing needs mending."""

    key: str
    promise: str
    verdict: Verdict
    says: str
    mend: str = ""


@dataclass(frozen=True, kw_only=True)
class DiskSpace:
    """Of the file system that a folder is on."""

    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, kw_only=True)
class EngineInUse:
    """Which engine does a job; `is_demo` for the demo engine and for the built-in writer."""

    name: str
    is_demo: bool


@dataclass(frozen=True, kw_only=True)
class MachineInputs:
    """What the checks look at. The folders stand for the real ones, so that tests can build a machine.

    None: nobody could say (`speech`, `notes`, `identifiers`: serving did not answer or has none;
    `certificate_expires_at`: there is no certificate yet; `clock_is_synchronised`: the kernel
    would not say). `temporary`: folders of which programs take the first that lies in memory.
    `keyring_provider`: what keeps the root (file, tpm, credential), by the keyring itself where it
    answers; `is_root_late`: its TPM's hourly root should be gone and is not. `speech_trouble`: why
    an engine that is there cannot hear, as serving says it ("" where it says nothing).
    """

    state_directory: Path
    now: datetime
    disk_space: Callable[[Path], DiskSpace]
    clock_is_synchronised: Callable[[], bool | None]
    energy: MeterReading = METER_NOT_ASKED
    certificate_expires_at: datetime | None = None
    speech: EngineInUse | None = None
    speech_trouble: str = ""
    notes: EngineInUse | None = None
    identifiers: EngineInUse | None = None
    identifiers_wanted: str | None = None
    python_version: tuple[int, int] = (sys.version_info.major, sys.version_info.minor)
    is_root: bool = False
    temporary: tuple[Path, ...] = ()
    canary: CanaryResult | None = None
    keyring_provider: str = "file"
    is_root_late: bool = False
    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    run: Path = Path("/run")
    etc: Path = Path("/etc")


def text_of(path: Path) -> str:
    """A small system file's text without its last line end; empty where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
