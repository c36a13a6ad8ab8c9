"""The databases that tests run on: SQLite, and for `both_databases` PostgreSQL too.

The server is the tests' own, started once when a test first asks for it. Each test has a database
of its own in it, copied from one that has all tables.
"""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.adapters.database.database import SqlDatabase
from appliance.bench.postgresql import PrivateServer, private_server

_numbers = itertools.count()
TEMPLATE = "all_tables"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that is marked `both_databases` runs on each."""
    definition = metafunc.definition
    marked = definition.get_closest_marker("both_databases")
    if definition.get_closest_marker("sqlite_file"):
        return
    if marked and "database_kind" in metafunc.fixturenames:
        on_postgresql = pytest.param("postgresql", marks=pytest.mark.needs_postgresql)
        metafunc.parametrize("database_kind", ["sqlite", on_postgresql], indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PrivateServer]:
    """A server with a template that has all tables."""
    with private_server() as server:
        # Tests do not cut the power: what is written need not reach the disk.
        server.command("ALTER SYSTEM SET fsync = off")
        server.command("SELECT pg_reload_conf()")
        server.command(f"CREATE DATABASE {TEMPLATE}")
        database = SqlDatabase(server.url(TEMPLATE))
        database.migrate()
        database.close()
        yield server


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> str | None:
    """A new PostgreSQL database's URL; None: the test's box makes a SQLite file."""
    if database_kind == "sqlite":
        return None
    return new_database(request.getfixturevalue("postgresql"))


def new_database(server: PrivateServer) -> str:
    name = f"test_{next(_numbers)}"
    server.command(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return server.url(name)


def end_sessions(server: PrivateServer) -> None:
    """Cut every connection to the server's databases, as a restart of it would."""
    server.command(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )


def copy_of(
    database: SqlDatabase, directory: Path, url: str | None, server: PrivateServer | None
) -> str:
    """The URL of a copy of a box's database as it is now; nobody may be using it."""
    database.close()
    if url is None or server is None:
        for path in (directory / "state").glob("record.sqlite*"):
            shutil.copy(path, directory / path.name)
        return f"sqlite:///{directory / 'record.sqlite'}"
    name = f"copy_{next(_numbers)}"
    server.command(f"CREATE DATABASE {name} TEMPLATE {url.split('/')[-1].split('?')[0]}")
    return server.url(name)
