"""What proves things later: the audit chain, certificates, and heartbeats."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from appliance.adapters.database.mapping import (
    certificate_from,
    certificate_values,
    event_from,
)
from appliance.adapters.database.tables import (
    audit_events,
    audit_links,
    certificates,
    clients,
    heartbeats,
)
from appliance.domain.audit import GENESIS, Action, AuditEvent, Link
from appliance.domain.destruction import Certificate
from appliance.domain.errors import Absent

ROWS_AT_ONCE = 1000


class AuditRows:
    """The `Audit` port on one connection. Nothing here updates or deletes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: AuditEvent) -> None:
        self._connection.execute(
            insert(audit_events).values(
                action=event.action,
                at=event.at,
                account_id=event.account_id,
                encounter_id=event.encounter_id,
                client_id=event.client_id,
                facts=dict(event.facts or {}),
            )
        )

    def unlinked(self, limit: int) -> tuple[tuple[int, AuditEvent], ...]:
        last = select(func.max(audit_links.c.event_id)).scalar_subquery()
        rows = self._connection.execute(
            # Events are numbered in the order of their commits, for there is one writer at a time.
            select(audit_events)
            .where(audit_events.c.id > func.coalesce(last, 0))
            .order_by(audit_events.c.id)
            .limit(limit)
        ).mappings()
        return tuple((row["id"], event_from(row)) for row in rows)

    def head(self) -> tuple[int, str]:
        row = self._connection.execute(
            select(audit_links.c.position, audit_links.c.hash)
            .order_by(audit_links.c.position.desc())
            .limit(1)
        ).first()
        return (row.position, row.hash) if row else (0, GENESIS)

    def hash_at(self, position: int) -> str | None:
        found: str | None = self._connection.execute(
            select(audit_links.c.hash).where(audit_links.c.position == position)
        ).scalar()
        return found

    def link(self, event_id: int, position: int, link_hash: str) -> None:
        self._connection.execute(
            insert(audit_links).values(event_id=event_id, position=position, hash=link_hash)
        )

    def links(self) -> Iterator[Link]:
        rows = self._connection.execute(
            select(audit_links.c.position, audit_links.c.hash, audit_events)
            .join(audit_events, audit_events.c.id == audit_links.c.event_id)
            .order_by(audit_links.c.position)
        ).mappings()
        for row in rows:
            yield Link(position=row["position"], event=event_from(row), hash=row["hash"])

    def last(self, action: Action) -> AuditEvent | None:
        newest = (
            select(audit_events)
            .where(audit_events.c.action == action)
            .order_by(audit_events.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(newest).mappings().first()
        return event_from(row) if row else None


class CertificateRows:
    """The `Certificates` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self) -> Certificate | None:
        highest = select(func.max(certificates.c.number)).scalar_subquery()
        newest = select(certificates).where(certificates.c.number == highest)
        found = self._many(newest)
        return found[0] if found else None

    def add(self, certificate: Certificate) -> None:
        self._connection.execute(insert(certificates).values(certificate_values(certificate)))

    def numbered(self, number: int) -> Certificate:
        found = self._many(select(certificates).where(certificates.c.number == number))
        if not found:
            raise Absent
        return found[0]

    def of_encounter(self, encounter_id: str) -> tuple[Certificate, ...]:
        return self._many(_by_number().where(certificates.c.encounter_id == encounter_id))

    def of_client(self, client_id: str) -> tuple[Certificate, ...]:
        return self._many(_by_number().where(certificates.c.client_id == client_id))

    def between(
        self, start: datetime, end: datetime, *, clinician_id: str | None = None
    ) -> tuple[Certificate, ...]:
        query = _by_number().where(
            certificates.c.destroyed_at >= start, certificates.c.destroyed_at < end
        )
        if clinician_id is not None:
            query = query.join(clients, clients.c.id == certificates.c.client_id)
            query = query.where(clients.c.clinician_id == clinician_id)
        return self._many(query)

    def all(self) -> Iterator[Certificate]:
        query = _by_number().execution_options(yield_per=ROWS_AT_ONCE)
        yield from map(certificate_from, self._connection.execute(query).mappings())

    def count_by_kind(self) -> Mapping[str, int]:
        rows = self._connection.execute(
            select(certificates.c.artefact_kind, func.count()).group_by(
                certificates.c.artefact_kind
            )
        )
        return dict(map(tuple, rows))

    def _many(self, query: Select[Any]) -> tuple[Certificate, ...]:
        return tuple(map(certificate_from, self._connection.execute(query).mappings()))


def _by_number() -> Select[Any]:
    return select(certificates).order_by(certificates.c.number)


class HeartbeatRows:
    """The `Heartbeats` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, name: str, now: datetime) -> None:
        changed = self._connection.execute(
            update(heartbeats).where(heartbeats.c.name == name).values(at=now)
        )
        if changed.rowcount == 0:
            self._connection.execute(insert(heartbeats).values(name=name, at=now))

    def forget(self, name: str) -> None:
        self._connection.execute(delete(heartbeats).where(heartbeats.c.name == name))

    def last(self, name: str) -> datetime | None:
        found: datetime | None = self._connection.execute(
            select(heartbeats.c.at).where(heartbeats.c.name == name)
        ).scalar()
        return found
