"""What a note is made from: the words, the filled-in sheet, and the client's record."""

from dataclasses import dataclass

from appliance.domain.encounter import Encounter, Observations, Sheet
from appliance.domain.formats import FORMATS
from appliance.domain.masking.findings import Findings
from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.note_text import section_lines
from appliance.domain.people import Account, ClientRecord
from appliance.domain.preferences import ChosenPreferences, choose
from appliance.domain.retention import ArtefactKind
from appliance.domain.sealed import KeptNote
from appliance.domain.transcript import Transcript
from appliance.steps import artefacts
from appliance.steps.box import Box
from appliance.steps.records import Records

PLAN_TITLES = frozenset(
    section.title
    for note_format in FORMATS.values()
    for section in note_format.sections
    if section.holds[0] == "plan"
)
GONE = "Client's record destroyed"


@dataclass(frozen=True, kw_only=True)
class ToMask:
    """All that a note would be made from, before masking, and what the masker has to know."""

    transcript: Transcript
    observations: tuple[MaskedLine, ...]
    record_facts: tuple[MaskedLine, ...]
    known: KnownRecord
    decided: Findings

    @property
    def utterances(self) -> tuple[MaskedLine, ...]:
        return tuple(
            MaskedLine(id=said.id, speaker=said.speaker, text=said.text)
            for said in self.transcript.utterances
        )

    @property
    def lines(self) -> tuple[MaskedLine, ...]:
        return (*self.utterances, *self.observations, *self.record_facts)


def to_mask(records: Records, box: Box, encounter: Encounter) -> ToMask:
    """Raises Destroyed, Absent."""
    transcript = transcript_of(records, box, encounter)
    sheet = sheet_of(records, box, encounter)
    record = client_record_of(records, box, encounter)
    decided = findings_of(records, box, encounter)
    return ToMask(
        transcript=transcript,
        observations=observation_lines(sheet.observations),
        record_facts=fact_lines(record, sheet, last_plan=last_plan(records, box, encounter)),
        known=known_record(record, sheet, records.people.accounts(), encounter, decided),
        decided=decided,
    )


def transcript_of(records: Records, box: Box, encounter: Encounter) -> Transcript:
    artefact = artefacts.require(records, ArtefactKind.TRANSCRIPT, encounter_id=encounter.id)
    return artefacts.read(records, box.vault, artefact, Transcript)


def sheet_of(records: Records, box: Box, encounter: Encounter) -> Sheet:
    artefact = artefacts.require(records, ArtefactKind.SHEET, encounter_id=encounter.id)
    return artefacts.read(records, box.vault, artefact, Sheet)


def client_record_of(records: Records, box: Box, encounter: Encounter) -> ClientRecord:
    artefact = artefacts.require(records, ArtefactKind.CLIENT_RECORD, client_id=encounter.client_id)
    return artefacts.read(records, box.vault, artefact, ClientRecord)


def findings_of(records: Records, box: Box, encounter: Encounter) -> Findings:
    """What the gate found in this encounter and what was decided; empty where it never stopped it."""
    artefact = artefacts.newest(records, ArtefactKind.GATE_FINDINGS, encounter_id=encounter.id)
    if artefact is None:
        return Findings()
    return artefacts.read(records, box.vault, artefact, Findings)


def client_record_or_gone(records: Records, box: Box, client_id: str) -> ClientRecord:
    """For showing what outlives a client's record: a name that says so."""
    artefact = artefacts.newest(records, ArtefactKind.CLIENT_RECORD, client_id=client_id)
    if artefact is None:
        return ClientRecord(name=GONE)
    return artefacts.read(records, box.vault, artefact, ClientRecord)


def known_record(
    record: ClientRecord,
    sheet: Sheet,
    accounts: tuple[Account, ...],
    encounter: Encounter,
    findings: Findings,
) -> KnownRecord:
    """Every name and fact that the box already knows around this client, and what was decided."""
    clinician = [a.display_name for a in accounts if a.id == encounter.clinician_id]
    others = [a for a in accounts if a.may_treat and a.id != encounter.clinician_id]
    colleagues = [a.display_name for a in others]
    pairs = [
        (record.name, "CLIENT"),
        *((name, "CLIENT") for name in record.nicknames),
        *((relation.name, relation.role.value.upper()) for relation in record.relations),
        *((p.name, p.role.value.upper()) for p in sheet.participants),
        *((name, "CLINICIAN") for name in clinician),
        *((name, "PERSON") for name in colleagues),
        (record.phone, "PHONE"),
        (record.email, "EMAIL"),
        (record.address, "ADDRESS"),
        (record.birth_date, "DATE"),
    ]
    return KnownRecord(
        names=tuple(
            KnownName(text=text.strip(), role=role) for text, role in pairs if text.strip()
        ),
        safe=record.safe_words,
        to_mask=findings.to_mask,
    )


def observation_lines(observations: Observations) -> tuple[MaskedLine, ...]:
    """The clinician's own observations as sources o1, o2, …, each with its field's name."""
    filled = [(name, text) for name, text in vars(observations).items() if text.strip()]
    return tuple(
        MaskedLine(id=f"o{number}", speaker=name, text=text)
        for number, (name, text) in enumerate(filled, start=1)
    )


def last_plan(records: Records, box: Box, encounter: Encounter) -> tuple[str, ...]:
    """The lines under Plan of the client's last signed note; none where there is none here."""
    artefact = artefacts.newest(records, ArtefactKind.SIGNED_NOTE, client_id=encounter.client_id)
    if artefact is None or artefact.encounter_id == encounter.id:
        return ()
    return section_lines(
        artefacts.read(records, box.vault, artefact, KeptNote).note.text, PLAN_TITLES
    )


def fact_lines(
    record: ClientRecord, sheet: Sheet, *, last_plan: tuple[str, ...] = ()
) -> tuple[MaskedLine, ...]:
    """What the record already holds as sources r1, r2, …: diagnosis, goals, the last note's plan."""
    facts = [("diagnosis", sheet.header.diagnosis or record.diagnosis)]
    facts += [("plan_goal", sheet.header.plan_goal)] if sheet.header.plan_goal else []
    facts += [("plan_goal", goal) for goal in record.plan_goals if goal != sheet.header.plan_goal]
    facts += [("last_plan", line) for line in last_plan]
    return tuple(
        MaskedLine(id=f"r{number}", speaker=name, text=text)
        for number, (name, text) in enumerate([f for f in facts if f[1].strip()], start=1)
    )


def chosen_preferences(
    records: Records, record: ClientRecord, encounter: Encounter
) -> ChosenPreferences:
    """The practice's, clinician's, client's and this encounter's choices; nearest wins."""
    return choose(
        (
            records.people.practice_preferences(),
            records.people.account_preferences(encounter.clinician_id),
            record.preferences,
            encounter.preferences,
        )
    )
