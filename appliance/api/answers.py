"""What the API answers: the record's own types where they fit, and views of it where they do not."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from appliance.api.usage import UsageAnswer, usage_of
from appliance.domain.artefact import Artefact
from appliance.domain.attention import ATTENTION_WORDS
from appliance.domain.consent import Consent
from appliance.domain.destruction import (
    STATE_WORDS,
    Certificate,
    DestructionState,
    certificate_body,
)
from appliance.domain.encounter import Attention, Encounter, EncounterKind, Sheet
from appliance.domain.hold import HoldReason, LegalHold
from appliance.domain.lifecycle import STAGE_WORDS, Stage
from appliance.domain.loops import looping
from appliance.domain.masking.gate import BlockedSpan
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.note import Addendum, NoteDraft, NoteFormat, SignedNote
from appliance.domain.people import Account, ClientRecord, RecordKept
from appliance.domain.preferences import ChosenPreferences, Preferences
from appliance.domain.retention import ArtefactKind, Reminder, Rule
from appliance.domain.risk import SAYS, RiskLine, risk_lines
from appliance.domain.sealed import KeptNote
from appliance.domain.transcript import Origin, Transcript
from appliance.steps.read_record import EncounterLine, EncounterView
from appliance.steps.readiness import Readiness
from appliance.steps.show_masking import MaskingView

KEPT = "kept"


class Answer(BaseModel):
    """Moments are in UTC; what is gone or was never there is null."""

    model_config = ConfigDict(frozen=True)


# People --------------------------------------------------------------------------------------------


class SignInAnswer(Answer):
    """`token` goes into the Authorization header: `Bearer <token>`."""

    token: str
    account: Account


class AccountAnswer(Answer):
    account: Account


class ClientAnswer(Answer):
    id: str
    record: ClientRecord


class ClientsAnswer(Answer):
    clients: tuple[ClientAnswer, ...]


class HoldAnswer(Answer):
    reason: HoldReason
    placed_at: datetime
    placed_by: str


class PreferencesAnswer(Answer):
    """The practice's choices and one's own; nearest wins."""

    practice: Preferences
    own: Preferences


class FormatsAnswer(Answer):
    formats: tuple[NoteFormat, ...]


class MethodAnswer(Answer):
    key: str
    title: str


class MethodsAnswer(Answer):
    methods: tuple[MethodAnswer, ...]


class EnergyAnswer(Answer):
    """What the GPU used, or that it is not measured and why, as one sentence."""

    sentence: str


# An encounter --------------------------------------------------------------------------------------


class AttentionAnswer(Answer):
    code: Attention
    sentence: str


class EncounterState(Answer):
    """Where an encounter is, without content. `done_share`: 0 to 1, of the step under way."""

    id: str
    kind: EncounterKind
    stage: Stage
    stage_words: str
    done_share: float | None
    attention: AttentionAnswer | None
    attempts: int
    revision: int
    signed_at: datetime | None


class EncounterLineAnswer(Answer):
    state: EncounterState
    client_id: str
    client_name: str
    scheduled_at: datetime
    words_due_at: datetime | None
    reminder: Reminder | None
    is_on_hold: bool


class EncountersAnswer(Answer):
    encounters: tuple[EncounterLineAnswer, ...]


class ArtefactAnswer(Answer):
    """One sealed thing. `state_words` says "kept" while it lives, then how far destruction is."""

    id: str
    kind: ArtefactKind
    made_at: datetime
    size_bytes: int
    due_at: datetime | None
    due_rule: Rule | None
    doomed_at: datetime | None
    doom_rule: Rule | None
    destroyed_at: datetime | None
    state: DestructionState | None
    state_words: str
    certificate_number: int | None


class CertificateAnswer(Answer):
    """`signature` (base64) is Ed25519 (RFC 8032) over the UTF-8 bytes of `signed_text`."""

    number: int
    artefact_id: str
    artefact_kind: ArtefactKind
    client_id: str | None
    encounter_id: str | None
    rule: Rule
    made_at: datetime
    due_at: datetime | None
    doomed_at: datetime
    destroyed_at: datetime
    root_generation_gone: int
    root_provider: str
    provider_limit: str
    chain_head: str
    previous_hash: str
    signed_text: str
    signature: str


class StepRunAnswer(Answer):
    step: str
    seconds: float
    outcome: str


class RiskAnswer(Answer):
    """Utterances whose words may bear on risk: a search aid, not a risk assessment.

    `says` is to be shown with the list, an empty one as well. "said right beside it": no word of risk
    itself, but near one that has.
    """

    says: str
    lines: tuple[RiskLine, ...]


class EncounterAnswer(Answer):
    """Everything of one encounter that its clinician may see.

    `upload_id` names the recording that is arriving, under `uploads`; null where none is.
    `sent_back_reason`: what the supervisor said who declined to co-sign; empty otherwise.
    `looping`: ids of utterances in which speech recognition seems to have got stuck; an utterance's
    `unsure` are places of words that it was not sure of.
    A statement's sources are ids of the transcript's utterances and of `other_sources`: the
    clinician's observations and the record's facts.
    """

    state: EncounterState
    client_id: str
    client_name: str
    clinician_id: str
    made_at: datetime
    scheduled_at: datetime
    origin: Origin | None
    engine: str | None
    is_demo_engine: bool
    sheet: Sheet
    sent_back_reason: str
    consents: dict[str, Consent]
    chosen: ChosenPreferences
    transcript: Transcript | None
    looping: tuple[str, ...]
    risk_search: RiskAnswer | None
    other_sources: tuple[MaskedLine, ...]
    copied_forward: tuple[str, ...]
    draft: NoteDraft | None
    note: SignedNote | None
    addenda: tuple[Addendum, ...]
    readiness: Readiness | None
    artefacts: tuple[ArtefactAnswer, ...]
    certificates: tuple[CertificateAnswer, ...]
    steps: tuple[StepRunAnswer, ...]
    words_due_at: datetime | None
    draft_due_at: datetime | None
    holds: tuple[HoldAnswer, ...]
    sources_destroyed_at: datetime | None
    record_kept: RecordKept
    copied_at: datetime | None
    received_bytes: int
    upload_id: str | None
    has_failed_recording: bool
    usage: UsageAnswer


class UploadAnswer(Answer):
    """A recording on its way; `until`: it is destroyed then unless more of it arrives."""

    id: str
    length_bytes: int
    received_bytes: int
    until: datetime | None


class MaskedAnswer(Answer):
    """What the note model was given, and what each placeholder stands for.

    `is_held_back`: the check before it stopped this, so that nothing was given; `left` is what it
    still finds, at offsets of the masked lines.
    """

    origin: Origin
    utterances: tuple[MaskedLine, ...]
    observations: tuple[MaskedLine, ...]
    record_facts: tuple[MaskedLine, ...]
    placeholders: dict[str, str]
    is_held_back: bool
    left: tuple[BlockedSpan, ...]


class NoteAnswer(Answer):
    note: SignedNote
    addenda: tuple[Addendum, ...]


# Made from the record ------------------------------------------------------------------------------


def state_of(encounter: Encounter) -> EncounterState:
    attention = encounter.attention
    return EncounterState(
        id=encounter.id,
        kind=encounter.kind,
        stage=encounter.stage,
        stage_words=STAGE_WORDS[encounter.stage],
        done_share=encounter.done_share,
        attention=AttentionAnswer(code=attention, sentence=ATTENTION_WORDS[attention].sentence)
        if attention
        else None,
        attempts=encounter.attempts,
        revision=encounter.revision,
        signed_at=encounter.signed_at,
    )


def line_of(line: EncounterLine) -> EncounterLineAnswer:
    return EncounterLineAnswer(
        state=state_of(line.encounter),
        client_id=line.encounter.client_id,
        client_name=line.client_name,
        scheduled_at=line.encounter.scheduled_at,
        words_due_at=line.words_due_at,
        reminder=line.reminder,
        is_on_hold=line.is_on_hold,
    )


def encounter_of(view: EncounterView) -> EncounterAnswer:
    encounter = view.encounter
    numbers = {c.artefact_id: c.number for c in view.certificates}
    return EncounterAnswer(
        state=state_of(encounter),
        client_id=encounter.client_id,
        client_name=view.client_name,
        clinician_id=encounter.clinician_id,
        made_at=encounter.made_at,
        scheduled_at=encounter.scheduled_at,
        origin=encounter.origin,
        engine=encounter.engine,
        is_demo_engine=encounter.is_demo_engine,
        sheet=view.sheet,
        sent_back_reason=view.sheet.sent_back_reason,
        consents=dict(view.consents),
        chosen=view.chosen,
        transcript=view.transcript,
        looping=_looping(view.transcript),
        risk_search=RiskAnswer(says=SAYS, lines=risk_lines(view.transcript.utterances))
        if view.transcript
        else None,
        other_sources=view.other_sources,
        copied_forward=view.copied_forward,
        draft=view.draft,
        note=view.kept.note if view.kept else None,
        addenda=view.kept.addenda if view.kept else (),
        readiness=view.ready,
        artefacts=tuple(_artefact(a, numbers.get(a.id)) for a in view.artefacts),
        certificates=tuple(map(certificate_of, view.certificates)),
        steps=tuple(
            StepRunAnswer(step=step, seconds=seconds, outcome=outcome)
            for step, seconds, outcome in view.step_runs
        ),
        words_due_at=view.words_due_at,
        draft_due_at=view.draft_due_at,
        holds=tuple(map(hold_of, view.holds)),
        sources_destroyed_at=encounter.sources_destroyed_at,
        record_kept=view.record_kept,
        copied_at=encounter.copied_at,
        received_bytes=view.received_bytes,
        upload_id=view.upload_id,
        has_failed_recording=view.has_failed_recording,
        usage=usage_of(view.energy),
    )


def _looping(transcript: Transcript | None) -> tuple[str, ...]:
    if transcript is None or transcript.origin is Origin.TYPED:
        return ()
    return tuple(sorted(looping(transcript.utterances)))


def _artefact(artefact: Artefact, certificate_number: int | None) -> ArtefactAnswer:
    return ArtefactAnswer(
        id=artefact.id,
        kind=artefact.kind,
        made_at=artefact.made_at,
        size_bytes=artefact.size_bytes,
        due_at=artefact.due_at,
        due_rule=artefact.due_rule,
        doomed_at=artefact.doomed_at,
        doom_rule=artefact.doom_rule,
        destroyed_at=artefact.destroyed_at,
        state=artefact.state,
        state_words=STATE_WORDS[artefact.state] if artefact.state else KEPT,
        certificate_number=certificate_number,
    )


def certificate_of(certificate: Certificate) -> CertificateAnswer:
    stated = {
        name: getattr(certificate, name)
        for name in CertificateAnswer.model_fields
        if name != "signed_text"
    }
    return CertificateAnswer(**stated, signed_text=certificate_body(certificate).decode())


def hold_of(hold: LegalHold) -> HoldAnswer:
    return HoldAnswer(reason=hold.reason, placed_at=hold.placed_at, placed_by=hold.placed_by)


def masked_of(view: MaskingView) -> MaskedAnswer:
    return MaskedAnswer(
        origin=view.text.origin,
        utterances=view.text.utterances,
        observations=view.text.observations,
        record_facts=view.text.record_facts,
        placeholders=dict(view.names.canonical),
        is_held_back=view.is_held_back,
        left=view.left,
    )


def note_of(kept: KeptNote) -> NoteAnswer:
    return NoteAnswer(note=kept.note, addenda=kept.addenda)
