"""`quietroom worker`: moves encounters along, sweeps what is due, turns the root, links the chain.

The housekeeping keeps the promises about time whatever a long transcription does; the listeners hear
live sessions as they go on; the mover takes one encounter at a time. All stop on SIGTERM; a step that
was cut off is taken up again when its lease has run out.
"""

import os
import secrets
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from appliance.adapters.machine.process import keep_loaded
from appliance.adapters.telemetry.log import event
from appliance.adapters.telemetry.meter_client import MeterClient
from appliance.canary import keep_canaries
from appliance.domain.encounter import Encounter
from appliance.domain.energy import Energy, Measured, energy_between
from appliance.domain.errors import (
    Absent,
    BrokenPromise,
    Misconfigured,
    QuietroomError,
    Refused,
    RolledBack,
    RootLost,
    Unavailable,
)
from appliance.domain.lifecycle import WORK, Stage
from appliance.listening import Listening
from appliance.settings import Settings
from appliance.steps.apply_retention import HEARTBEAT as SWEPT
from appliance.steps.apply_retention import apply_retention
from appliance.steps.box import Box
from appliance.steps.destroy import destroy_doomed, link_chain, settle
from appliance.steps.draft_note import draft_note
from appliance.steps.mask import mask
from appliance.steps.moves import SWEEP_WANTED, schedule
from appliance.steps.transcribe import transcribe
from appliance.steps.watch_clock import clock_marks
from appliance.wiring import build_box, meter_client, open_database

POLL_SECONDS = 0.3
HOUSEKEEPING_SECONDS = 1.0
SWEEP_SECONDS = 60.0
RENEWAL_SECONDS = 8.0
PROGRESS_SECONDS = 0.5
WAITING_SECONDS = 0.2
TOLD_APART_SECONDS = 60.0
FAILING_AFTER_ATTEMPTS = 3
LONGEST_WAIT_SECONDS = 60


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM. Raises Misconfigured when keyring and database do not fit together."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    database = open_database(settings)
    _when_it_answers(database.migrate, stop)
    database.require_durable()
    database.close()
    box = build_box(settings)
    _when_it_answers(lambda: settle(box), stop)
    if stop.is_set():
        return
    housekeeping = Housekeeping(box)
    housekeeping.round()
    keep_loaded()
    event("worker_started")
    thread = threading.Thread(target=_until, args=(stop, housekeeping.round), daemon=True)
    thread.start()
    canaries = threading.Thread(target=keep_canaries, args=(settings, box, stop), daemon=True)
    canaries.start()
    listening = threading.Thread(target=Listening(box).run, args=(stop,), daemon=True)
    listening.start()
    mover = Mover(box, meter_client(settings))
    while not stop.is_set():
        if not thread.is_alive() or not listening.is_alive():
            reason = "the worker's housekeeping or its listening stopped"
            raise Misconfigured(details={"reason": reason})
        if not mover.move_one(stop.is_set):
            stop.wait(POLL_SECONDS)
    thread.join(timeout=5)
    event("worker_stopped")


def _until(stop: threading.Event, work: Callable[[], None]) -> None:
    while not stop.wait(HOUSEKEEPING_SECONDS):
        work()


def _when_it_answers(work: Callable[[], object], stop: threading.Event) -> None:
    """Do it as soon as database and keyring answer, however long that takes; nothing is served."""
    told_at = float("-inf")
    while not stop.is_set():
        try:
            work()
        except Unavailable as error:
            if time.monotonic() - told_at >= TOLD_APART_SECONDS:
                event("worker_waits", code=error.code)
                told_at = time.monotonic()
            stop.wait(WAITING_SECONDS)
        else:
            return


