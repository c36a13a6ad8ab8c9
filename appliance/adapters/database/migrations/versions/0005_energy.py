"""The energy ledger, and the random id under which a step's energy is booked."""

import sqlalchemy as sa
from alembic import op

from appliance.adapters.database.energy_tables import (
    energy_choices,
    energy_hours,
    energy_meters,
    energy_requests,
    energy_statements,
    offset_retirements,
)

revision = "0005"
down_revision = "0004"

_TABLES = (
    energy_requests,
    energy_hours,
    energy_meters,
    energy_choices,
    energy_statements,
    offset_retirements,
)


def upgrade() -> None:
    for table in _TABLES:
        table.create(op.get_bind())
    op.add_column("step_runs", sa.Column("request_id", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_step_runs_request_id"), "step_runs", ["request_id"])
