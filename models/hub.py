"""Fetches a model's files from a hub, when a person asks for it on a connected machine.

Nothing else in the box calls this: a box has no way out, and a model comes to it by `models import`.
What was fetched is recorded: SHA-256 of each file, and the commit that the hub said they are of.
"""

import hashlib
import http.client
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from models.manifest import Manifest, ModelError, ModelFile, read_manifest
from models.shelf import ModelAltered, ModelThere, write_record

HUB = "https://huggingface.co"
OFFLINE_SETTINGS = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
LIMIT_SECONDS = 60.0
_READ_AT_ONCE_BYTES = 1024 * 1024
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class NotConnected(ModelError):
    """The hub cannot be reached from here, or must not be."""


class NotOnTheHub(ModelError):
    """The hub has no such file, or its manifest names no hub."""


def pull(
    name: str,
    to: Path,
    *,
    hub: str = HUB,
    environment: Mapping[str, str] = os.environ,
    tell: Callable[[str], None] = lambda _: None,
) -> Path:
    """The model's files in `to`/<name>, whole or not at all, with a record of what they are.

    Raises ModelUnknown, ModelThere, NotConnected, NotOnTheHub, and ModelAltered where a file is not
    the one that the manifest or the hub names.
    """
    manifest = read_manifest(name)
    _refuse_offline(environment)
    if manifest.repository is None:
        raise NotOnTheHub(f"{name}: comes with {manifest.package or 'its maker'}, not from a hub")
    place, unfinished = to / name, to / f".{name}.unfinished"
    if place.exists():
        raise ModelThere(f"{name}: is there already; remove its folder first")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        _fetch_all(manifest, unfinished, hub, tell)
        unfinished.rename(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return place


def _refuse_offline(environment: Mapping[str, str]) -> None:
    for setting in OFFLINE_SETTINGS:
        if environment.get(setting, "").lower() not in {"", "0", "false", "no"}:
            raise NotConnected(
                f"this machine is set to stay offline ({setting}): pull on a connected machine, "
                f"carry the folder over and use quietroom models import"
            )


def _fetch_all(manifest: Manifest, folder: Path, hub: str, tell: Callable[[str], None]) -> None:
    """Every file of one commit: the first answer says which, and the others are asked for by it."""
    commit, hashes = manifest.revision, {}
    for file in manifest.files:
        tell(file.path)
        address = f"{hub}/{manifest.repository}/resolve/{commit or 'main'}/{file.path}"
        said = _ask_about(address, manifest.name, file.path)
        told = said.get("X-Repo-Commit", "")
        if commit is None and _COMMIT.fullmatch(told):
            commit = told
            address = f"{hub}/{manifest.repository}/resolve/{commit}/{file.path}"
        hashes[file.path] = _fetch(address, folder / file.path, manifest.name)
        _compare(manifest.name, file, hashes[file.path], said.get("X-Linked-Etag", ""))
    write_record(folder, hashes, commit)


def _compare(name: str, file: ModelFile, found: str, linked: str) -> None:
    """Held to the manifest's hash, and to the hub's own where it tells one (files in large storage)."""
    told = linked.strip('"')
    if found != (file.sha256 or found) or (_SHA256.fullmatch(told) and told != found):
        raise ModelAltered(f"{name}: {file.path} arrived as another file than was promised")


class _Stay(urllib.request.HTTPRedirectHandler):
    """The hub's own answer carries what it says about a file; where it sends us does not."""

    def redirect_request(self, *_: Any) -> None:
        return None


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """No redirect leads from TLS to plain text."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _ask_about(address: str, name: str, path: str) -> Mapping[str, str]:
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - a hub's address, never a file's
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=LIMIT_SECONDS) as answer:
            return dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in {301, 302, 303, 307, 308}:
                return dict(error.headers)
        raise NotOnTheHub(f"{name}: the hub does not give {path} ({error.code})") from None
    except (OSError, http.client.HTTPException):
        raise _unreachable(name) from None


def _fetch(address: str, to: Path, name: str) -> str:
    """SHA-256 of what was written."""
    digest = hashlib.sha256()
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        opener = urllib.request.build_opener(_OnlyHttps)
        with opener.open(address, timeout=LIMIT_SECONDS) as answer, to.open("wb") as file:
            while chunk := answer.read(_READ_AT_ONCE_BYTES):
                digest.update(chunk)
                file.write(chunk)
    except urllib.error.HTTPError as error:
        error.close()
        raise NotOnTheHub(f"{name}: the hub does not give {to.name} ({error.code})") from None
    except (OSError, http.client.HTTPException):
        raise _unreachable(name) from None
    return digest.hexdigest()


def _unreachable(name: str) -> NotConnected:
    return NotConnected(
        f"{name}: the hub cannot be reached from this machine, and nothing else is tried; pull on a "
        f"connected machine, carry the folder over and use quietroom models import"
    )
