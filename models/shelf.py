"""Finds a model's files and hands them out only when every byte is the one its manifest names."""

import hashlib
import hmac
import importlib.util
import json
import shutil
from pathlib import Path

from models.manifest import Manifest, ModelError, ModelFile, read_manifest

RECORD = "recorded.json"
"""Beside a model's files: their hashes as they were when pulled or imported, and where they came from."""
_READ_AT_ONCE_BYTES = 1024 * 1024


class ModelMissing(ModelError):
    """A file of the model is not on the shelf, nor in the package that should carry it."""


class ModelAltered(ModelError):
    """A file of the model is not the one its manifest names, or not the one that was imported."""


class ModelThere(ModelError):
    """The model is on the shelf already."""


class Shelf:
    """Models on this machine: in `directory`/<name>/ if there is such a folder, else in packages."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory

    def take(self, name: str) -> Path:
        """The folder that the manifest's paths are relative to, once every file is verified.

        Raises ModelUnknown, ModelMissing, ModelAltered.
        """
        manifest = read_manifest(name)
        folder = self._folder(manifest)
        if manifest.package is None:
            _refuse_strangers(manifest, folder)
        recorded = _recorded(manifest, folder)
        for file in manifest.files:
            _verify(manifest.name, folder, file, recorded)
        return folder

    def bring_in(self, name: str, source: Path) -> Path:
        """Copy a model's files from a medium, check them, and record the hashes left open.

        It appears on the shelf whole or not at all. Raises ModelUnknown, ModelMissing, ModelAltered,
        ModelThere.
        """
        manifest = read_manifest(name)
        if self._directory is None:
            raise ModelMissing(f"{name}: there is no models directory to put it in")
        place = self._directory / name
        if place.exists():
            raise ModelThere(f"{name}: is on the shelf already; remove its folder first")
        unfinished = self._directory / f".{name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            _copy(manifest, source, unfinished)
            unfinished.rename(place)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return self.take(name)

    def holds(self, name: str) -> bool:
        """Whether the model has a folder of its own here, whole or not. Raises ModelUnknown."""
        manifest = read_manifest(name)
        return self._directory is not None and (self._directory / manifest.name).is_dir()

    def _folder(self, manifest: Manifest) -> Path:
        if self._directory is not None and (self._directory / manifest.name).is_dir():
            return self._directory / manifest.name
        if manifest.package is None:
            raise ModelMissing(
                f"{manifest.name}: not on the shelf; quietroom models import brings it in"
            )
        found = importlib.util.find_spec(manifest.package)  # does not import the package
        if found is None or not found.submodule_search_locations:
            raise ModelMissing(
                f"{manifest.name}: install {manifest.package} {manifest.version}, "
                f"or put the model's files on the shelf"
            )
        return Path(next(iter(found.submodule_search_locations)))


def write_record(folder: Path, hashes: dict[str, str], revision: str | None) -> None:
    """What a pull or an import found: SHA-256 by path, and the hub's commit where one is known."""
    record = {"revision": revision, "sha256": hashes}
    (folder / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True))


def _copy(manifest: Manifest, source: Path, place: Path) -> None:
    pulled, revision = _read_record(source) if (source / RECORD).exists() else ({}, None)
    hashes = {}
    for file in manifest.files:
        copied = place / file.path
        copied.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source / file.path, copied)
        except OSError:
            raise ModelMissing(f"{manifest.name}: {file.path} cannot be copied") from None
        hashes[file.path] = sha256_of(copied)
        if pulled and pulled.get(file.path) != hashes[file.path]:
            raise ModelAltered(f"{manifest.name}: {file.path} is not the file that was pulled")
    write_record(place, hashes, revision)


def _read_record(folder: Path) -> tuple[dict[str, str], str | None]:
    """Raises ModelMissing where none can be read."""
    try:
        record = json.loads((folder / RECORD).read_text())
        hashes = {str(path): str(value) for path, value in record["sha256"].items()}
        revision = record.get("revision")
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        raise ModelMissing(f"{RECORD} beside the model's files cannot be read") from None
    return hashes, str(revision) if revision else None


def _recorded(manifest: Manifest, folder: Path) -> dict[str, str]:
    """Raises ModelMissing where hashes are left open and none were recorded."""
    if all(file.sha256 for file in manifest.files):
        return {}
    try:
        return _read_record(folder)[0]
    except ModelMissing:
        raise ModelMissing(
            f"{manifest.name}: was put there without an import, so nothing says that it is whole; "
            f"bring it in with quietroom models import"
        ) from None


def _refuse_strangers(manifest: Manifest, folder: Path) -> None:
    """A loader reads more files than it is told of; what nobody verified must not be among them."""
    named = {folder / file.path for file in manifest.files} | {folder / RECORD}
    if any(path not in named for path in folder.rglob("*") if not path.is_dir()):
        raise ModelAltered(
            f"{manifest.name}: its folder holds files that its manifest does not name; not loaded"
        )


def _verify(name: str, folder: Path, file: ModelFile, recorded: dict[str, str]) -> None:
    path = folder / file.path
    expected = file.sha256 or recorded.get(file.path, "")
    try:
        is_long_enough = file.size_bytes is None or path.stat().st_size == file.size_bytes
        same = is_long_enough and hmac.compare_digest(sha256_of(path), expected)
    except OSError:
        raise ModelMissing(f"{name}: {file.path} is missing or cannot be read") from None
    if not same:
        raise ModelAltered(f"{name}: {file.path} is not the file its manifest names; not loaded")


def sha256_of(path: Path) -> str:
    """Of a file of any size, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while chunk := opened.read(_READ_AT_ONCE_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
