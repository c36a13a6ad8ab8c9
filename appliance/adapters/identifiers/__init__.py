"""Finds identifiers with lists and libraries: what the domain's masker and gate are given."""

from collections.abc import Callable
from functools import cache

from appliance.adapters.identifiers.gate_lexicon import load_lexicon
from appliance.adapters.identifiers.gate_names import GateNames, read_gate_model
from appliance.adapters.identifiers.lists import load
from appliance.adapters.identifiers.name_model import NameModel, read_model
from appliance.adapters.identifiers.phones import Phones
from appliance.adapters.identifiers.similarity import SpellingAndSound
from appliance.domain.errors import Misconfigured
from appliance.domain.masking.finder import NameFinder
from appliance.domain.masking.gate import CANARIES, DETECTORS, STRAY_CANARIES, Gate
from appliance.domain.masking.leftovers import LeftoverDetector
from appliance.domain.masking.mask import Masker
from appliance.domain.masking.stray_names import AnnouncedDetector, StrayPlaceDetector
from models.manifest import ModelError
from models.shelf import Shelf

NAME_MODEL = "quietroom-names"
GATE_MODEL = "quietroom-gate"


@cache
def load_name_model() -> NameModel:
    """The name model that ships. Raises Misconfigured when its file is not the one the manifest names."""
    try:
        folder = Shelf().take(NAME_MODEL)
    except ModelError as error:
        raise Misconfigured(details={"reason": str(error)}) from None
    return NameModel(read_model(folder / "names" / "name_model.bin"), load())


def build_masker(*more: NameFinder) -> Masker:
    """The masker with every list, library and model that ships, and `more`. Raises Misconfigured."""
    return Masker(
        lists=load(),
        similarity=SpellingAndSound(),
        patterns=(Phones(),),
        names=(load_name_model(), *more),
    )


@cache
def load_gate_names() -> GateNames:
    """The gate's own name model. Raises Misconfigured when its file is not the one the manifest names."""
    try:
        folder = Shelf().take(GATE_MODEL)
    except ModelError as error:
        raise Misconfigured(details={"reason": str(error)}) from None
    return GateNames(read_gate_model(folder / "gate" / "names.bin"), load_lexicon())


def build_gate(missing_models: Callable[[], tuple[str, ...]] = tuple) -> Gate:
    """The gate with every detector and canary, on lists and a model that the masker does not use.

    `missing_models` says which configured name models are not loaded. Raises Misconfigured.
    """
    lexicon = load_lexicon()
    return Gate(
        everyday=lexicon.everyday,
        detectors=(
            *DETECTORS,
            load_gate_names(),
            AnnouncedDetector(),
            StrayPlaceDetector(),
            LeftoverDetector(),
        ),
        canaries=(*CANARIES, *STRAY_CANARIES),
        missing_models=missing_models,
    )
