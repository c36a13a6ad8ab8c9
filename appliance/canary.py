"""The canary: once a day the box treats a client that does not exist, and hunts for what is left.

One session is typed and one is recorded; both take the way that every session takes. Their note is
"copied elsewhere" and discarded, so that nothing of them is kept: when every certificate is written,
the words, what was heard and the sound itself are hunted for.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from appliance.adapters.residue.hand_back import read_report
from appliance.adapters.residue.hunt import hunt
from appliance.adapters.residue.invented import heard_phrases, invented_word, noisy_recording
from appliance.adapters.residue.order import write_order
from appliance.adapters.residue.patterns import Canary, patterns_of
from appliance.adapters.residue.places import places_of
from appliance.adapters.telemetry.log import event
from appliance.domain.audit import Action
from appliance.domain.canary import (
    APART,
    CANARY_ACCOUNT_ID,
    CanaryResult,
    facts_of,
)
from appliance.domain.consent import ConsentState
from appliance.domain.encounter import Encounter, EncounterKind, Modality
from appliance.domain.errors import Absent, QuietroomError, Refused, ResidueFound
from appliance.domain.lifecycle import WORK, Stage
from appliance.domain.people import Account, AccountRole, ClientRecord
from appliance.domain.recording import MIB
from appliance.domain.residue import HuntReport, Outcome
from appliance.domain.retention import ArtefactKind, Rule
from appliance.residue import where_of
from appliance.settings import Settings
from appliance.steps import receive_recording
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.edit_draft import discard_words
from appliance.steps.keep_clients import add_client
from appliance.steps.moves import doom_artefacts
from appliance.steps.prepare_encounter import fill_sheet, note_consent, open_encounter
from appliance.steps.read_canary import last_canary, last_flight, last_whole_hunt
from appliance.steps.read_record import view_encounter
from appliance.steps.sign_note import sign
from appliance.steps.take_summary import take_summary

FIRST_AFTER_SECONDS = 600.0
LOOK_EVERY_SECONDS = 30.0
PATIENCE_SECONDS = 3600.0
POLL_SECONDS = 1.0
_ACCOUNT = Account(
    id=CANARY_ACCOUNT_ID,
    user_name=" canary",  # with a blank in front: no name that is typed begins like that
    display_name="The box's own canary",
    credentials="",
    role=AccountRole.BOX,
)
_CLIENT = ClientRecord(name="Canary Quietroom", birth_date="2000-01-01", diagnosis="Z00.00")
Wait = Callable[[float], bool]
"""Waits so many seconds; True as soon as the program is to stop."""
Hunt = Callable[[Canary, datetime], HuntReport]


class NotFinished(Exception):
    """The canary did not get to its end in time, or the program stops."""


def keep_canaries(settings: Settings, box: Box, stop: threading.Event) -> None:
    """In a thread of the worker: a canary a day, the first when the box has run for ten minutes.

    What root's hunt came to is taken over at any time.
    """
    hunting = _hunting(settings)
    first_at_seconds = time.monotonic() + FIRST_AFTER_SECONDS
    while not stop.is_set():
        try:
            take_hunt(settings, box)
            is_warm = time.monotonic() >= first_at_seconds
            if is_warm and is_due(box, is_lost=not settings.canary_order.exists()):
                run_canary(box, hunting, stop.wait, root_follows=_root_follows(settings))
        except ResidueFound as error:
            event("promise_broken", code=error.code)
        except QuietroomError as error:
            event("canary_failed", code=error.code)
        except Exception as error:  # noqa: BLE001 - the next round tries again
            event("canary_failed", code=type(error).__name__)
        stop.wait(LOOK_EVERY_SECONDS)


def is_due(box: Box, *, is_lost: bool = False) -> bool:
    """A day after the last one, and never before a session that waits.

    At once where a restart of the machine took the last one (`is_lost`) before root's hunt for it.
    """
    last, result = last_flight(box), last_canary(box)
    waits_for_root = result is not None and result.root_follows and result.outcome is not None
    is_over = last is None or not timedelta(0) <= box.clock.now() - last.at < APART
    if not is_over and not (is_lost and waits_for_root):
        return False
    with box.database.read() as records:
        stages = records.encounters.count_by_stage()
    return not any(stages.get(stage, 0) for stage in WORK)


def _root_follows(settings: Settings) -> bool:
    return settings.hunt_directory is not None


def take_hunt(settings: Settings, box: Box, *, owner_uid: int = 0) -> CanaryResult | None:
    """Put what root's hunt came to on the audit chain, once; None where there is nothing new.

    Raises ResidueFound where it found something, whichever canary it was.
    """
    if settings.hunt_directory is None:
        return None
    hunted = read_report(settings.hunt_directory, owner_uid=owner_uid)
    flown, before = last_flight(box), last_whole_hunt(box)
    if hunted is None or flown is None or (before and _is_same(hunted, before)):
        return None
    if hunted.made_at != flown.made_at and hunted.outcome is not Outcome.FOUND:
        return None
    if hunted.whole_at is None and before is not None:
        hunted = replace(hunted, whole_at=before.whole_at)
    with box.database.write() as records:
        note(records, Action.RESIDUE_HUNTED, box.clock.now(), facts=facts_of(hunted))
    if hunted.outcome is Outcome.FOUND:
        raise ResidueFound(details={"finds": hunted.finds})
    return hunted


def _is_same(one: CanaryResult, other: CanaryResult) -> bool:
    return (one.made_at, one.outcome, one.finds, one.unread) == (
        other.made_at,
        other.outcome,
        other.finds,
        other.unread,
    )


def run_canary(
    box: Box,
    hunting: Hunt,
    wait: Wait,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
    root_follows: bool = False,
) -> CanaryResult:
    """One canary from its first word to the end of the hunt; its result is on the audit chain.

    `root_follows`: the worker is confined, so that nothing is clean before root has hunted too.
    Raises ResidueFound when something is left of it.
    """
    began_at = box.clock.now()
    nothing = CanaryResult(at=began_at, outcome=None, made_at=began_at, root_follows=root_follows)
    flight = _Flight(box, wait, time.monotonic() + patience_seconds)
    try:
        flight.clear_up()
        canary = flight.fly()
    except NotFinished:
        if wait(0):
            raise
        return _remember(box, replace(nothing, at=box.clock.now()))
    except QuietroomError as error:
        event("canary_failed", code=error.code)
        return _remember(box, replace(nothing, at=box.clock.now()))
    report = hunting(canary, began_at)
    result = replace(
        nothing,
        at=box.clock.now(),
        outcome=_outcome_of(report, root_follows=root_follows),
        places=sum(place.is_there for place in report.places),
        size_bytes=report.size_bytes,
        finds=len(report.finds),
        unread=len(report.unread),
        millijoules=flight.millijoules(),
    )
    _remember(box, result)
    for place, find in report.finds:
        event("residue_found", place=place.replace(" ", "_"), form=find.form.value)
    if result.outcome is Outcome.FOUND:
        raise ResidueFound(details={"finds": result.finds})
    return result


def _outcome_of(report: HuntReport, *, root_follows: bool) -> Outcome:
    """What is hidden from a confined worker does not even show as unread: it cannot say clean."""
    is_clean = report.outcome is Outcome.CLEAN
    return Outcome.INCOMPLETE if is_clean and root_follows else report.outcome


def _remember(box: Box, result: CanaryResult) -> CanaryResult:
    with box.database.write() as records:
        note(records, Action.CANARY_HUNTED, result.at, facts=facts_of(result))
    return result


def _hunting(settings: Settings) -> Hunt:
    """Everything that the worker may read; root's own hunt is left what it needs to go further."""

    def hunting(canary: Canary, made_at: datetime) -> HuntReport:
        write_order(settings.canary_order, canary, made_at)
        where = replace(where_of(settings), made_at_seconds=made_at.timestamp())
        return hunt(places_of(where), patterns_of(canary))

    return hunting


