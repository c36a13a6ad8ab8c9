"""`quietroom bench retention`: what destruction costs, and that the past does not make it dearer."""

import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from appliance.adapters.database.history import fill_history, fill_survivors
from appliance.adapters.machine.process import keep_loaded
from appliance.adapters.vault.keyring_store import LIVE
from appliance.bench.flow import print_figures
from appliance.bench.trial import POSTGRESQL, SQLITE, Trial, begin, let_pass, trial_box
from appliance.domain.encounter import Encounter, EncounterKind
from appliance.domain.errors import Misconfigured
from appliance.domain.lifecycle import Stage
from appliance.domain.retention import ArtefactKind
from appliance.domain.transcript import Origin
from appliance.steps import artefacts
from appliance.steps.apply_retention import apply_retention
from appliance.steps.destroy import destroy_doomed, link_chain
from appliance.steps.records import Records

ROUNDS = 3
A_DAY = 86_400
SOURCES = (ArtefactKind.TRANSCRIPT, ArtefactKind.MASKED_TEXT, ArtefactKind.MASK_MAP)
AT_ONCE = 900


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose it all is."""

    client_id: str
    clinician_id: str


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much there is of what."""

    due: int = 1_000
    surviving: int = 10_000
    short_past: int = 10_000
    long_past: int = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Past:
    """A box with one length of the past, and the seconds of each round on it."""

    trial: Trial
    owner: Owner
    sweep_seconds: list[float] = field(default_factory=list)
    certify_seconds: list[float] = field(default_factory=list)
    turn_seconds: list[float] = field(default_factory=list)


def bench_retention(*, as_json: bool, database: str = SQLITE, scale: Scale | None = None) -> int:
    """Destroy what is due beside many survivors, after a short past and after a long one."""
    size = scale or Scale()
    if database not in {SQLITE, POSTGRESQL}:
        raise Misconfigured(details={"reason": "two databases are compared: name no address"})
    with (
        _box_with(database, size, size.short_past) as short,
        _box_with(database, size, size.long_past) as long,
    ):
        keep_loaded()  # as the worker does
        for _ in range(ROUNDS):  # in turns: what else the machine does falls on both
            for past in (short, long):
                _one_round(past, size)
    sweeps = [statistics.median(past.sweep_seconds) for past in (short, long)]
    print_figures(
        {
            "database": database,
            "due": size.due,
            "surviving": size.surviving,
            "destroyed_before": [size.short_past, size.long_past],
            "sweep_seconds": [round(seconds, 3) for seconds in sweeps],
            "sweep_ratio": round(sweeps[1] / sweeps[0], 3),
            "certificates_per_second": round(size.due / statistics.median(long.certify_seconds), 1),
            f"root_turn_seconds_{size.surviving}": round(statistics.median(long.turn_seconds), 4),
        },
        as_json=as_json,
    )
    return 0


@contextmanager
def _box_with(database: str, size: Scale, past: int) -> Iterator[Past]:
    """A new box on which `past` artefacts were destroyed before."""
    with trial_box(database) as trial:
        clinician, client_id = begin(trial)
        _link_all(trial)
        fill_history(
            trial.url,
            destroyed=past,
            at=datetime.now(UTC) - timedelta(days=400),
            client_id=client_id,
            clinician_id=clinician.id,
        )
        _add_survivors(trial, size.surviving)
        _link_all(trial)
        yield Past(trial=trial, owner=Owner(client_id=client_id, clinician_id=clinician.id))


def _one_round(past: Past, size: Scale) -> None:
    """Make things, let their deadline pass, and time what destroys and certifies them."""
    trial = past.trial
    keep_due(trial, size.due, SOURCES, past.owner, 7)
    _link_all(trial)
    let_pass(trial.box, trial.clock.move, 8 * A_DAY)
    started = time.perf_counter()
    apply_retention(trial.box)
    doomed = time.perf_counter()
    destroy_doomed(trial.box)
    certified = time.perf_counter()
    _link_all(trial)
    past.sweep_seconds.append(time.perf_counter() - started)
    past.certify_seconds.append(certified - doomed)
    past.turn_seconds.append(_turn_seconds(trial, past.owner))


def _turn_seconds(trial: Trial, owner: Owner) -> float:
    """One doomed thing beside all survivors: the turn, and its one certificate."""
    keep_due(trial, 1, (ArtefactKind.TRANSCRIPT,), owner, 0)
    trial.clock.move(seconds=60)
    apply_retention(trial.box)
    started = time.perf_counter()
    destroy_doomed(trial.box)
    return time.perf_counter() - started


def _add_survivors(trial: Trial, count: int) -> None:
    """Keys that every turn must wrap anew, each made by the keyring."""
    (generation,) = trial.store.generations
    ids = [str(uuid.uuid4()) for _ in range(count)]
    keys = [(name, trial.store.wrap_new(LIVE, generation, name)[1]) for name in ids]
    fill_survivors(trial.url, keys=keys, generation=generation, at=trial.clock.now())


def keep_due(
    trial: Trial, count: int, kinds: tuple[ArtefactKind, ...], owner: Owner, days: int
) -> None:
    """`count` artefacts and a few more, in encounters that hold one of each kind."""
    for start in range(0, count, AT_ONCE):
        with trial.box.database.write() as records:
            for _ in range(start, min(start + AT_ONCE, count), len(kinds)):
                _encounter_with(trial, records, kinds, owner, days)


def _encounter_with(
    trial: Trial,
    records: Records,
    kinds: tuple[ArtefactKind, ...],
    owner: Owner,
    days: int,
) -> None:
    """An encounter with words that nobody drafted."""
    now = trial.clock.now()
    encounter = Encounter(
        id=str(uuid.uuid4()),
        client_id=owner.client_id,
        clinician_id=owner.clinician_id,
        kind=EncounterKind.INDIVIDUAL,
        stage=Stage.MASKED,
        made_at=now,
        scheduled_at=now,
        origin=Origin.TYPED,
        first_word_at=now,
    )
    records.encounters.add(encounter)
    for kind in kinds:
        artefacts.keep(
            records,
            trial.box.vault,
            kind,
            {"words": "It was a long week. " * 40},
            now=now,
            encounter_id=encounter.id,
            due_at=now + timedelta(days=days),
        )


def _link_all(trial: Trial) -> None:
    while link_chain(trial.box):
        pass
