"""A past and a present for a trial: survivors, and rows of what was destroyed before.

Each has what a real one leaves: its artefact's row, its certificate, and two audit events in the
chain. They name nobody, and their links' hashes are numbers: nothing verifies this chain.
"""

from datetime import datetime

from sqlalchemy import func, insert, select, text

from appliance.adapters.database.engine import open_engine, transaction
from appliance.adapters.database.tables import artefact_keys, artefacts, audit_events
from appliance.domain.retention import ArtefactKind
from appliance.domain.vault import Root

ARTEFACTS_AN_ENCOUNTER = 4
_NUMBERS = (
    "WITH RECURSIVE numbers (i) AS"
    " (SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM numbers WHERE i < :last)"
)
_PADDED = {"sqlite": "printf('%0{width}d', {of})", "postgresql": "lpad(({of})::text, {width}, '0')"}
_ENCOUNTERS = """
INSERT INTO encounters (id, client_id, clinician_id, kind, stage, made_at, scheduled_at,
  accepts_shortfall, preferences, is_demo_engine, attempts, revision)
{numbers} SELECT {id}, :client, :clinician, 'individual', 'signed', :at, :at, NOT :yes, '{{}}',
  NOT :yes, 0, 9 FROM numbers"""
_ARTEFACTS = """
INSERT INTO artefacts (id, kind, encounter_id, client_id, made_at, last_piece_at, ordinal,
  size_bytes, chunk_count, is_finished, due_at, due_rule, doomed_at, doom_rule,
  key_deleted_generation, destroyed_at)
{numbers} SELECT {id}, 'transcript', {encounter}, :client, :at, :at, 1, 4000, 1, :yes, :at,
  'deadline reached', :at, 'note signed', 1, :at FROM numbers"""
_CERTIFICATES = """
INSERT INTO certificates (number, artefact_id, artefact_kind, encounter_id, client_id, rule,
  made_at, due_at, doomed_at, destroyed_at, root_generation_gone, root_provider, provider_limit,
  chain_head, previous_hash, signature)
{numbers} SELECT i, {id}, 'transcript', {encounter}, :client, 'note signed', :at, :at, :at, :at, 1, 'file',
  'file: the storage device may retain old blocks', {hash}, {hash}, {signature} FROM numbers"""
_EVENTS = """
INSERT INTO audit_events (id, action, at, encounter_id, client_id, facts)
{numbers} SELECT i, 'doomed', :at, {any_encounter}, :client, '{{"kind": "transcript"}}' FROM numbers"""
_LINKS = """
INSERT INTO audit_links (position, event_id, hash)
{numbers} SELECT i, i, {hash} FROM numbers"""
_AFTERWARDS = {
    "sqlite": (),
    "postgresql": (
        "SELECT setval(pg_get_serial_sequence('audit_events', 'id'), max(id)) FROM audit_events",
    ),
}
_SETTLED = {"sqlite": None, "postgresql": "VACUUM (ANALYZE)"}
"""What the server does by itself, bit by bit, while such a past grows."""


def fill_history(
    url: str, *, destroyed: int, at: datetime, client_id: str, clinician_id: str
) -> None:
    """Add `destroyed` artefacts that went at `at`, four to an encounter, to a record without any.

    What is in the chain already must be linked to its end.
    """
    engine = open_engine(url)
    dialect = engine.dialect.name
    padded = _PADDED[dialect]
    parts = {
        "numbers": _NUMBERS,
        "id": padded.format(width=36, of="i"),
        "encounter": padded.format(width=36, of=f"(i - 1) / {ARTEFACTS_AN_ENCOUNTER} + 1"),
        "any_encounter": padded.format(width=36, of=f"(i - 1) % ({destroyed} / 4 + 1) + 1"),
        "hash": padded.format(width=64, of="i"),
        "signature": padded.format(width=88, of="i"),
    }
    moment = at.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    given = {"at": moment, "yes": True, "client": client_id, "clinician": clinician_id}
    with transaction(engine, writes=True) as connection:
        last = int(connection.execute(select(func.max(audit_events.c.id))).scalar() or 0)
        for statement, first, count in (
            (_ENCOUNTERS, 1, destroyed // ARTEFACTS_AN_ENCOUNTER + 1),
            (_ARTEFACTS, 1, destroyed),
            (_CERTIFICATES, 1, destroyed),
            (_EVENTS, last + 1, 2 * destroyed),
            (_LINKS, last + 1, 2 * destroyed),
        ):
            written = {name: value for name, value in given.items() if f":{name}" in statement}
            span = {"first": first, "last": first + count - 1}
            connection.execute(text(statement.format(**parts)), span | written)
        for statement in _AFTERWARDS[dialect]:
            connection.exec_driver_sql(statement)
    if settled := _SETTLED[dialect]:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(settled)
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
