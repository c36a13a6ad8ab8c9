"""`quietroom bench crash`: kill -9 everywhere along the flow, and what is left of the promises.

Each run takes a recording and typed words through the flow. One of its programs is killed: the one
that moves the flow or the keyring, at one of their boundaries or at any instant, or the database's
own server. Then it is started again, and the record is held against what it had acknowledged.
"""

import contextlib
import json
import mmap
import os
import random
import signal
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.adapters.machine.process import die_with_parent
from appliance.adapters.vault.keyring_server import KeyringServer
from appliance.bench.boundaries import TrippedDatabase, TrippedStore, TrippedVault, Tripwire
from appliance.bench.crash_findings import Findings, Inspector
from appliance.bench.crash_flow import GivenEngines, Run, go_on
from appliance.bench.flow import print_figures
from appliance.bench.postgresql import PrivateServer
from appliance.bench.trial import (
    SQLITE,
    database_for,
    let_go,
    practice_in,
    settings_for,
    temporary_state,
)
from appliance.domain.errors import Unavailable
from appliance.domain.people import Account
from appliance.settings import Settings
from appliance.steps.box import Box
from appliance.steps.destroy import settle
from appliance.wiring import build_box, open_database

KILLS = 300
PATIENCE_SECONDS = 240.0
POLL_SECONDS = 0.005
AGAIN_SECONDS = 0.02
AT_ANY_INSTANT_SHARE = 0.3
FAILED = 3


class SharedClock:
    """The machine's clock, moved ahead for all processes that were forked from here."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    def now(self) -> datetime:
        (ahead,) = struct.unpack("d", self._memory[:8])
        return datetime.now(UTC) + timedelta(seconds=ahead)

    def move(self, seconds: float) -> None:
        (ahead,) = struct.unpack("d", self._memory[:8])
        self._memory[:8] = struct.pack("d", ahead + seconds)


@dataclass(frozen=True, kw_only=True)
class Kill:
    """Whom, and when: at a boundary of theirs, or after so much of a run's usual time."""

    whom: str
    boundary: int | None = None
    share: float | None = None


@dataclass(kw_only=True)
class Matrix:
    """One box that is killed again and again."""

    settings: Settings
    url: str
    server: PrivateServer | None
    clock: SharedClock
    box: Box
    clinician: Account | None = None
    client_id: str = ""
    kills: Counter[str] = field(default_factory=Counter)

    @property
    def journal(self) -> Path:
        return self.settings.state_directory / "journal"

    @property
    def keys_given(self) -> Path:
        return self.settings.state_directory / "keys-given"

    def counted(self, whom: str) -> Path:
        return self.settings.state_directory / f"boundaries-{whom}"


def bench_crash(*, as_json: bool, database: str = SQLITE, kills: int = KILLS) -> int:
    """Returns 1 where a promise was broken."""
    findings = crash(database, kills)
    print_figures(asdict(findings) | {"holds": findings.holds}, as_json=as_json)
    return 0 if findings.holds else 1


def crash(database: str, kills: int, *, seed: int = 0) -> Findings:
    """Kill `kills` times. `seed`: which boundaries where there are more, and which instants."""
    with _matrix(database) as matrix:
        inspector = Inspector(matrix.box, matrix.journal, matrix.keys_given)
        usual_seconds = _uncut(matrix, inspector)
        chance = random.Random(seed)  # noqa: S311 - where to kill is no secret
        plan = _plan(matrix, kills, chance)
        number = 0
        # A run may be over before its kill comes: then there is one more.
        while matrix.kills.total() < kills and number < 2 * kills:
            at_random = Kill(whom="flow", share=chance.random())
            kill = plan[number] if number < len(plan) else at_random
            number += 1
            _run(matrix, number, kill, usual_seconds, inspector)
        return inspector.findings(database, dict(matrix.kills))


@contextmanager
def _matrix(database: str) -> Iterator[Matrix]:
    with temporary_state() as directory, database_for(database) as (given, server):
        settings = settings_for(directory, given)
        settings.run_directory.mkdir(mode=0o700)
        clock, plain = SharedClock(), build_box(settings)
        engines = GivenEngines()
        box = replace(plain, clock=clock, decoder=engines, recogniser=engines, writer=engines)
        matrix = Matrix(
            settings=settings, url=settings.database, server=server, clock=clock, box=box
        )
        tables = open_database(settings)
        tables.migrate()
        tables.close()
        keyring = _start_keyring(matrix, None)
        settle(box)
        matrix.clinician, matrix.client_id = practice_in(box)
        let_go(box)
        _end(keyring)
        yield matrix


