"""What a model is made of: its licence, where it comes from, and the SHA-256 of each file."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


class ModelError(Exception):
    """A model cannot be used; the message names the model and its files, nothing else."""


class ModelUnknown(ModelError):
    """No manifest has that name."""


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """One file; `path` is relative to the folder of its package, or of the model on the shelf.

    Without a hash the manifest leaves it open: the shelf records it when the model is imported.
    """

    path: str
    sha256: str | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One model. `package` is the installed distribution's top-level folder that carries it, if any.

    `repository`: where a hub has it, as owner/name. `revision`: the commit there; left open where it
    could not be checked, and recorded when the model is pulled. `memory_mib`: what loading it and
    hearing or reading takes, where that was measured or published.

    `labels`: what a token classification model's labels are on the wire; `ignored` are no
    identifiers. A model with a label in neither is not loaded.
    """

    name: str
    purpose: str
    licence: str
    source: str
    version: str
    files: tuple[ModelFile, ...]
    package: str | None = None
    repository: str | None = None
    revision: str | None = None
    memory_mib: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def read_manifest(name: str) -> Manifest:
    """The manifest `name`, as shipped beside this module. Raises ModelUnknown."""
    source = files("models") / "manifests" / f"{name}.toml"
    if not _NAME.fullmatch(name) or not source.is_file():
        raise ModelUnknown("there is no manifest of that name")
    written = tomllib.loads(source.read_text("utf-8"))
    listed = tuple(ModelFile(**entry) for entry in written.pop("files"))
    ignored = tuple(written.pop("ignored", ()))
    return Manifest(name=name, files=listed, ignored=ignored, **written)


def manifest_names() -> tuple[str, ...]:
    """Every manifest that ships, in the order of the alphabet."""
    listed = (files("models") / "manifests").iterdir()
    return tuple(sorted(one.name.removesuffix(".toml") for one in listed if one.is_file()))
