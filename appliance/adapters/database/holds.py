"""Legal holds: placed, lifted, never deleted."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, insert, select, update

from appliance.adapters.database.tables import artefacts, legal_holds
from appliance.domain.hold import HoldReason, LegalHold


def is_not_held() -> ColumnElement[bool]:
    """True for rows of `artefacts` whose client no hold protects now."""
    holding = legal_holds.c.client_id == artefacts.c.client_id
    return ~exists().where(holding, legal_holds.c.lifted_at.is_(None))


class HoldRows:
    """The `Holds` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, hold: LegalHold) -> None:
        self._connection.execute(
            insert(legal_holds).values(
                client_id=hold.client_id,
                reason=hold.reason,
                placed_by=hold.placed_by,
                placed_at=hold.placed_at,
            )
        )

    def lift(self, client_id: str, reason: HoldReason, account_id: str, now: datetime) -> int:
        changed = self._connection.execute(
            update(legal_holds)
            .where(
                legal_holds.c.client_id == client_id,
                legal_holds.c.reason == reason,
                legal_holds.c.lifted_at.is_(None),
            )
            .values(lifted_by=account_id, lifted_at=now)
        )
        return changed.rowcount

    def on_client(self, client_id: str) -> tuple[LegalHold, ...]:
        rows = self._connection.execute(
            select(legal_holds)
            .where(legal_holds.c.client_id == client_id, legal_holds.c.lifted_at.is_(None))
            .order_by(legal_holds.c.placed_at, legal_holds.c.id)
        )
        return tuple(map(_hold_from, rows.mappings()))


def _hold_from(row: RowMapping) -> LegalHold:
    return LegalHold(
        client_id=row["client_id"],
        reason=HoldReason(row["reason"]),
        placed_by=row["placed_by"],
        placed_at=row["placed_at"],
        lifted_by=row["lifted_by"],
        lifted_at=row["lifted_at"],
    )
