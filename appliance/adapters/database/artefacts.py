"""Sealed things: their rows, wrapped keys and chunks, and the live root's generation."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    insert,
    select,
    update,
)

from appliance.adapters.database.engine import transaction
from appliance.adapters.database.holds import is_not_held
from appliance.adapters.database.mapping import artefact_from, artefact_values, key_from
from appliance.adapters.database.tables import (
    artefact_keys,
    artefacts,
    certificates,
    chunks,
    root_state,
    witnesses,
)
from appliance.domain.artefact import Artefact
from appliance.domain.errors import Absent
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.vault import KeyGone, Root, WrappedKey

_STATE_ROW = 1
_IN_REACH = (artefacts.c.doomed_at.is_(None), artefacts.c.held_at.is_(None))
_DOOMED = (artefacts.c.doomed_at.is_not(None), artefacts.c.key_deleted_generation.is_(None))
"""Waits for a turn of the root; the words of the index that serves it."""
# A turn holds up every writer, so ten thousand keys must not take long: one statement on PostgreSQL,
# with both lists sent as they are (b), and on SQLite, which has no way to a server, one that the
# driver repeats by itself.
_REPLACE_ONE = "UPDATE artefact_keys SET wrapped = ?, generation = ? WHERE artefact_id = ?"
_REPLACE_ALL = (
    "UPDATE artefact_keys SET wrapped = moved.wrapped, generation = %(generation)s"
    " FROM unnest(%(ids)b::text[], %(blobs)b::bytea[]) AS moved (id, wrapped)"
    " WHERE artefact_keys.artefact_id = moved.id"
)
_KEY_COLUMNS = ("artefact_id", "root", "generation", "wrapped")


class ArtefactRows:
    """The `Artefacts` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def generation(self) -> int:
        # Within a write transaction it stays what it is: there is one writer at a time.
        found = self._connection.execute(
            select(root_state.c.generation).where(root_state.c.id == _STATE_ROW)
        ).scalar()
        return int(found or 0)

    def set_generation(self, generation: int, now: datetime) -> None:
        values = {"generation": generation, "turned_at": now}
        changed = self._connection.execute(
            update(root_state).where(root_state.c.id == _STATE_ROW).values(values)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(root_state).values(id=_STATE_ROW, **values))

    def keyring(self) -> str:
        return str(self._connection.execute(select(root_state.c.keyring)).scalar() or "")

    def set_keyring(self, keyring: str) -> None:
        self._connection.execute(update(root_state).values(keyring=keyring))

    def turned_at(self) -> datetime:
        found: datetime = self._connection.execute(select(root_state.c.turned_at)).scalar_one()
        return found

    def add(self, artefact: Artefact, key: WrappedKey) -> None:
        values = artefact_values(artefact) | {"ordinal": self._next_ordinal(artefact)}
        self._connection.execute(insert(artefacts).values(values))
        self._connection.execute(
            insert(artefact_keys).values(
                artefact_id=key.artefact_id,
                root=key.root,
                generation=key.generation,
                wrapped=key.wrapped,
            )
        )

    def get(self, artefact_id: str) -> Artefact:
        found = self._many(select(artefacts).where(artefacts.c.id == artefact_id))
        if not found:
            raise Absent
        return found[0]

    def save(self, artefact: Artefact) -> None:
        self._connection.execute(
            update(artefacts).where(artefacts.c.id == artefact.id).values(artefact_values(artefact))
        )

    def key(self, artefact_id: str) -> WrappedKey:
        return _key(self._connection, artefact_id, *_IN_REACH)

    def key_as_of_now(self, artefact_id: str) -> WrappedKey:
        with transaction(self._connection.engine, writes=False) as elsewhere:
            return _key(elsewhere, artefact_id, *_IN_REACH)

    def held_key(self, artefact_id: str) -> WrappedKey:
        is_held = artefacts.c.held_at.is_not(None)
        return _key(self._connection, artefact_id, artefacts.c.doomed_at.is_(None), is_held)

    def add_chunk(self, artefact_id: str, position: int, sealed: bytes) -> None:
        self._connection.execute(
            insert(chunks).values(artefact_id=artefact_id, position=position, sealed=sealed)
        )

    def chunks(self, artefact_id: str) -> Iterator[tuple[int, bytes]]:
        rows = self._connection.execute(
            select(chunks.c.position, chunks.c.sealed)
            .where(chunks.c.artefact_id == artefact_id)
            .order_by(chunks.c.position)
        )
        for row in rows:
            yield row.position, bytes(row.sealed)

    def living(
        self,
        *,
        encounter_id: str | None = None,
        client_id: str | None = None,
        kinds: Iterable[ArtefactKind] | None = None,
    ) -> tuple[Artefact, ...]:
        query = select(artefacts).where(*_IN_REACH)
        if encounter_id is not None:
            query = query.where(artefacts.c.encounter_id == encounter_id)
        if client_id is not None:
            query = query.where(artefacts.c.client_id == client_id)
        if kinds is not None:
            query = query.where(artefacts.c.kind.in_(tuple(kinds)))
        return self._many(query.order_by(artefacts.c.made_at, artefacts.c.ordinal))

    def of_encounter(self, encounter_id: str) -> tuple[Artefact, ...]:
        return self._many(
            select(artefacts)
            .where(artefacts.c.encounter_id == encounter_id)
            .order_by(artefacts.c.made_at)
        )

    def due(self, now: datetime) -> tuple[Artefact, ...]:
        return self._many(
            select(artefacts)
            .where(*_IN_REACH, artefacts.c.due_at <= now, is_not_held())
            .order_by(artefacts.c.due_at, artefacts.c.ordinal)
        )

    def with_deadline(self) -> tuple[Artefact, ...]:
        return self._many(select(artefacts).where(*_IN_REACH, artefacts.c.due_at.is_not(None)))

    def soonest_due(self, kind: ArtefactKind) -> datetime | None:
        found: datetime | None = self._connection.execute(
            select(func.min(artefacts.c.due_at)).where(
                *_IN_REACH,
                artefacts.c.due_at.is_not(None),
                artefacts.c.kind == kind,
                is_not_held(),
            )
        ).scalar()
        return found

    def words_due_at(self, encounter_ids: Iterable[str]) -> Mapping[str, datetime]:
        rows = self._connection.execute(
            select(artefacts.c.encounter_id, func.min(artefacts.c.due_at))
            .where(
                *_IN_REACH,
                artefacts.c.encounter_id.in_(tuple(encounter_ids)),
                artefacts.c.kind == ArtefactKind.TRANSCRIPT,
                artefacts.c.due_at.is_not(None),
            )
            .group_by(artefacts.c.encounter_id)
        )
        return dict(map(tuple, rows))

    def of_client(self, client_id: str) -> tuple[Artefact, ...]:
        return self._many(
            select(artefacts)
            .where(artefacts.c.client_id == client_id)
            .order_by(artefacts.c.made_at, artefacts.c.ordinal)
        )

    def hold(self, artefact_ids: Iterable[str], rule: Rule, now: datetime) -> int:
        changed = self._connection.execute(
            update(artefacts)
            .where(artefacts.c.id.in_(tuple(artefact_ids)), *_IN_REACH)
            .values(held_at=now, doom_rule=rule)
        )
        return changed.rowcount

    def held(self, client_id: str) -> tuple[Artefact, ...]:
        return self._many(
            select(artefacts)
            .where(
                artefacts.c.client_id == client_id,
                artefacts.c.doomed_at.is_(None),
                artefacts.c.held_at.is_not(None),
            )
            .order_by(artefacts.c.made_at, artefacts.c.ordinal)
        )

    def doom(self, artefact_ids: Iterable[str], rule: Rule, now: datetime) -> int:
        changed = self._connection.execute(
            update(artefacts)
            .where(artefacts.c.id.in_(tuple(artefact_ids)), artefacts.c.doomed_at.is_(None))
            .values(doomed_at=now, doom_rule=rule)
        )
        return changed.rowcount

    def is_any_doomed(self) -> bool:
        found = self._connection.execute(select(artefacts.c.id).where(*_DOOMED).limit(1))
        return found.first() is not None

    def doomed_count(self) -> int:
        query = select(func.count()).select_from(artefacts).where(*_DOOMED)
        return self._connection.execute(query).scalar_one()

    def surviving_live_keys(self) -> tuple[tuple[str, bytes], ...]:
        doomed = select(artefacts.c.id).where(*_DOOMED)
        rows = self._connection.execute(
            select(artefact_keys.c.artefact_id, artefact_keys.c.wrapped).where(
                artefact_keys.c.root == Root.LIVE, artefact_keys.c.artefact_id.not_in(doomed)
            )
        )
        return tuple((artefact_id, wrapped) for artefact_id, wrapped in rows.all())

    def replace_keys(self, generation: int, keys: Iterable[tuple[str, bytes]]) -> None:
        moved = list(keys)
        if self._connection.dialect.name == "postgresql":
            ids, blobs = [name for name, _ in moved], [wrapped for _, wrapped in moved]
            values = {"generation": generation, "ids": ids, "blobs": blobs}
            self._connection.exec_driver_sql(_REPLACE_ALL, values)
        elif moved:
            rows = [(wrapped, generation, artefact_id) for artefact_id, wrapped in moved]
            self._connection.exec_driver_sql(_REPLACE_ONE, rows)

    def delete_doomed_keys(self, generation_gone: int) -> int:
        doomed = select(artefacts.c.id).where(*_DOOMED)
        kept = [artefact_keys.c[name] for name in _KEY_COLUMNS]
        self._connection.execute(
            insert(witnesses).from_select(
                _KEY_COLUMNS, select(*kept).where(artefact_keys.c.artefact_id.in_(doomed))
            )
        )
        self._connection.execute(
            delete(artefact_keys).where(artefact_keys.c.artefact_id.in_(doomed))
        )
        changed = self._connection.execute(
            update(artefacts).where(*_DOOMED).values(key_deleted_generation=generation_gone)
        )
        return changed.rowcount

    def witness(self, artefact_id: str) -> WrappedKey | None:
        query = select(witnesses).where(witnesses.c.artefact_id == artefact_id)
        row = self._connection.execute(query).mappings().first()
        return key_from(row) if row else None

    def delete_witness(self, artefact_id: str) -> None:
        self._connection.execute(delete(witnesses).where(witnesses.c.artefact_id == artefact_id))

    def remnants(self) -> tuple[tuple[str, WrappedKey | None], ...]:
        destroyed = artefacts.c.destroyed_at.is_not(None)
        left: list[tuple[str, WrappedKey | None]] = []
        for keys in (artefact_keys, witnesses):
            rows = self._connection.execute(
                select(keys).join(artefacts, artefacts.c.id == keys.c.artefact_id).where(destroyed)
            )
            left += [(row["artefact_id"], key_from(row)) for row in rows.mappings()]
        sealed = self._connection.execute(
            select(chunks.c.artefact_id)
            .join(artefacts, artefacts.c.id == chunks.c.artefact_id)
            .where(destroyed)
            .distinct()
        )
        return (*left, *((artefact_id, None) for artefact_id in sealed.scalars()))

    def uncertified(self) -> tuple[str, ...]:
        rows = self._connection.execute(
            select(artefacts.c.id)
            .outerjoin(certificates, certificates.c.artefact_id == artefacts.c.id)
            .where(artefacts.c.destroyed_at.is_not(None), certificates.c.number.is_(None))
            .order_by(artefacts.c.id)
        )
        return tuple(rows.scalars())

    def unproved(self) -> tuple[Artefact, ...]:
        return self._many(
            select(artefacts)
            .join(witnesses, witnesses.c.artefact_id == artefacts.c.id)
            .where(
                artefacts.c.destroyed_at.is_(None),
                artefacts.c.doomed_at.is_not(None),
                artefacts.c.key_deleted_generation.is_not(None),
            )
            .order_by(artefacts.c.doomed_at, artefacts.c.id)
        )

    def delete_chunks(self, artefact_id: str) -> None:
        self._connection.execute(delete(chunks).where(chunks.c.artefact_id == artefact_id))

    def _next_ordinal(self, artefact: Artefact) -> int:
        """Tells apart what was made within one tick of the clock."""
        owner = (
            artefacts.c.encounter_id == artefact.encounter_id
            if artefact.encounter_id
            else artefacts.c.client_id == artefact.client_id
        )
        highest = self._connection.execute(select(func.max(artefacts.c.ordinal)).where(owner))
        return int(highest.scalar() or 0) + 1

    def _many(self, query: Select[Any]) -> tuple[Artefact, ...]:
        return tuple(map(artefact_from, self._connection.execute(query).mappings()))


def _key(connection: Connection, artefact_id: str, *conditions: ColumnElement[bool]) -> WrappedKey:
    row = (
        connection.execute(
            select(artefact_keys)
            .join(artefacts, artefacts.c.id == artefact_keys.c.artefact_id)
            .where(artefact_keys.c.artefact_id == artefact_id, *conditions)
        )
        .mappings()
        .first()
    )
    if row is None:
        raise KeyGone
    return key_from(row)
