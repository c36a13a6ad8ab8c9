"""Opens the database: one writer at a time, readers with a snapshot, durable before acknowledged.

Both databases are made to behave alike, so that a step that is right on one is right on the other.
SQLite has one writer by nature; on PostgreSQL every write transaction first takes one lock, and
every read transaction is repeatable. So nothing is serialised in vain and nothing fails for it,
and the root cannot turn while a key is being sealed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from appliance.adapters.database.faults import told
from appliance.domain.errors import DatabaseUnavailable, Misconfigured

MIGRATIONS = Path(__file__).parent / "migrations"
WRITER_WAITS_MILLISECONDS = 20_000
CONNECT_SECONDS = 5
WRITER_LOCK = 0x51_75_69_65_74  # "Quiet"; PostgreSQL keeps such locks apart by database
_POSTGRESQL_SETTINGS = {
    "lock_timeout": WRITER_WAITS_MILLISECONDS,
    # A writer that was stopped or cut off does not keep the others out for longer than this.
    "idle_in_transaction_session_timeout": 60_000,
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
}


def open_engine(url: str) -> Engine:
    """An engine for `url` (sqlite:/// or postgresql://). Raises Misconfigured for any other."""
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        address,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
        pool_timeout=CONNECT_SECONDS,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "quietroom"},
    )
    event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _address(url: str) -> URL:
    reason = "the database's URL must begin with sqlite:/// or postgresql://"
    try:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        address.get_dialect()
        if address.drivername in ("sqlite", "postgresql+psycopg"):
            return address
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass
    except ImportError:
        reason = "PostgreSQL needs the package psycopg, which is not installed"
    raise Misconfigured(details={"reason": reason})


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN is deferred and would upgrade to a write lock half-way: ours says which.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        f"busy_timeout={WRITER_WAITS_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgresql(connection: Any, _record: object) -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name, value in _POSTGRESQL_SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (name, str(value)))
        # What is acknowledged is durable (P6), whatever the server's default is.
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.autocommit = False


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", True):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@contextmanager
def transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """One transaction; rolled back whole on any error.

    Raises DatabaseUnavailable (no answer, or locked out), DatabaseFull, DatabaseReadOnly,
    RecordDamaged.
    """
    try:
        with engine.connect().execution_options(writes=writes) as connection, connection.begin():
            yield connection
    except PoolEmpty:
        raise DatabaseUnavailable from None
    except DBAPIError as error:
        raise told(error) from None


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision, in one transaction, one program at a time."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with transaction(engine, writes=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_durable(engine: Engine) -> None:
    """Raises Misconfigured for a PostgreSQL that acknowledges what a power cut would undo (P6)."""
    if engine.dialect.name != "postgresql":
        return
    with transaction(engine, writes=False) as connection:
        for name in ("fsync", "full_page_writes"):
            if connection.exec_driver_sql(f"SHOW {name}").scalar() != "on":
                reason = f"PostgreSQL runs with {name} off: a power cut could lose a recording (P6)"
                raise Misconfigured(details={"reason": reason})
