"""`quietroom bench resurrection`: tries to read what was destroyed, with every old file there is.

The whole database is copied before destruction (PostgreSQL: a physical copy with its log). Then,
with the present root, each destroyed artefact is tried in three ways: by the box's own way in the
old copy, by the same in the present database, and with every wrapped key that the keyring ever
gave out for it, which is more than any file can hold. The same is tried once before destruction:
there everything must open, or the attempts would prove nothing.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from appliance.adapters.database.database import SqlDatabase
from appliance.adapters.vault.client import VaultClient
from appliance.bench.flow import print_figures
from appliance.bench.postgresql import private_directory
from appliance.bench.retention import A_DAY, SOURCES, Owner, keep_due
from appliance.bench.trial import SQLITE, Trial, begin, let_pass, trial_box
from appliance.domain.artefact import Artefact
from appliance.domain.errors import Misconfigured, SealBroken
from appliance.domain.vault import FreshKey, KeyGone, Root, WrappedKey
from appliance.steps import artefacts
from appliance.steps.apply_retention import apply_retention
from appliance.steps.box import Box
from appliance.steps.destroy import destroy_doomed
from appliance.steps.records import Database

ARTEFACTS = 1_002
LOOKED_FOR = 100
TURNS_BEFORE = 3


@dataclass(frozen=True, kw_only=True)
class Findings:
    """`opened_before`: the control. `keys_in_files`: wrapped keys that the files still hold, of
    those looked for; they open nothing, which is the point.
    """

    database: str
    destroyed: int
    certificates: int
    opened_before: int
    keys_tried: int
    opened_after: int
    keys_in_old_files: int
    keys_in_present_files: int
    keys_looked_for: int

    @property
    def holds(self) -> bool:
        """The attempts could open everything before, and nothing after."""
        counted = self.destroyed == self.opened_before == self.certificates
        return counted and self.destroyed > 0 and self.opened_after == 0


class RememberingVault(VaultClient):
    """A vault that keeps every wrapped key the keyring gave out, by artefact."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.given: dict[str, list[WrappedKey]] = defaultdict(list)

    def new_key(self, artefact_id: str, root: Root, generation: int) -> FreshKey:
        fresh = super().new_key(artefact_id, root, generation)
        self.given[artefact_id].append(fresh.wrapped)
        return fresh

    def rewrap(self, old: int, new: int, keys: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        moved = super().rewrap(old, new, keys)
        for artefact_id, wrapped in moved:
            key = WrappedKey(
                artefact_id=artefact_id, root=Root.LIVE, generation=new, wrapped=wrapped
            )
            self.given[artefact_id].append(key)
        return moved


def bench_resurrection(*, as_json: bool, database: str = SQLITE) -> int:
    """Returns 1 where anything could be read, or the attempts could not have told."""
    findings = resurrect(database, ARTEFACTS)
    print_figures(asdict(findings), as_json=as_json)
    return 0 if findings.holds else 1


def resurrect(database: str, count: int) -> Findings:
    """Make, copy, destroy and try `count` artefacts. Raises Misconfigured for a server elsewhere."""
    with trial_box(database) as plain:
        if database != SQLITE and plain.server is None:
            raise Misconfigured(details={"reason": "only a server of its own can be copied whole"})
        vault = RememberingVault(plain.directory / "run" / "keyring.sock")
        box = replace(plain.box, vault=vault)
        trial = replace(plain, box=box)
        made = _make(trial, count)
        with _old_copy(trial) as (old, old_files):
            opened_before = len(_read(old, box, made))
            let_pass(trial.box, trial.clock.move, 8 * A_DAY)
            apply_retention(box)
            certificates = destroy_doomed(box)
            tries = [_read(old, box, made), _read(box.database, box, made), _opened(vault, made)]
            wanted = [key.wrapped for one in made[:LOOKED_FOR] for key in vault.given[one.id]]
            findings = Findings(
                database=database,
                destroyed=len(made),
                certificates=certificates,
                opened_before=opened_before,
                keys_tried=sum(len(vault.given[one.id]) for one in made),
                opened_after=len(set().union(*tries)),
                keys_in_old_files=_held(old_files, wanted),
                keys_in_present_files=_held(_files(trial), wanted),
                keys_looked_for=len(wanted),
            )
        vault.close()
    return findings


def _make(trial: Trial, count: int) -> list[Artefact]:
    """Artefacts with a deadline, whose keys were wrapped anew by several turns already."""
    clinician, client_id = begin(trial)
    owner = Owner(client_id=client_id, clinician_id=clinician.id)
    keep_due(trial, count, SOURCES, owner, 7)
    for _ in range(TURNS_BEFORE):
        keep_due(trial, 1, SOURCES[:1], owner, 0)
        trial.clock.move(seconds=60)
        apply_retention(trial.box)
        destroy_doomed(trial.box)
    with trial.box.database.read() as records:
        return list(records.artefacts.living(kinds=SOURCES))


@contextmanager
def _old_copy(trial: Trial) -> Iterator[tuple[SqlDatabase, list[Path]]]:
    """The database as it is now, in files of its own, opened; and those files."""
    if trial.server is None:
        directory = trial.directory / "old"
        directory.mkdir()
        for path in trial.directory.glob("record.sqlite*"):
            shutil.copy(path, directory / path.name)
        old = SqlDatabase(f"sqlite:///{directory / 'record.sqlite'}")
        yield old, _below(directory)
        old.close()
        return
    with private_directory() as directory:
        copy = trial.server.copy_to(directory)
        files = _below(copy.data)
        copy.start()
        old = SqlDatabase(copy.url())
        yield old, files
        old.close()
        copy.kill()


def _read(database: Database, box: Box, made: Sequence[Artefact]) -> set[str]:
    """Those that the box's own way of reading can open in this database."""
    opened = set()
    with database.read() as records:
        for artefact in made:
            with suppress(KeyGone, SealBroken):
                artefacts.read_bytes(records, box.vault, artefact)
                opened.add(artefact.id)
    return opened


def _opened(vault: RememberingVault, made: Sequence[Artefact]) -> set[str]:
    """Those of which any wrapped key ever given out opens, under its own root or a present one."""
    present = vault.status().generations
    opened = set()
    for artefact in made:
        for key in vault.given[artefact.id]:
            for generation in {key.generation, *present}:
                with suppress(KeyGone, SealBroken):
                    vault.open_key(replace(key, generation=generation))
                    opened.add(artefact.id)
    return opened


def _files(trial: Trial) -> list[Path]:
    if trial.server is not None:
        return _below(trial.server.data)
    return list(trial.directory.glob("record.sqlite*"))


def _below(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def _held(files: Sequence[Path], wanted: Sequence[bytes]) -> int:
    """How many of these wrapped keys stand in the files."""
    left: set[bytes] = set(wanted)
    for path in files:
        data = path.read_bytes() if path.exists() else b""
        left -= {wrapped for wrapped in left if wrapped in data}
    return len(set(wanted)) - len(left)
