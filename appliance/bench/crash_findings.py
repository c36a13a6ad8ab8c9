"""Holds a record that was killed against what it had acknowledged."""

import base64
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.bench.crash_flow import journal_lines, sound_of
from appliance.bench.trial import let_go
from appliance.domain.audit import verify_chain
from appliance.domain.encounter import Encounter
from appliance.domain.errors import ChainBroken, QuietroomError, SealBroken
from appliance.domain.lifecycle import Stage
from appliance.domain.retention import ArtefactKind
from appliance.domain.vault import KeyGone, Root, WrappedKey
from appliance.steps import artefacts
from appliance.steps.box import Box
from appliance.steps.records import Records

HAS_SOUND = (Stage.RECEIVING, Stage.RECORDED)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What was tried, and what was found wrong; every count but the first three should be 0."""

    database: str
    kills: int
    kills_by_kind: dict[str, int]
    certificates: int
    recordings_lost: int
    past_their_deadline: int
    certified_but_readable: int
    runs_not_ended: int
    survivors_shut: int
    is_chain_valid: bool

    @property
    def holds(self) -> bool:
        wrong = (
            self.recordings_lost
            + self.past_their_deadline
            + self.certified_but_readable
            + self.runs_not_ended
            + self.survivors_shut
        )
        return wrong == 0 and self.is_chain_valid and self.certificates > 0


class Inspector:
    """Looks between runs, when nothing else has the box open but the keyring."""

    def __init__(self, box: Box, journal: Path, keys_given: Path) -> None:
        self._box = box
        self._journal = journal
        self._keys_given = keys_given
        self._wrong: Counter[str] = Counter()
        self._certificates_seen: set[int] = set()
        self._keys: dict[str, list[WrappedKey]] = {}
        self._keys_read_bytes = 0

    def after_kill(self, number: int) -> None:
        """Before anything is started again: every acknowledged byte is there."""
        said = [line for line in journal_lines(self._journal) if line[0] == number]
        held = {name: count for _, what, name, count in said if what == "acknowledged"}
        for encounter_id, count in held.items():
            with self._box.database.read() as records:
                if not self._has_sound(records, encounter_id, number, count):
                    self._wrong["lost"] += 1
        let_go(self._box)

    def _has_sound(
        self, records: Records, encounter_id: str, number: int, acknowledged: int
    ) -> bool:
        encounter = records.encounters.get(encounter_id)
        if encounter.stage not in HAS_SOUND:
            return encounter.first_word_at is not None
        with suppress(QuietroomError):
            recording = artefacts.require(
                records, ArtefactKind.RECORDING, encounter_id=encounter_id
            )
            sound = artefacts.read_bytes(records, self._box.vault, recording)
            return len(sound) >= acknowledged and sound_of(number).startswith(sound)
        return False

    def ended(self, number: int, *, is_well: bool) -> None:
        if not is_well:
            self._wrong["not ended"] += 1

    def after(self, number: int) -> None:
        """When a run is over: certificates, deadlines, survivors."""
        self._read_keys()
        lines = [line for line in journal_lines(self._journal) if line[0] == number]
        self._wrong["overdue"] += sum(count for _, what, _, count in lines if what == "overdue")
        with self._box.database.read() as records:
            for name in {name for _, what, name, _ in lines if what in ("opened", "words")}:
                self._look_at(records, records.encounters.get(name))
        let_go(self._box)

    def _look_at(self, records: Records, encounter: Encounter) -> None:
        for certificate in records.certificates.of_encounter(encounter.id):
            if certificate.number not in self._certificates_seen:
                self._certificates_seen.add(certificate.number)
                self._wrong["readable"] += self._is_readable(records, certificate.artefact_id)
        for artefact in records.artefacts.living(encounter_id=encounter.id):
            if artefact.due_at is not None and artefact.due_at <= self._box.clock.now():
                self._wrong["overdue"] += 1
            try:
                artefacts.read_bytes(records, self._box.vault, artefact)
            except (KeyGone, SealBroken):
                self._wrong["shut"] += 1

    def _is_readable(self, records: Records, artefact_id: str) -> bool:
        """By the box's own way, or by any wrapped key that the keyring ever gave out for it."""
        if not artefacts.is_gone(records, self._box.vault, records.artefacts.get(artefact_id)):
            return True
        for key in self._keys.get(artefact_id, []):
            with suppress(KeyGone):
                self._box.vault.open_key(key)
                return True
        return False

    def _read_keys(self) -> None:
        with self._keys_given.open("rb") as file:
            file.seek(self._keys_read_bytes)
            for line in file:
                name, root, generation, wrapped = json.loads(line)
                key = WrappedKey(
                    artefact_id=name,
                    root=Root(root),
                    generation=generation,
                    wrapped=base64.b64decode(wrapped),
                )
                self._keys.setdefault(name, []).append(key)
            self._keys_read_bytes = file.tell()

    def findings(self, database: str, kills: dict[str, int]) -> Findings:
        with self._box.database.read() as records:
            certificates = sum(1 for _ in records.certificates.all())
            try:
                is_valid = verify_chain(records.audit.links()) == records.audit.head()[1]
            except ChainBroken:
                is_valid = False
        let_go(self._box)
        return Findings(
            database=database,
            kills=sum(kills.values()),
            kills_by_kind=kills,
            certificates=certificates,
            recordings_lost=self._wrong["lost"],
            past_their_deadline=self._wrong["overdue"],
            certified_but_readable=self._wrong["readable"],
            runs_not_ended=self._wrong["not ended"],
            survivors_shut=self._wrong["shut"],
            is_chain_valid=is_valid,
        )
