"""Finds identifiers with lists and libraries: what the domain's masker and gate are given."""

from functools import cache

from appliance.adapters.identifiers.lists import load
from appliance.adapters.identifiers.name_model import NameModel, read_model
from appliance.adapters.identifiers.phones import Phones
from appliance.adapters.identifiers.similarity import SpellingAndSound
from appliance.domain.errors import Misconfigured
from appliance.domain.masking.finder import NameFinder
from appliance.domain.masking.gate import CANARIES, DETECTORS, STRAY_CANARIES, Gate
from appliance.domain.masking.mask import Masker
from appliance.domain.masking.stray_names import StrayNameDetector, StrayPlaceDetector
from appliance.domain.masking.vocabulary import CALENDAR
from models.manifest import ModelError
from models.shelf import Shelf

NAME_MODEL = "quietroom-names"
SMALL_WORDS = frozenset(
    {"i'm", "i'll", "i've", "i'd", "mom", "dad", "mum", "mama", "papa", "ma", "pa"}
)


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


def build_gate() -> Gate:
    """The gate with every detector and canary, and with a list of names that the masker does not use."""
    lists = load()
    everyday = lists.words | lists.rarer_words
    public = frozenset(word for phrase in lists.public for word in phrase.split())
    strays = StrayNameDetector(
        names=lists.proper_words - everyday - public - CALENDAR,
        harmless=lists.rarer_words | public | CALENDAR | lists.rarer_words | SMALL_WORDS,
    )
    return Gate(
        everyday=lists.words - lists.mostly_names,
        detectors=(*DETECTORS, strays, StrayPlaceDetector()),
        canaries=(*CANARIES, *STRAY_CANARIES),
    )
