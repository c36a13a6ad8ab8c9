"""`quietroom models`: which there are, fetching them elsewhere, onto the shelf, and are they the same.

Only `pull` fetches, when somebody types it on a connected machine; to the box they come by `import`.
"""

from pathlib import Path

from appliance.domain.errors import ModelNotUsable
from models.hub import pull
from models.manifest import Manifest, ModelError, manifest_names, read_manifest
from models.shelf import Shelf


def list_models(shelf: Path | None) -> int:
    """Every manifest: what for, under which licence, how much memory, and where it is."""
    for name in manifest_names():
        manifest = read_manifest(name)
        memory = f"{manifest.memory_mib} MiB" if manifest.memory_mib else "not measured"
        print(f"{name}: {manifest.purpose}")
        print(f"  licence {manifest.licence}, memory {memory}, {_place(manifest, shelf)}")
    return 0


def _place(manifest: Manifest, shelf: Path | None) -> str:
    if Shelf(shelf).holds(manifest.name):
        return "on the shelf"
    return f"comes with {manifest.package}" if manifest.package else "not on the shelf"


def pull_model(name: str, to: Path) -> int:
    """Fetch it from its hub into a folder to carry to the box. Raises ModelNotUsable."""
    try:
        folder = pull(name, to, tell=lambda path: print(f"fetching {path}", flush=True))
    except ModelError as error:
        raise ModelNotUsable(details={"reason": str(error)}) from None
    except OSError:
        reason = f"{name}: the folder cannot be written"
        raise ModelNotUsable(details={"reason": reason}) from None
    print(f"{name} is in {folder}, and what it is is recorded beside it")
    return 0


def import_model(name: str, source: Path, shelf: Path) -> int:
    """Copy, check and record; the model is on the shelf whole or not at all. Raises ModelNotUsable."""
    try:
        folder = Shelf(shelf).bring_in(name, source)
    except ModelError as error:
        raise ModelNotUsable(details={"reason": str(error)}) from None
    except OSError:
        reason = f"{name}: the models directory cannot be written"
        raise ModelNotUsable(details={"reason": reason}) from None
    print(f"{name} is on the shelf, whole: {folder}")
    return 0


def verify_model(name: str, shelf: Path | None) -> int:
    """Whether every file is the one the manifest names or the import recorded. Raises ModelNotUsable."""
    try:
        folder = Shelf(shelf).take(name)
    except ModelError as error:
        raise ModelNotUsable(details={"reason": str(error)}) from None
    print(f"{name} is whole: {folder}")
    return 0
