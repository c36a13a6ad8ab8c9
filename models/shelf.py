"""Finds a model's files and hands them out only when every byte is the one its manifest names."""

import hashlib
import hmac
import importlib.util
from pathlib import Path

from models.manifest import Manifest, ModelError, ModelFile, read_manifest

_READ_AT_ONCE_BYTES = 1024 * 1024


class ModelMissing(ModelError):
    """A file of the model is not on the shelf, nor in the package that should carry it."""


class ModelAltered(ModelError):
    """A file of the model is not the one its manifest names."""


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
        for file in manifest.files:
            _verify(manifest.name, folder, file)
        return folder

    def _folder(self, manifest: Manifest) -> Path:
        if self._directory is not None and (self._directory / manifest.name).is_dir():
            return self._directory / manifest.name
        found = importlib.util.find_spec(manifest.package)  # does not import the package
        if found is None or not found.submodule_search_locations:
            raise ModelMissing(
                f"{manifest.name}: install {manifest.package} {manifest.version}, "
                f"or put the model's files on the shelf"
            )
        return Path(next(iter(found.submodule_search_locations)))


def _verify(name: str, folder: Path, file: ModelFile) -> None:
    path = folder / file.path
    try:
        same = path.stat().st_size == file.size_bytes and hmac.compare_digest(
            _sha256(path), file.sha256
        )
    except OSError:
        raise ModelMissing(f"{name}: {file.path} is missing or cannot be read") from None
    if not same:
        raise ModelAltered(f"{name}: {file.path} is not the file its manifest names; not loaded")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while chunk := opened.read(_READ_AT_ONCE_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
