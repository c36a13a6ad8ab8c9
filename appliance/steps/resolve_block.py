"""What the gate stopped → masking again: its clinician looks at each finding and says what it is."""

from collections.abc import Mapping
from dataclasses import replace

from appliance.domain.audit import Action
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.errors import WrongStage
from appliance.domain.lifecycle import STAGE_WORDS, Event
from appliance.domain.masking.decided import is_of_record, words_of
from appliance.domain.masking.findings import (
    Decision,
    Finding,
    Findings,
    FindingStale,
    NamedOnRecord,
    after_decisions,
    to_decide,
)
from appliance.domain.people import Account, ClientRecord
from appliance.domain.retention import ArtefactKind
from appliance.steps import artefacts
from appliance.steps.access import note, own_encounter
from appliance.steps.box import Box
from appliance.steps.moves import move
from appliance.steps.records import Records
from appliance.steps.sources import known_record, sheet_of


def view_findings(box: Box, actor: Account, encounter_id: str) -> tuple[Finding, ...]:
    """What its own clinician is to decide about; empty where the gate holds nothing up.

    Raises Absent for anyone else's encounter.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        found = _open_findings(records, box, encounter)[1] if _is_blocked(encounter) else ()
        facts: dict[str, str | int] = {"findings": len(found)}
        note(records, Action.FINDINGS_READ, now, actor=actor, encounter=encounter, facts=facts)
    return found


def decide_findings(
    box: Box, actor: Account, encounter_id: str, decisions: Mapping[str, Decision]
) -> Encounter:
    """Take decisions by finding's id; when none is left to take, masking begins again by itself.

    All of them count, or none. Raises Absent, WrongStage where the gate holds nothing up,
    FindingStale for what is not among the findings, NamedOnRecord.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if not _is_blocked(encounter):
            details = {"stage": STAGE_WORDS[encounter.stage]}
            raise WrongStage(encounter_id=encounter_id, details=details)
        findings, open_ones = _open_findings(records, box, encounter)
        by_id = {finding.id: finding for finding in open_ones}
        if not decisions.keys() <= by_id.keys():
            raise FindingStale(encounter_id=encounter_id)
        decided = {by_id[found]: what for found, what in decisions.items()}
        safe = tuple(f.text for f, what in decided.items() if what is Decision.SAFE)
        _remember_safe(records, box, encounter, findings, safe)
        left = after_decisions(findings, decided)
        artefact = artefacts.require(records, ArtefactKind.GATE_FINDINGS, encounter_id=encounter_id)
        artefacts.rewrite(records, box.vault, artefact, left)
        facts: dict[str, str | int] = {
            "masked": len(decided) - len(safe),
            "safe": len(safe),
            "left": len(open_ones) - len(decided),
        }
        note(records, Action.FINDINGS_DECIDED, now, actor=actor, encounter=encounter, facts=facts)
        if left.mentions:
            return records.encounters.save(encounter)
        return move(records, encounter, Event.FINDINGS_DECIDED)


def _is_blocked(encounter: Encounter) -> bool:
    return encounter.attention is Attention.GATE_BLOCKED


def _open_findings(
    records: Records, box: Box, encounter: Encounter
) -> tuple[Findings, tuple[Finding, ...]]:
    artefact = artefacts.newest(records, ArtefactKind.GATE_FINDINGS, encounter_id=encounter.id)
    if artefact is None:
        return Findings(), ()
    findings = artefacts.read(records, box.vault, artefact, Findings)
    return findings, to_decide(findings, artefact.id)


def _remember_safe(
    records: Records, box: Box, encounter: Encounter, findings: Findings, safe: tuple[str, ...]
) -> None:
    """Keep them in the client's record, under its key. Raises NamedOnRecord."""
    if not safe:
        return
    artefact = artefacts.require(records, ArtefactKind.CLIENT_RECORD, client_id=encounter.client_id)
    record = artefacts.read(records, box.vault, artefact, ClientRecord)
    sheet = sheet_of(records, box, encounter)
    known = known_record(record, sheet, records.people.accounts(), encounter, findings)
    if any(is_of_record(phrase, known) for phrase in safe):
        raise NamedOnRecord(encounter_id=encounter.id)
    by_words = {words_of(phrase): phrase for phrase in (*record.safe_words, *safe)}
    changed = replace(record, safe_words=tuple(by_words.values()))
    artefacts.rewrite(records, box.vault, artefact, changed)
