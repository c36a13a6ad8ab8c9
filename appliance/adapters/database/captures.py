"""Recordings that go on as the session does: who sends, how much is here, how much is heard."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from appliance.adapters.database.mapping import (
    artefact_from,
    capture_from,
    capture_values,
    key_from,
)
from appliance.adapters.database.tables import artefact_keys, artefacts, captures, witnesses
from appliance.domain.artefact import Artefact
from appliance.domain.capture import Capture
from appliance.domain.retention import ArtefactKind
from appliance.domain.vault import WrappedKey

_IS_SEGMENT = artefacts.c.kind == ArtefactKind.SEGMENT


class CaptureRows:
    """The `Captures` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, capture: Capture) -> None:
        self._connection.execute(insert(captures).values(capture_values(capture)))

    def get(self, encounter_id: str) -> Capture | None:
        query = select(captures).where(captures.c.encounter_id == encounter_id)
        row = self._connection.execute(query).mappings().first()
        return capture_from(row) if row else None

    def save(self, capture: Capture) -> None:
        self._connection.execute(
            update(captures)
            .where(captures.c.encounter_id == capture.encounter_id)
            .values(capture_values(capture))
        )

    def delete(self, encounter_id: str) -> None:
        self._connection.execute(delete(captures).where(captures.c.encounter_id == encounter_id))

    def to_hear(
        self, now: datetime, *, idle_before: datetime, forgotten_before: datetime
    ) -> tuple[str, ...]:
        has_segment = exists().where(
            artefacts.c.encounter_id == captures.c.encounter_id,
            _IS_SEGMENT,
            artefacts.c.doomed_at.is_(None),
            artefacts.c.held_at.is_(None),
            or_(artefacts.c.is_finished, artefacts.c.last_piece_at <= idle_before),
        )
        found = self._connection.execute(
            select(captures.c.encounter_id)
            .where(
                or_(captures.c.not_before_at.is_(None), captures.c.not_before_at <= now),
                or_(
                    captures.c.is_stopped,
                    captures.c.last_piece_at <= forgotten_before,
                    has_segment,
                ),
            )
            .order_by((captures.c.received_samples - captures.c.heard_samples).desc())
        )
        return tuple(found.scalars())

    def sound_at_rest(self) -> tuple[tuple[Artefact, WrappedKey], ...]:
        found: list[tuple[Artefact, WrappedKey]] = []
        for keys in (artefact_keys, witnesses):
            rows = self._connection.execute(
                select(artefacts, keys)
                .join(keys, artefacts.c.id == keys.c.artefact_id)
                .where(_IS_SEGMENT)
            )
            found += [(artefact_from(row), key_from(row)) for row in rows.mappings()]
        return tuple(found)