class Housekeeping:
    """What time asks for: the sweep, the turn of the root with its certificates, the chain."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._swept_at = float("-inf")

    def round(self) -> None:
        """One round; a part that fails is told and tried again in the next."""
        for part in (self._agree, self._sweep_if_due, self._destroy, self._link):
            try:
                part()
            except BrokenPromise as error:
                event("promise_broken", code=error.code)
                if isinstance(error, RolledBack | RootLost):
                    return  # no sweep: the box closes, rather than pretend
            except QuietroomError as error:
                event("housekeeping_failed", part=part.__name__.strip("_"), code=error.code)
            except Exception as error:  # noqa: BLE001 - the promises about time go on being kept
                kind = type(error).__name__
                event("housekeeping_failed", part=part.__name__.strip("_"), code=kind)

    def _agree(self) -> None:
        """Completes or undoes a turn that was cut off while the keyring was away."""
        settle(self._box)

    def _sweep_if_due(self) -> None:
        if time.monotonic() - self._swept_at >= SWEEP_SECONDS or self._is_wanted():
            count = apply_retention(self._box)
            self._swept_at = time.monotonic()
            if count:
                event("swept", artefacts=count)
            if clock_marks(self._box).is_in_doubt:
                event("clock_in_doubt")

    def _is_wanted(self) -> bool:
        """A web program that has just started waits for a sweep."""
        with self._box.database.read() as records:
            wanted = records.heartbeats.last(SWEEP_WANTED)
            swept = records.heartbeats.last(SWEPT)
        return wanted is not None and (swept is None or wanted >= swept)

    def _destroy(self) -> None:
        count = destroy_doomed(self._box)
        if count:
            event("certificates_written", count=count)

    def _link(self) -> None:
        link_chain(self._box)


class Mover:
    """Takes the next encounter from the queue and makes its step, under a lease."""

    def __init__(self, box: Box, meter: MeterClient) -> None:
        self._box = box
        self._meter = meter
        self._owner = f"worker-{os.getpid()}-{secrets.token_hex(6)}"

    def move_one(self, stopping: Callable[[], bool]) -> bool:
        """True when there was something to do."""
        try:
            with self._box.database.write() as records:
                now = self._box.clock.now()
                urgent_before_at = now - schedule(records).urgent_after
                encounter = records.encounters.lease(
                    WORK, self._owner, now, urgent_before_at=urgent_before_at
                )
        except Unavailable as error:
            event("queue_unavailable", code=error.code)
            return False
        if encounter is None:
            return False
        self._attempt(encounter, stopping)
        return True

    def _attempt(self, encounter: Encounter, stopping: Callable[[], bool]) -> None:
        started_at = self._box.clock.now()
        started = time.monotonic()
        before = self._meter.reading()
        outcome = "done"
        with Lease(self._box, encounter, self._owner) as lease:
            try:
                self._step(encounter, lease, stopping)
            except (Absent, Refused):
                outcome = "moved_on"  # withdrawn, discarded or signed meanwhile
            except QuietroomError as error:
                outcome = error.code
            except Exception as error:  # noqa: BLE001 - nothing is lost: it is tried again
                outcome = f"unexpected.{type(error).__name__}"
            if outcome != "done" and (lease.is_lost or stopping()):
                outcome = "moved_on" if lease.is_lost else "stopped"
        seconds = time.monotonic() - started
        energy = energy_between(before, self._meter.reading())
        event(
            "step_ended",
            encounter_id=encounter.id,
            stage=encounter.stage.value,
            outcome=outcome,
            seconds=round(seconds, 3),
        )
        try:
            self._give_back(encounter, outcome, started_at, seconds, energy)
        except Unavailable as error:
            event("lease_not_given_back", code=error.code)  # it runs out by itself

    def _give_back(
        self,
        encounter: Encounter,
        outcome: str,
        started_at: datetime,
        seconds: float,
        energy: Energy,
    ) -> None:
        is_over = outcome in ("done", "moved_on", "stopped")
        wait_seconds = min(2**encounter.attempts, LONGEST_WAIT_SECONDS)
        with self._box.database.write() as records:
            records.encounters.release(
                encounter.id,
                self._owner,
                not_before_at=None
                if is_over
                else self._box.clock.now() + timedelta(seconds=wait_seconds),
                is_failing=not is_over and encounter.attempts >= FAILING_AFTER_ATTEMPTS,
            )
            records.encounters.add_step_run(
                encounter.id,
                STEP_NAMES[encounter.stage],
                started_at,
                seconds,
                outcome[:60],
                energy.millijoules if isinstance(energy, Measured) else None,
            )

    def _step(self, encounter: Encounter, lease: "Lease", stopping: Callable[[], bool]) -> None:
        match encounter.stage:
            case Stage.RECORDED:
                transcribe(
                    self._box,
                    encounter,
                    progress=lease.show_progress,
                    cancelled=lambda: lease.is_lost or stopping(),
                )
            case Stage.TRANSCRIBED:
                mask(self._box, encounter)
            case _:
                draft_note(self._box, encounter)


STEP_NAMES = {
    Stage.RECORDED: "transcribe",
    Stage.TRANSCRIBED: "mask",
    Stage.MASKED: "draft_note",
}


class Lease:
    """Renews an encounter's lease in the background while its step runs."""

    def __init__(self, box: Box, encounter: Encounter, owner: str) -> None:
        self._box = box
        self._encounter = encounter
        self._owner = owner
        self._over = threading.Event()
        self._shown_at = 0.0
        self.is_lost = False
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()

    def show_progress(self, done_share: float) -> None:
        if time.monotonic() - self._shown_at < PROGRESS_SECONDS:
            return
        self._shown_at = time.monotonic()
        with self._box.database.write() as records:
            records.encounters.show_progress(self._encounter.id, done_share)
        self._check()

    def _renew(self) -> None:
        while not self._over.wait(RENEWAL_SECONDS):
            self._check()

    def _check(self) -> None:
        """Lost when another worker has it, or when the encounter is no longer at this stage."""
        try:
            with self._box.database.write() as records:
                is_held = records.encounters.renew_lease(
                    self._encounter.id,
                    self._encounter.stage,
                    self._owner,
                    self._box.clock.now(),
                )
        except Unavailable as error:
            event("lease_not_renewed", code=error.code)
        else:
            self.is_lost = self.is_lost or not is_held  # what is lost stays lost
