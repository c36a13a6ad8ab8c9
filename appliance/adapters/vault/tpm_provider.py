"""The slots sealed under an hourly root that lives in the TPM's own memory, and nowhere else.

Two indices of that memory alternate. A turn of the hour writes a new root into the free one; when
every slot is sealed under it, the old index is overwritten with zeros. A crash in between leaves
both, and the newer one is gone on with. Nothing destroyed since: no turn, so the memory is spared.
"""

import hashlib
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.adapters.vault.root_provider import TPM
from appliance.adapters.vault.sealing import SECRET_BYTES, Sealing, UnderKey
from appliance.adapters.vault.slots import SlotFile
from appliance.adapters.vault.tpm import OWNER_INDICES, NotOurs, Tpm
from appliance.domain.errors import Misconfigured, RootLost
from appliance.domain.vault import TpmRootLost, TpmUnavailable

TURN_AFTER_SECONDS = 3540
"""A minute less than an hour: the keyring looks every 20 s, and the turn itself takes a moment."""
LATE_AFTER_SECONDS = 3600 + 600
ACCESS = "tpm-access"
"""The slot file with the authorisation of the two indices; it opens nothing without this TPM."""
_MAGIC = b"QRHOUR01"
_HOUR = struct.Struct(">8sQQQ32s32s")
_SIDES = (0, 1)


@dataclass(frozen=True, kw_only=True)
class Hour:
    """One hourly root; `generation` is the oldest live root that was sealed under it."""

    number: int
    made_at_seconds: int
    generation: int
    key: bytes = field(repr=False)

    @property
    def sealing(self) -> Sealing:
        return UnderKey(provider=TPM, number=self.number, key=self.key)


class TpmProvider:
    """`now_seconds` is the time since 1970; `directory` the keyring's."""

    name = TPM

    def __init__(self, directory: Path, tpm: Tpm, now_seconds: Callable[[], float]) -> None:
        self._access = directory / ACCESS
        self._tpm = tpm
        self._now_seconds = now_seconds
        self._hours: dict[int, Hour] = {}

    def openings(self) -> tuple[Sealing, ...]:
        """Raises Misconfigured, TpmUnavailable."""
        self._hours = self._read_hours() if self._access.exists() else {}
        return tuple(hour.sealing for hour in self._by_age())

    def begin(self, generation: int) -> Sealing:
        self.openings()
        if not self._hours:
            authorisation = self._authorisation()
            for index in self._indices():
                self._define(index, authorisation)
            self._make(0, 1, generation)
        return self._by_age()[-1].sealing

    def renewed(self, generation: int) -> Sealing | None:
        """A new hour where the present one is over and something was destroyed in it."""
        if not self._is_due(generation):
            return None
        self.openings()
        if len(self._hours) == 1:
            ((side, present),) = self._hours.items()
            self._make(1 - side, present.number + 1, generation)
        # None: the TPM was cleared while this ran, and what this process holds is sealed anew.
        return self._by_age()[-1].sealing if self._hours else self.begin(generation)

    def settle(self, sealing: Sealing) -> None:
        for side, hour in tuple(self._hours.items()):
            if hour.sealing != sealing:
                self._write(side, bytes(_HOUR.size))
                del self._hours[side]

    def let_go(self) -> None:
        """Both indices are overwritten and given back."""
        if not self._access.exists():
            return
        authorisation = self._authorisation()
        for side, index in zip(_SIDES, self._indices(), strict=True):
            if self._tpm.is_defined(index):
                if self._tpm.read(index, authorisation, _HOUR.size):
                    self._write(side, bytes(_HOUR.size))
                self._tpm.undefine(index)
        self._hours = {}
        SlotFile(self._access, 1).destroy_all_but(0)
        self._access.unlink()

    def is_late(self, generation: int) -> bool:
        return any(self._age_of(hour, generation) > LATE_AFTER_SECONDS for hour in self._by_age())

    def lost(self) -> RootLost:
        return TpmRootLost()

    def _is_due(self, generation: int) -> bool:
        """Also where a turn was cut off, and where the clock was set back behind the last one."""
        if len(self._hours) != 1:
            return True
        (hour,) = self._hours.values()
        age_seconds = self._age_of(hour, generation)
        return age_seconds < 0 or age_seconds >= TURN_AFTER_SECONDS

    def _age_of(self, hour: Hour, generation: int) -> float:
        """In seconds; 0 as long as nothing was destroyed in it."""
        if hour.generation == generation:
            return 0
        return self._now_seconds() - hour.made_at_seconds

    def _by_age(self) -> list[Hour]:
        return sorted(self._hours.values(), key=lambda hour: hour.number)

    def _make(self, side: int, number: int, generation: int) -> None:
        hour = Hour(
            number=number,
            made_at_seconds=int(self._now_seconds()),
            generation=generation,
            key=secrets.token_bytes(SECRET_BYTES),
        )
        self._write(side, _packed(hour))
        self._hours[side] = hour

    def _write(self, side: int, data: bytes) -> None:
        """Write, and read it again: nothing is built on a write that did not take."""
        index, authorisation = self._indices()[side], self._authorisation()
        self._tpm.write(index, authorisation, data)
        if self._tpm.read(index, authorisation, len(data)) != data:
            raise TpmUnavailable

    def _read_hours(self) -> dict[int, Hour]:
        authorisation = self._authorisation()
        found = {}
        for side, index in zip(_SIDES, self._indices(), strict=True):
            try:
                hour = _parse(self._tpm.read(index, authorisation, _HOUR.size))
            except NotOurs:
                continue
            if hour is not None:
                found[side] = hour
        return found

    def _define(self, index: int, authorisation: bytes) -> None:
        try:
            self._tpm.define(index, authorisation, _HOUR.size)
        except NotOurs:
            reason = "the TPM has an owner's password, so the keyring cannot make room in it"
            raise Misconfigured(details={"reason": reason}) from None

    def _authorisation(self) -> bytes:
        return hashlib.sha256(b"quietroom tpm, authorisation\0" + self._own()).digest()

    def _indices(self) -> tuple[int, int]:
        """A pair of this keyring's own among the owner's, so that two keyrings share one TPM."""
        named = hashlib.sha256(b"quietroom tpm, index\0" + self._own()).digest()
        first = OWNER_INDICES + (int.from_bytes(named[:3], "big") & 0x3FFFFE)
        return first, first + 1

    def _own(self) -> bytes:
        slots = SlotFile(self._access, 1)
        found = slots.read()
        if not found:
            slots.write(1, secrets.token_bytes(SECRET_BYTES))
            found = slots.read()
        return found[1]


def _packed(hour: Hour) -> bytes:
    fields = (_MAGIC, hour.number, hour.made_at_seconds, hour.generation, hour.key)
    head = _HOUR.pack(*fields, bytes(32))[:-32]
    return head + hashlib.sha256(head).digest()


def _parse(data: bytes) -> Hour | None:
    """None where nothing was written, or half of it."""
    if len(data) != _HOUR.size:
        return None
    magic, number, made_at_seconds, generation, key, digest = _HOUR.unpack(data)
    if magic != _MAGIC or hashlib.sha256(data[:-32]).digest() != digest:
        return None
    return Hour(number=number, made_at_seconds=made_at_seconds, generation=generation, key=key)
