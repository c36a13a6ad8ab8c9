"""Moving an encounter along the table of `domain.lifecycle`, and dooming what must go with it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.consent import Consent, ConsentState
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.errors import UnderLegalHold, WrongStage
from appliance.domain.lifecycle import STAGE_WORDS, Event, Stage, after
from appliance.domain.masking.findings import Findings
from appliance.domain.people import Account
from appliance.domain.retention import BEFORE_SIGNING, ArtefactKind, RetentionSchedule, Rule
from appliance.domain.transcript import Origin
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.records import Records

SWEEP_WANTED = "sweep_wanted"


def move(records: Records, encounter: Encounter, event: Event, **changes: Any) -> Encounter:
    """Save the encounter at its next stage; what held it up is cleared unless `changes` says so."""
    fresh: dict[str, Any] = {
        "attention": None,
        "attempts": 0,
        "not_before_at": None,
        "done_share": None,
    }
    stage = after(encounter.stage, event, encounter_id=encounter.id)
    if stage not in (Stage.RECEIVING, Stage.RECORDED):
        records.captures.delete(encounter.id)  # whatever ended it, nothing more is taken
    return records.encounters.save(replace(encounter, stage=stage, **fresh | changes))


def still_there(records: Records, encounter: Encounter, *sources: Artefact) -> Encounter:
    """The encounter as it is now, if it is still at this stage and these very artefacts live.

    Between the reading of a step and its storing, words may have been discarded, consent withdrawn,
    or another recording sent: what was made from the old ones must not be stored. Raises WrongStage.
    """
    current = records.encounters.get(encounter.id)
    are_living = all(records.artefacts.get(source.id).doomed_at is None for source in sources)
    if current.stage is not encounter.stage or not are_living:
        raise WrongStage(encounter_id=encounter.id, details={"stage": STAGE_WORDS[current.stage]})
    return current


def hold_up(records: Records, encounter: Encounter, attention: Attention) -> Encounter:
    """Leave the encounter at its stage until the clinician has done something about it."""
    return records.encounters.save(replace(encounter, attention=attention, done_share=None))


def hold_up_at_gate(
    records: Records, box: Box, encounter: Encounter, source: Artefact, findings: Findings
) -> Encounter:
    """Leave it until its clinician has decided about what the gate found, sealed beside the words."""
    now = box.clock.now()
    doom(records, encounter, [ArtefactKind.GATE_FINDINGS], Rule.REPLACED, now)
    artefacts.keep(
        records,
        box.vault,
        ArtefactKind.GATE_FINDINGS,
        findings,
        now=now,
        encounter_id=encounter.id,
        client_id=encounter.client_id,
        due_at=source.due_at,  # with the words that it shows
    )
    return hold_up(records, encounter, Attention.GATE_BLOCKED)


def take_back(
    records: Records, encounter: Encounter, participant_id: str, actor: Account, now: datetime
) -> Encounter:
    """Note that consent is withdrawn; doom the recording and all that was made from it."""
    consent = Consent(
        participant_id=participant_id,
        state=ConsentState.WITHDRAWN,
        noted_by=actor.id,
        noted_at=now,
    )
    records.encounters.add_consent(encounter.id, consent)
    facts: dict[str, str | int] = {"participant": participant_id}
    note(records, Action.CONSENT_WITHDRAWN, now, actor=actor, encounter=encounter, facts=facts)
    recording = [ArtefactKind.RECORDING]
    if encounter.stage is Stage.OPEN:
        doom(records, encounter, recording, Rule.CONSENT_WITHDRAWN, now, actor=actor)
    if encounter.origin is not Origin.SPEECH or encounter.stage in (Stage.OPEN, Stage.SIGNED):
        return encounter
    doom(records, encounter, BEFORE_SIGNING, Rule.CONSENT_WITHDRAWN, now, actor=actor)
    return move(records, encounter, Event.CONSENT_WITHDRAWN, origin=None, first_word_at=None)


def require_unheld(records: Records, client_id: str) -> None:
    """Raises UnderLegalHold: a person may not destroy what a hold keeps."""
    if records.holds.on_client(client_id):
        raise UnderLegalHold


def want_sweep(records: Records, now: datetime) -> None:
    """Ask the worker for a sweep at once instead of within a minute."""
    records.heartbeats.beat(SWEEP_WANTED, now)


def doom(
    records: Records,
    encounter: Encounter,
    kinds: Iterable[ArtefactKind],
    rule: Rule,
    now: datetime,
    *,
    actor: Account | None = None,
) -> int:
    """Put every living artefact of these kinds out of reach; their keys go at the next turn.

    Under a legal hold they are out of reach too, and are destroyed when it is lifted.
    """
    living = records.artefacts.living(encounter_id=encounter.id, kinds=kinds)
    return doom_artefacts(records, living, rule, now, actor=actor, encounter=encounter)


def doom_artefacts(
    records: Records,
    going: Iterable[Artefact],
    rule: Rule,
    now: datetime,
    *,
    actor: Account | None = None,
    encounter: Encounter | None = None,
) -> int:
    """Put these artefacts out of reach. Returns how many were doomed that were not already.

    A legal hold comes before every rule: what it protects is held instead of doomed.
    """
    count = 0
    held: dict[str, bool] = {}
    for artefact in going:
        client_id = artefact.client_id or (encounter.client_id if encounter else "")
        if client_id not in held:
            held[client_id] = bool(records.holds.on_client(client_id))
        if held[client_id]:
            records.artefacts.hold([artefact.id], rule, now)
        else:
            count += records.artefacts.doom([artefact.id], rule, now)
        action = Action.HELD_BACK if held[client_id] else Action.DOOMED
        facts: dict[str, str | int] = {
            "artefact": artefact.id,
            "kind": artefact.kind.value,
            "rule": rule.value,
        }
        note(
            records,
            action,
            now,
            actor=actor,
            encounter=encounter,
            client_id=artefact.client_id,
            facts=facts,
        )
    return count


def schedule(records: Records) -> RetentionSchedule:
    """The practice's own deadlines."""
    practice = records.people.practice()
    return RetentionSchedule(
        transcript_days=practice.transcript_days,
        draft_days=practice.draft_days,
        copied_note_days=practice.copied_note_days,
        record_years=practice.record_years,
    )
