"""Builds what the box is installed from: one tar with every wheel, each under its hash.

    python3 ansible/make_bundle.py --python .venv/bin/python quietroom-0.1.0.tar

It prints the two inventory lines to paste. The box itself never fetches anything: run this on the
administrator's computer, where `--python` has what requirements.lock lists. `--wheels FOLDER` takes
dependencies that were downloaded before.
"""

import argparse
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LOCK = REPOSITORY / "requirements.lock"


def main() -> int:
    """Write the bundle; any failure of pip is pip's own message and exit status 1."""
    chosen = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        try:
            dependencies = chosen.wheels or download(chosen.python, folder / "dependencies")
            own = build(chosen.python, folder / "own")
        except subprocess.CalledProcessError:
            return 1
        write(chosen.bundle, own, dependencies)
    print(f"quietroom_bundle={chosen.bundle.resolve()}")
    print(f"quietroom_bundle_sha256={_sha256(chosen.bundle.read_bytes())}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build what the box is installed from.")
    parser.add_argument("bundle", type=Path, help="the tar to write")
    parser.add_argument("--python", default=sys.executable, help="a Python with pip and hatchling")
    parser.add_argument("--wheels", type=Path, help="dependencies that were downloaded before")
    return parser.parse_args()


def download(python: str, folder: Path) -> Path:
    """Every package of the lock as a wheel, refused where its hash is not the lock's."""
    options = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--quiet")
    pip = (python, "-m", "pip", "download", *options)
    subprocess.run((*pip, "--dest", str(folder), "--requirement", str(LOCK)), check=True)
    return folder


def build(python: str, folder: Path) -> Path:
    """The wheel of this checkout, built from a copy: nothing is written beside the sources."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for name in ("appliance", "serving", "models"):
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(REPOSITORY / name, sources / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, sources / name)
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    pip = (python, "-m", "pip", "wheel", *options)
    subprocess.run((*pip, "--wheel-dir", str(folder), str(sources)), check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def write(bundle: Path, own: Path, dependencies: Path) -> None:
    """The tar: `wheels/`, and `bundle.lock`, which is requirements.lock and the product's hash.

    The same content gives the same bytes: no times, no owners, sorted.
    """
    wheels = sorted([own, *dependencies.glob("*.whl")], key=lambda path: path.name)
    product, version = own.name.split("-")[:2]
    lock = f"{product}=={version} --hash=sha256:{_sha256(own.read_bytes())}\n{LOCK.read_text()}"
    with tarfile.open(bundle, "w") as tar:
        _add(tar, "bundle.lock", lock.encode())
        for wheel in wheels:
            _add(tar, f"wheels/{wheel.name}", wheel.read_bytes())


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o644
    tar.addfile(entry, io.BytesIO(content))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
