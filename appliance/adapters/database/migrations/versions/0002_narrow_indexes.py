"""Indexes that hold what waits only: no plan can walk the survivors, whatever was destroyed before."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_DUE = sa.text("doomed_at IS NULL AND due_at IS NOT NULL")
_UNPROVED = sa.text(
    "doomed_at IS NOT NULL AND key_deleted_generation IS NOT NULL AND destroyed_at IS NULL"
)


def upgrade() -> None:
    op.drop_index("ix_artefacts_due", table_name="artefacts")
    op.drop_index("ix_artefacts_proof", table_name="artefacts")
    op.create_index(
        "ix_artefacts_due", "artefacts", ["due_at"], sqlite_where=_DUE, postgresql_where=_DUE
    )
    op.create_index(
        "ix_artefacts_proof",
        "artefacts",
        ["doomed_at"],
        sqlite_where=_UNPROVED,
        postgresql_where=_UNPROVED,
    )
