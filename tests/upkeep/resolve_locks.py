"""Resolves pyproject.toml into requirements.lock and requirements-test.lock: what `make lock` runs.

Both hold every package with its hashes, for Python 3.11 and newer, without torch: silero-vad
declares it and its ONNX file does not need it, so the locks are installed with `--no-deps`.
The test lock is bound to the versions of the other one.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = REPOSITORY / ".venv" / "tools-to-lock"

# What the box runs on without a GPU, and what building it needs.
RUN_EXTRAS = ("serving", "demo-speech", "postgresql")
TEST_EXTRAS = (*RUN_EXTRAS, "test")
BUILD_REQUIREMENTS = ("hatchling", "editables")

NEVER = 'sys_platform == "never"'
LEFT_OUT = ("torch", "torchaudio")

UV_OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--no-annotate",
)


def main() -> None:
    """Write both locks, or leave both as they were."""
    uv = fetch_uv()
    with tempfile.TemporaryDirectory() as scratch:
        run_lock = resolve(uv, Path(scratch), "requirements.lock", RUN_EXTRAS, constraint=None)
        test_lock = resolve(uv, Path(scratch), "requirements-test.lock", TEST_EXTRAS, run_lock)
        for lock in (run_lock, test_lock):
            (REPOSITORY / lock.name).write_text(without_foreign_blocks(lock.read_text()))


def fetch_uv() -> Path:
    """The resolver, in a folder of its own so that the environment holds only what is locked."""
    uv = TOOLS / "bin" / "uv"
    if not uv.exists():
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--target", str(TOOLS), "uv")
        subprocess.run(pip, check=True)
    return uv


def resolve(
    uv: Path, scratch: Path, name: str, extras: tuple[str, ...], constraint: Path | None
) -> Path:
    """Resolve pyproject.toml with these extras into a file of this name in the scratch folder."""
    build = scratch / "build-requirements.txt"
    build.write_text("\n".join(BUILD_REQUIREMENTS))
    overrides = scratch / "overrides.txt"
    overrides.write_text("\n".join(f"{package}; {NEVER}" for package in LEFT_OUT))
    lock = scratch / name
    command = [str(uv), "pip", "compile", *UV_OPTIONS, f"--override={overrides}"]
    command += [f"--extra={extra}" for extra in extras]
    command += [f"--constraint={constraint}"] if constraint else []
    subprocess.run(
        [*command, "pyproject.toml", str(build), f"--output-file={lock}"],
        check=True,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
    )
    return lock


def without_foreign_blocks(lock: str) -> str:
    """The lock without what is left out and without what only Windows needs."""
    blocks = re.split(r"\n(?=\S)", lock)
    return "\n".join(block for block in blocks if not is_foreign(block)).rstrip() + "\n"


def is_foreign(block: str) -> bool:
    """True where the first line of a package's block says that no Linux machine wants it."""
    requirement = block.split("\n", 1)[0].removesuffix("\\").rstrip()
    return "'never'" in requirement or requirement.endswith("sys_platform == 'win32'")


if __name__ == "__main__":
    main()