@dataclass
class _Flight:
    """One canary's way along the flow."""

    box: Box
    wait: Wait
    deadline_seconds: float
    encounters: tuple[str, ...] = ()

    def clear_up(self) -> None:
        """Destroy what a canary left that was cut off: its words are not known any more."""
        actor = _account(self.box)
        with self.box.database.read() as records:
            unfinished = records.encounters.unfinished_of(actor.id)
        for encounter in unfinished:
            _give_up(self.box, actor, encounter)

    def fly(self) -> Canary:
        """Type, record, wait, sign, discard, and wait for the certificates. Raises NotFinished."""
        actor = _account(self.box)
        client_id = _client(self.box, actor)
        words = tuple(invented_word() for _ in range(2))
        typed, spoken = (self._opened(actor, client_id) for _ in range(2))
        self.encounters = (typed, spoken)
        text = f"Client spoke about a {words[0]} and slept badly. Plan: bring the {words[1]}."
        take_summary(self.box, actor, typed, text)
        media, pcm = noisy_recording(self.box.decoder)
        self._send(actor, spoken, media)
        for encounter_id in self.encounters:
            self._until(lambda each=encounter_id: self._has_come_to_rest(each))  # type: ignore[misc]
        heard = heard_phrases(view_encounter(self.box, actor, spoken).transcript)
        for encounter_id in self.encounters:
            self._finish(actor, encounter_id)
        self._until(self._is_destroyed)
        return Canary(typed=words, spoken=heard, pcm=pcm, media=media)

    def millijoules(self) -> int | None:
        with self.box.database.read() as records:
            parts = [records.encounters.energy_millijoules(each) for each in self.encounters]
        return None if None in parts else sum(filter(None, parts))

    def _opened(self, actor: Account, client_id: str) -> str:
        now = self.box.clock.now()
        kind, modality = EncounterKind.INDIVIDUAL, Modality.IN_PERSON
        opened = open_encounter(self.box, actor, client_id, kind, now, modality=modality)
        header = view_encounter(self.box, actor, opened.id).sheet.header
        filled = replace(
            header,
            stopped_at=now + timedelta(minutes=50),
            times_confirmed_by=actor.line,
            place_of_service="11",
            client_location="here",
            service_code="90834",
        )
        fill_sheet(self.box, actor, opened.id, header=filled)
        return opened.id

    def _send(self, actor: Account, encounter_id: str, media: bytes) -> None:
        for person in view_encounter(self.box, actor, encounter_id).sheet.participants:
            note_consent(self.box, actor, encounter_id, person.id, ConsentState.GIVEN)
        size = len(media)
        begun = receive_recording.begin(self.box, actor, encounter_id, length_bytes=size)
        for start in range(0, size, MIB):
            piece = media[start : start + MIB]
            receive_recording.take(self.box, actor, encounter_id, begun.id, start, piece)

    def _has_come_to_rest(self, encounter_id: str) -> bool:
        encounter = self._get(encounter_id)
        return encounter.stage is Stage.DRAFTED or encounter.attention is not None

    def _finish(self, actor: Account, encounter_id: str) -> None:
        """Sign; what no person could sign as it stands is discarded. Then nothing may be left."""
        encounter = self._get(encounter_id)
        try:
            sign(self.box, actor, encounter_id, encounter.revision)
        except (Refused, Absent):
            _give_up(self.box, actor, encounter)
        else:
            _discard_rest(self.box, actor, encounter_id)

    def _is_destroyed(self) -> bool:
        with self.box.database.read() as records:
            return all(
                artefact.destroyed_at is not None
                for each in self.encounters
                for artefact in records.artefacts.of_encounter(each)
            )

    def _get(self, encounter_id: str) -> Encounter:
        with self.box.database.read() as records:
            return records.encounters.get(encounter_id)

    def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            if self.wait(POLL_SECONDS) or time.monotonic() > self.deadline_seconds:
                raise NotFinished


