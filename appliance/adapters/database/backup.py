"""The rows of a backup: the practice's record and its proofs, and nothing that is to be destroyed.

Left out by construction: keys and chunks of everything under the live root, witnesses, the root's
state, sign-ins, the queue's leases. An encounter that is not signed comes back as an open one.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    Select,
    Table,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
)

from appliance.adapters.database import energy_tables, tables
from appliance.adapters.database.tables import Moment, artefact_keys, artefacts, chunks
from appliance.domain.errors import BackupUnreadable
from appliance.domain.lifecycle import Stage
from appliance.domain.vault import Root

FORMAT = 1
_REOPENED: dict[str, Any] = {
    "stage": Stage.OPEN.value,
    "origin": None,
    "engine": None,
    "first_word_at": None,
    "attention": None,
}
_UNLEASED: dict[str, Any] = {
    "lease_owner": None,
    "lease_until": None,
    "done_share": None,
    "attempts": 0,
    "not_before_at": None,
}


def rows_of(connection: Connection) -> Iterator[bytes]:
    """A line of JSON for each row, tables in the order in which they can be put back."""
    for table, query in _chosen():
        for row in connection.execute(query).mappings():
            values = _without_work(table, dict(row))
            plain = {name: _plain(value) for name, value in values.items()}
            yield json.dumps({"table": table.name, "row": plain}).encode() + b"\n"


def put_back(connection: Connection, lines: Iterable[bytes]) -> int:
    """Insert the rows of a backup into empty tables; how many. Raises BackupUnreadable.

    The practice's settings take the place of those that a new box starts with.
    """
    connection.execute(delete(tables.practice))
    allowed = {table.name: table for table, _ in _chosen()}
    count = 0
    for line in lines:
        try:
            said = json.loads(line)
            table = allowed[said["table"]]
            values = {name: _value(table, name, value) for name, value in said["row"].items()}
        except (KeyError, TypeError, ValueError):
            raise BackupUnreadable from None
        connection.execute(insert(table).values(values))
        count += 1
    if connection.dialect.name == "postgresql":
        _go_on_counting(connection, allowed.values())
    return count


def is_empty(connection: Connection) -> bool:
    """No account, no client, nothing sealed and nothing done: a box that nobody has used."""
    return not any(
        connection.execute(select(func.count()).select_from(table)).scalar()
        for table in (tables.accounts, tables.clients, artefacts, tables.audit_events)
    )


def newest_generation_gone(connection: Connection) -> int:
    """The newest live root that a certificate calls gone; 0 where there is none."""
    gone = tables.certificates.c.root_generation_gone
    return int(connection.execute(select(func.max(gone))).scalar() or 0)


def _chosen() -> list[tuple[Table, Select[Any]]]:
    """Every table of a backup, and which of its rows."""
    kept = _is_of_the_record()
    whole = (tables.practice, tables.accounts, tables.clients, tables.encounters, tables.consents)
    proofs = (tables.legal_holds, tables.certificates, tables.audit_events, tables.audit_links)
    ledger = (
        tables.step_runs,
        energy_tables.energy_requests,
        energy_tables.energy_hours,
        energy_tables.energy_meters,
        energy_tables.energy_choices,
        energy_tables.energy_statements,
        energy_tables.offset_retirements,
    )
    return [
        *((table, _ordered(table)) for table in whole),
        (artefacts, select(artefacts).where(or_(artefacts.c.destroyed_at.is_not(None), kept))),
        (artefact_keys, _with_artefact(artefact_keys).where(kept)),
        (chunks, _with_artefact(chunks).where(kept)),
        *((table, _ordered(table)) for table in (*proofs, *ledger)),
    ]


def _ordered(table: Table) -> Select[Any]:
    # Supervisors come before those whom they supervise.
    first = [table.c.supervisor_id.is_not(None)] if table is tables.accounts else []
    return select(table).order_by(*first, *table.primary_key.columns)


def _with_artefact(table: Table) -> Select[Any]:
    return select(table).join(artefacts, artefacts.c.id == table.c.artefact_id)


def _is_of_the_record() -> Any:
    """Alive, and its key hangs from the long-lived root."""
    key = artefact_keys.alias()
    has_lasting_key = exists().where(key.c.artefact_id == artefacts.c.id, key.c.root == Root.RECORD)
    return artefacts.c.doomed_at.is_(None) & has_lasting_key


def _without_work(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """An encounter without what is under way; without its words it is open again."""
    if table is not tables.encounters:
        return row
    return row | _UNLEASED | ({} if row["stage"] == Stage.SIGNED else _REOPENED)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value).astimezone(UTC)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value


def _go_on_counting(connection: Connection, restored: Iterable[Table]) -> None:
    """PostgreSQL counts ids apart from the rows."""
    for table in restored:
        column = table.c.get("id")
        if column is not None and column.autoincrement is True:
            highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, highest, text("false"))))
