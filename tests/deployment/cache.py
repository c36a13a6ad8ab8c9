"""What tests of deployment and engines take from a cache: where it is, and how each thing is named.

`prepare.py` fills it while there is a network; the tests only read it. A thing's name carries a
hash of what it was made from, so a changed list makes a new one.
"""

import hashlib
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
HELM_VERSION = "3.17.2"
HELM_SHA256 = "9e7a767efb3f9e334758ae066b4af355c01539663c7fffb30eed2b6213a4735e"

# What a minimal Debian with ssh is: the machine that an administrator starts from.
BARE_MACHINE = (
    "ca-certificates",
    "dbus",
    "iproute2",
    "kmod",
    "libpam-systemd",
    "openssh-server",
    "procps",
    "python3-apt",
    "python3-minimal",
    "systemd",
    "systemd-sysv",
)
# What the roles install, from a package source on the machine itself; and strace, with which the
# tests watch. The guest has no network to fetch them from.
LATER_PACKAGES = ("nftables", "nginx-light", "python3-venv", "strace")


def folder() -> Path:
    """Outside the repository, so that `make clean` and a fresh checkout leave it."""
    given = os.environ.get("QUIETROOM_TESTS_CACHE")
    if given:
        return Path(given)
    if os.geteuid() == 0:
        return Path("/var/cache/quietroom-tests")
    return Path.home() / ".cache" / "quietroom-tests"


def _key(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def tree() -> Path:
    """A Debian that systemd-nspawn boots, with the later packages in its folder /srv/packages."""
    return folder() / f"debian-{_key(repr((BARE_MACHINE, LATER_PACKAGES)).encode())}"


def wheels() -> Path:
    """Every wheel of requirements.lock."""
    return folder() / f"wheels-{_key((REPOSITORY / 'requirements.lock').read_bytes())}"


def tools() -> Path:
    """A virtual environment with Ansible, the linters and the schema checker."""
    return folder() / f"tools-{_key((HERE / 'tools.lock').read_bytes())}"


ENGINE_LOCKS = (
    REPOSITORY / "tests" / "engines" / "engines.lock",
    REPOSITORY / "tests" / "engines" / "engines-source.lock",
)
_SPOKEN = ("sample.ogg", "sample_dialogue.json")
TINY_SPEECH = REPOSITORY / "tests" / "engines" / "tiny_speech.py"


def engines() -> Path:
    """A virtual environment with torch, NeMo, Ray and what engines need beside them, for tests/engines."""
    return folder() / f"engines-{_key(*(lock.read_bytes() for lock in ENGINE_LOCKS))}"


def tiny_speech() -> Path:
    """A tiny speech model that knows the demo's sentences, trained by tests/engines/tiny_speech.py."""
    demo = REPOSITORY / "appliance" / "demo"
    made_from = [TINY_SPEECH, *ENGINE_LOCKS, *(demo / name for name in _SPOKEN)]
    return folder() / f"tiny-speech-{_key(*(file.read_bytes() for file in made_from))}"


def helm() -> Path:
    return folder() / f"helm-{HELM_VERSION}"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
