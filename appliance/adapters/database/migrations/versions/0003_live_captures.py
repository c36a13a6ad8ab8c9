"""Sessions that are recorded as they happen."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "captures",
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("last_piece_at", sa.DateTime(), nullable=False),
        sa.Column("received_samples", sa.BigInteger(), nullable=False),
        sa.Column("heard_samples", sa.BigInteger(), nullable=False),
        sa.Column("utterance_count", sa.Integer(), nullable=False),
        sa.Column("loudness", sa.Float(), nullable=False),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_captures_encounter_id")
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_captures")),
    )
