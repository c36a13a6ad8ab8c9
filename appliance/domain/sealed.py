"""Documents as they lie in the vault: masked text without its pass, and notes with their addenda."""

from dataclasses import dataclass

from appliance.domain.masking.masked import MaskedLine
from appliance.domain.note import Addendum, SignedNote
from appliance.domain.transcript import Origin


@dataclass(frozen=True, kw_only=True)
class StoredMaskedText:
    """The lines of a `MaskedText`, without its pass."""

    origin: Origin
    utterances: tuple[MaskedLine, ...]
    observations: tuple[MaskedLine, ...]
    record_facts: tuple[MaskedLine, ...]


@dataclass(frozen=True, kw_only=True)
class KeptNote:
    """A signed note and what was added to it since."""

    note: SignedNote
    addenda: tuple[Addendum, ...] = ()
