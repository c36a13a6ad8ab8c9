"""Finds identifiers with lists and libraries: what the domain's masker and gate are given."""

from appliance.adapters.identifiers.lists import load
from appliance.adapters.identifiers.phones import Phones
from appliance.adapters.identifiers.similarity import SpellingAndSound
from appliance.domain.masking.gate import Gate
from appliance.domain.masking.mask import Masker


def build_masker() -> Masker:
    """The masker with every list and library that ships."""
    return Masker(lists=load(), similarity=SpellingAndSound(), patterns=(Phones(),))


def build_gate() -> Gate:
    """The gate with every detector and canary."""
    lists = load()
    return Gate(everyday=lists.words - lists.mostly_names)
