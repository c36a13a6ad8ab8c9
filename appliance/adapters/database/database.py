"""The `Database` port: one transaction at a time, seen as `Records`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection, Engine

from appliance.adapters.database import backup
from appliance.adapters.database.artefacts import ArtefactRows
from appliance.adapters.database.captures import CaptureRows
from appliance.adapters.database.encounters import EncounterRows
from appliance.adapters.database.engine import migrate, open_engine, require_durable, transaction
from appliance.adapters.database.holds import HoldRows
from appliance.adapters.database.people import PeopleRows
from appliance.adapters.database.proofs import AuditRows, CertificateRows, HeartbeatRows
from appliance.domain.encounter import Encounter
from appliance.domain.lifecycle import Stage


class SqlRecords:
    """One transaction's view of the tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def encounters(self) -> EncounterRows:
        return EncounterRows(self._connection)

    @cached_property
    def artefacts(self) -> ArtefactRows:
        return ArtefactRows(self._connection)

    @cached_property
    def captures(self) -> CaptureRows:
        return CaptureRows(self._connection)

    @cached_property
    def people(self) -> PeopleRows:
        return PeopleRows(self._connection)

    @cached_property
    def holds(self) -> HoldRows:
        return HoldRows(self._connection)

    @cached_property
    def audit(self) -> AuditRows:
        return AuditRows(self._connection)

    @cached_property
    def certificates(self) -> CertificateRows:
        return CertificateRows(self._connection)

    @cached_property
    def heartbeats(self) -> HeartbeatRows:
        return HeartbeatRows(self._connection)

    # For backups, which only the command line makes.

    def is_empty(self) -> bool:
        return backup.is_empty(self._connection)

    def put_back(self, lines: Iterable[bytes]) -> int:
        return backup.put_back(self._connection, lines)

    def newest_generation_gone(self) -> int:
        return backup.newest_generation_gone(self._connection)

    def encounters_in(self, stage: Stage) -> tuple[Encounter, ...]:
        return self.encounters.in_stage(stage)


class SqlDatabase:
    """A database at `url`, brought to the newest tables when it is opened."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = open_engine(url)

    def migrate(self) -> None:
        migrate(self._engine)

    def require_durable(self) -> None:
        """Raises Misconfigured where what is acknowledged would not outlive a power cut."""
        require_durable(self._engine)

    @contextmanager
    def write(self) -> Iterator[SqlRecords]:
        with transaction(self._engine, writes=True) as connection:
            yield SqlRecords(connection)

    @contextmanager
    def read(self) -> Iterator[SqlRecords]:
        with transaction(self._engine, writes=False) as connection:
            yield SqlRecords(connection)

    @contextmanager
    def rows(self) -> Iterator[Iterator[bytes]]:
        """The rows of a backup, all of one moment."""
        with transaction(self._engine, writes=False) as connection:
            yield backup.rows_of(connection)

    def close(self) -> None:
        self._engine.dispose()
