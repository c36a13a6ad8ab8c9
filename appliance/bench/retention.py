"""`quietroom bench retention`: what destruction costs, and that the past does not make it dearer."""

import statistics
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from appliance.adapters.database.history import fill_history, fill_survivors
from appliance.adapters.machine.process import keep_loaded
from appliance.adapters.vault.keyring_store import LIVE
from appliance.bench.flow import print_figures
from appliance.bench.trial import SQLITE, Trial, begin, let_pass, trial_box
from appliance.domain.encounter import Encounter, EncounterKind
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
class Measured:
    """Seconds with one length of the past, each the median of several rounds."""

    sweep_seconds: float
    certify_seconds: float
    turn_seconds: float


def bench_retention(*, as_json: bool, database: str = SQLITE, scale: Scale | None = None) -> int:
    """Destroy what is due beside many survivors, after a short past and after a long one."""
    size = scale or Scale()
    short = _measure(database, size, size.short_past)
    long = _measure(database, size, size.long_past)
    print_figures(
        {
            "database": "postgresql" if database.startswith("postgres") else SQLITE,
            "due": size.due,
            "surviving": size.surviving,
            "destroyed_before": [size.short_past, size.long_past],
            "sweep_seconds": [round(short.sweep_seconds, 3), round(long.sweep_seconds, 3)],
            "sweep_ratio": round(long.sweep_seconds / short.sweep_seconds, 3),
            "certificates_per_second": round(size.due / long.certify_seconds, 1),
            f"root_turn_seconds_{size.surviving}": round(long.turn_seconds, 4),
        },
        as_json=as_json,
    )
    return 0


def _measure(database: str, size: Scale, past: int) -> Measured:
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
        owner = Owner(client_id=client_id, clinician_id=clinician.id)
        _add_survivors(trial, size.surviving)
        _link_all(trial)
        keep_loaded()  # as the worker does
        sweeps, certifying, turns = [], [], []
        for _ in range(ROUNDS):
            keep_due(trial, size.due, SOURCES, owner, 7)
            _link_all(trial)
            let_pass(trial.box, trial.clock.move, 8 * A_DAY)
            started = time.perf_counter()
            apply_retention(trial.box)
            doomed = time.perf_counter()
            destroy_doomed(trial.box)
            certified = time.perf_counter()
            _link_all(trial)
            sweeps.append(time.perf_counter() - started)
            certifying.append(certified - doomed)
            turns.append(_turn_seconds(trial, owner))
    return Measured(
        sweep_seconds=statistics.median(sweeps),
        certify_seconds=statistics.median(certifying),
        turn_seconds=statistics.median(turns),
    )


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
