"""A past and a present for a trial: survivors, and rows of what was destroyed before.

Each has what a real one leaves: its artefact's row, its certificate, and two audit events in the
chain. They name nobody, and their links' hashes are numbers: nothing verifies this chain.
"""

from datetime import datetime

from sqlalchemy import insert, text

from appliance.adapters.database.engine import open_engine, transaction
from appliance.adapters.database.tables import artefact_keys, artefacts
from appliance.domain.retention import ArtefactKind
from appliance.domain.vault import Root

_NUMBERS = (
    "WITH RECURSIVE numbers (i) AS"
    " (SELECT :first UNION ALL SELECT i + 1 FROM numbers WHERE i < :last)"
)
_PADDED = {"sqlite": "printf('%0{width}d', {of})", "postgresql": "lpad(({of})::text, {width}, '0')"}
_ARTEFACTS = """
INSERT INTO artefacts (id, kind, made_at, last_piece_at, ordinal, size_bytes, chunk_count,
  is_finished, due_at, due_rule, doomed_at, doom_rule, key_deleted_generation, destroyed_at)
{numbers} SELECT {id}, 'transcript', :at, :at, 1, 4000, 1, :yes, :at, 'deadline reached', :at,
  'note signed', 1, :at FROM numbers"""
_CERTIFICATES = """
INSERT INTO certificates (number, artefact_id, artefact_kind, rule, made_at, due_at, doomed_at,
  destroyed_at, root_generation_gone, root_provider, provider_limit, chain_head, signature)
{numbers} SELECT i, {id}, 'transcript', 'note signed', :at, :at, :at, :at, 1, 'file',
  'file: the storage device may retain old blocks', {hash}, {signature} FROM numbers"""
_EVENTS = """
INSERT INTO audit_events (id, action, at, facts)
{numbers} SELECT i, 'doomed', :at, '{{"kind": "transcript"}}' FROM numbers"""
_LINKS = """
INSERT INTO audit_links (position, event_id, hash)
{numbers} SELECT i, i, {hash} FROM numbers"""
_AFTERWARDS = {
    "sqlite": ("ANALYZE",),
    "postgresql": (
        "SELECT setval(pg_get_serial_sequence('audit_events', 'id'), max(id)) FROM audit_events",
        "ANALYZE",
    ),
}


def fill_history(url: str, *, destroyed: int, at: datetime) -> None:
    """Fill a migrated, empty database with `destroyed` artefacts that went at `at`."""
    engine = open_engine(url)
    dialect = engine.dialect.name
    moment = at.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    parts = {
        "numbers": _NUMBERS,
        "id": _PADDED[dialect].format(width=36, of="i"),
        "hash": _PADDED[dialect].format(width=64, of="i"),
        "signature": _PADDED[dialect].format(width=88, of="i"),
    }
    statements = [(_ARTEFACTS, destroyed), (_CERTIFICATES, destroyed)]
    statements += [(_EVENTS, 2 * destroyed), (_LINKS, 2 * destroyed)]
    with transaction(engine, writes=True) as connection:
        for statement, count in statements:
            given = {"first": 1, "last": count, "at": moment, "yes": True}
            written = {name: value for name, value in given.items() if f":{name}" in statement}
            filled = text(statement.format(**parts))
            connection.execute(filled, {"first": 1, "last": count} | written)
        for statement in _AFTERWARDS[dialect]:
            connection.exec_driver_sql(statement)
    engine.dispose()


def fill_survivors(
    url: str, *, keys: list[tuple[str, bytes]], generation: int, at: datetime
) -> None:
    """Add artefacts without a deadline: (id, key wrapped by the live root's `generation`)."""
    engine = open_engine(url)
    row = {
        "kind": ArtefactKind.SHEET,
        "made_at": at,
        "last_piece_at": at,
        "ordinal": 1,
        "size_bytes": 0,
        "chunk_count": 0,
        "is_finished": True,
    }
    under = {"root": Root.LIVE, "generation": generation}
    with transaction(engine, writes=True) as connection:
        connection.execute(insert(artefacts), [{"id": name, **row} for name, _ in keys])
        connection.execute(
            insert(artefact_keys),
            [{"artefact_id": name, "wrapped": wrapped, **under} for name, wrapped in keys],
        )
    engine.dispose()