def _account(box: Box) -> Account:
    with box.database.write() as records:
        try:
            return records.people.account(CANARY_ACCOUNT_ID)
        except Absent:
            records.people.add_account(_ACCOUNT, "!")  # no password has this hash
            note(
                records,
                Action.ACCOUNT_CREATED,
                box.clock.now(),
                facts={"account": CANARY_ACCOUNT_ID},
            )
    return _ACCOUNT


def _client(box: Box, actor: Account) -> str:
    with box.database.read() as records:
        known = records.people.clients_of(actor.id)
    return known[0] if known else add_client(box, actor, _CLIENT).id


def _give_up(box: Box, actor: Account, encounter: Encounter) -> None:
    match encounter.stage:
        case Stage.OPEN:
            pass
        case Stage.RECEIVING:
            receive_recording.abandon(box, actor, encounter.id)
        case _:
            discard_words(box, actor, encounter.id)
    _discard_rest(box, actor, encounter.id)


def _discard_rest(box: Box, actor: Account, encounter_id: str) -> None:
    """The copied note and the sheet: of a canary not even the record is kept."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = records.encounters.get(encounter_id)
        living = [
            artefact
            for artefact in records.artefacts.living(encounter_id=encounter_id)
            if artefact.kind is not ArtefactKind.SIGNED_NOTE
        ]
        doom_artefacts(records, living, Rule.DISCARDED, now, actor=actor, encounter=encounter)
