"""`quietroom models`: bring a model's files onto the shelf, and check that they are still the same.

Nothing is ever fetched: the files come from a medium, or from a folder that an administrator filled.
"""

from pathlib import Path

from appliance.domain.errors import ModelNotUsable
from models.manifest import ModelError
from models.shelf import Shelf


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