def _plan(matrix: Matrix, kills: int, chance: random.Random) -> list[Kill]:
    """Every boundary where there is room, and the rest at any instant; a server of its own too."""
    at_any = ["flow", "keyring"] + ["server"] * (matrix.server is not None)
    boundaries = [
        Kill(whom=whom, boundary=number)
        for whom in ("flow", "keyring")
        for number in range(1, int(matrix.counted(whom).read_text()) + 1)
    ]
    most = round(kills * (1 - AT_ANY_INSTANT_SHARE))
    if len(boundaries) > most:
        boundaries = chance.sample(boundaries, most)
    while len(boundaries) < kills:
        boundaries.append(Kill(whom=at_any[len(boundaries) % len(at_any)], share=chance.random()))
    chance.shuffle(boundaries)
    return boundaries


# One run ------------------------------------------------------------------------------------------


def _uncut(matrix: Matrix, inspector: Inspector) -> float:
    """A run that is not killed; counts the boundaries. Returns its seconds."""
    started = time.monotonic()
    keyring = _start_keyring(matrix, Tripwire(None, matrix.counted("keyring")))
    flow = _start_flow(matrix, 0, Tripwire(None, matrix.counted("flow")))
    inspector.ended(0, is_well=os.waitpid(flow, 0)[1] == 0)
    seconds = time.monotonic() - started
    inspector.after(0)
    _end(keyring)
    return seconds


def _run(
    matrix: Matrix, number: int, kill: Kill, usual_seconds: float, inspector: Inspector
) -> None:
    """One run with one kill, to its end; a process that died is started again."""
    trips = {kill.whom: Tripwire(kill.boundary)} if kill.boundary else {}
    keyring = _start_keyring(matrix, trips.get("keyring"))
    flow = _start_flow(matrix, number, trips.get("flow"))
    due_at = time.monotonic() + usual_seconds * (kill.share or 0.0)
    waiting = kill.share is not None
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        if waiting and time.monotonic() >= due_at:
            waiting = False
            _kill_now(matrix, kill.whom, flow, keyring)
        status = _is_over(flow)
        if _is_over(keyring) is not None:  # looked at last: what is inspected below needs one
            matrix.kills[_named(kill)] += 1
            keyring = _start_keyring(matrix, None)
        if status is not None and os.WIFSIGNALED(status):
            matrix.kills[_named(kill)] += 1
            inspector.after_kill(number)
            flow = _start_flow(matrix, number, None)
        elif status is not None or time.monotonic() > deadline:
            inspector.ended(number, is_well=status == 0)
            break
        time.sleep(POLL_SECONDS)
    _end(flow)
    inspector.after(number)
    _end(keyring)


def _named(kill: Kill) -> str:
    return f"{kill.whom}, {'at a boundary' if kill.boundary else 'at any instant'}"


def _kill_now(matrix: Matrix, whom: str, flow: int, keyring: int) -> None:
    if whom == "server" and matrix.server is not None:
        matrix.server.kill()
        matrix.kills["server, at any instant"] += 1
        matrix.server.start()
        return
    process = flow if whom == "flow" else keyring
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)


# Processes ----------------------------------------------------------------------------------------


def _start_keyring(matrix: Matrix, trip: Tripwire | None) -> int:
    """A keyring that answers; returns its process."""
    door = matrix.settings.keyring_door
    door.unlink(missing_ok=True)

    def serve() -> None:
        store = TrippedStore(matrix.settings.keyring, trip or Tripwire(None))
        me = frozenset({os.getuid()})
        KeyringServer(door, store, sealers=me, turners=me).serve_forever()

    process = _fork(serve)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _answers(door) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return process


def _answers(door: Path) -> bool:
    """A socket's file is there a moment before somebody listens at it."""
    with socket.socket(socket.AF_UNIX) as knocking:
        return knocking.connect_ex(str(door)) == 0


def _start_flow(matrix: Matrix, number: int, trip: Tripwire | None) -> int:
    def flow() -> None:
        wire = trip or Tripwire(None)
        run = Run(
            number=number,
            box=replace(
                matrix.box,
                database=TrippedDatabase(matrix.url, wire),
                vault=TrippedVault(matrix.settings.keyring_door, wire, matrix.keys_given),
            ),
            clinician=_known(matrix.clinician),
            client_id=matrix.client_id,
            journal=matrix.journal,
            move_clock=matrix.clock.move,
        )
        while True:
            try:
                go_on(run)
            except Unavailable:
                time.sleep(AGAIN_SECONDS)
            else:
                return

    return _fork(flow)


def _known(clinician: Account | None) -> Account:
    assert clinician is not None
    return clinician


def _fork(work: Callable[[], None]) -> int:
    """Run `work` in a process of its own, which ends with it (3: it failed)."""
    process = os.fork()
    if process:
        return process
    status = FAILED
    try:
        die_with_parent()
        work()
        status = 0
    except BaseException as error:  # noqa: BLE001 - the parent is told by the status
        os.write(2, f"{json.dumps([type(error).__name__, str(error)[:200]])}\n".encode())
    finally:
        os._exit(status)


def _is_over(process: int) -> int | None:
    """The status of a process that ended; None while it runs."""
    found, status = os.waitpid(process, os.WNOHANG)
    return status if found else None


def _end(process: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
