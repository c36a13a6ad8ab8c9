"""Legal hold: while one stands, nothing of the client is destroyed; lifting it resumes at once."""

from dataclasses import dataclass

from appliance.domain import documents
from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.errors import Absent
from appliance.domain.hold import HoldReason, LegalHold
from appliance.domain.note import NoteDraft
from appliance.domain.people import Account
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.sealed import KeptNote
from appliance.domain.sentences import TYPED
from appliance.domain.transcript import Transcript
from appliance.steps.access import note, own_client
from appliance.steps.artefacts import read_chunks
from appliance.steps.box import Box
from appliance.steps.moves import doom_artefacts, want_sweep
from appliance.steps.records import Records

_TEXTS = frozenset({ArtefactKind.TRANSCRIPT, ArtefactKind.DRAFT, ArtefactKind.PENDING_NOTE})


@dataclass(frozen=True, kw_only=True)
class HeldText:
    """What is kept by a hold alone, line by line as it was said or written."""

    artefact: Artefact
    lines: tuple[str, ...]


def place_hold(box: Box, actor: Account, client_id: str, reason: HoldReason) -> None:
    """From now on nothing of this client is destroyed. A reason that holds already is left alone.

    Raises Absent for anyone else's client.
    """
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        if reason in {hold.reason for hold in records.holds.on_client(client_id)}:
            return
        hold = LegalHold(client_id=client_id, reason=reason, placed_by=actor.id, placed_at=now)
        records.holds.add(hold)
        facts: dict[str, str | int] = {"reason": reason.value}
        note(records, Action.HOLD_PLACED, now, actor=actor, client_id=client_id, facts=facts)


def lift_hold(box: Box, actor: Account, client_id: str, reason: HoldReason) -> int:
    """End one hold; with the last one, what it kept is doomed now and a sweep is asked for.

    Returns how many artefacts were doomed. Raises Absent.
    """
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        if not records.holds.lift(client_id, reason, actor.id, now):
            return 0
        facts: dict[str, str | int] = {"reason": reason.value}
        note(records, Action.HOLD_LIFTED, now, actor=actor, client_id=client_id, facts=facts)
        want_sweep(records, now)
        return 0 if records.holds.on_client(client_id) else _resume(records, client_id, actor, box)


def read_held(box: Box, actor: Account, client_id: str, artefact_id: str) -> HeldText:
    """What a hold alone keeps, in text, to answer whoever the hold is for. The reading is audited.

    Raises Absent for anything else, and for what a participant took consent back from: that
    stays out of everyone's reach.
    """
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        found = {artefact.id: artefact for artefact in records.artefacts.held(client_id)}
        artefact = found.get(artefact_id)
        if artefact is None or not is_readable_under_hold(artefact):
            raise Absent
        key = box.vault.open_key(records.artefacts.held_key(artefact_id))
        plain = read_chunks(records, box.vault, artefact, key)
        facts: dict[str, str | int] = {"artefact": artefact_id, "kind": artefact.kind.value}
        note(records, Action.HELD_READ, now, actor=actor, client_id=client_id, facts=facts)
    return HeldText(artefact=artefact, lines=_lines(artefact.kind, plain))


def is_readable_under_hold(artefact: Artefact) -> bool:
    """Text that a hold alone keeps, save what consent was withdrawn from."""
    is_text = artefact.kind in _TEXTS and artefact.held_at is not None
    return is_text and artefact.doom_rule is not Rule.CONSENT_WITHDRAWN


def _lines(kind: ArtefactKind, plain: bytes) -> tuple[str, ...]:
    if kind is ArtefactKind.TRANSCRIPT:
        said = documents.from_bytes(Transcript, plain).utterances
        return tuple(u.text if u.speaker == TYPED else f"{u.speaker}: {u.text}" for u in said)
    if kind is ArtefactKind.DRAFT:
        sections = documents.from_bytes(NoteDraft, plain).sections
        return tuple(
            f"{section.title}: {statement.text}"
            for section in sections
            for statement in section.statements
        )
    return tuple(documents.from_bytes(KeptNote, plain).note.text.splitlines())


def _resume(records: Records, client_id: str, actor: Account, box: Box) -> int:
    count = 0
    now = box.clock.now()
    for artefact in records.artefacts.held(client_id):
        rule = artefact.doom_rule or Rule.DEADLINE
        encounter = records.encounters.get(artefact.encounter_id) if artefact.encounter_id else None
        count += doom_artefacts(records, [artefact], rule, now, actor=actor, encounter=encounter)
    return count
