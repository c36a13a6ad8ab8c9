"""A recording that comes in pieces says beforehand how large it will be."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("artefacts", sa.Column("announced_bytes", sa.BigInteger(), nullable=True))
