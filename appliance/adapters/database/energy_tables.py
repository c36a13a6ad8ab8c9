"""The ledger's tables: counts, times and millijoules; no content, no client's id.

They outlive what they speak of: an encounter's energy stays when its content is gone.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from appliance.adapters.database.tables import Moment, metadata

energy_requests = Table(
    "energy_requests",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("meter_id", String(32), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("request_id", String(32), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("model", String(120), nullable=False),
    Column("gpu", String(100), nullable=False),
    Column("began_at", Moment, nullable=False, index=True),
    Column("seconds", Float, nullable=False),
    Column("millijoules", BigInteger, nullable=True),
    Column("prefill_tokens", BigInteger, nullable=False),
    Column("decode_tokens", BigInteger, nullable=False),
    Column("context_tokens", BigInteger, nullable=False),
    Column("audio_milliseconds", BigInteger, nullable=False),
    Column("is_whole", Boolean, nullable=False),
    Column("is_calibrated", Boolean, nullable=False),
    UniqueConstraint("meter_id", "sequence"),
)

energy_hours = Table(
    "energy_hours",
    metadata,
    Column("hour_at", Moment, primary_key=True),
    Column("meter_id", String(32), primary_key=True),
    Column("gpu", String(100), primary_key=True),
    Column("mode", String(20), primary_key=True),
    Column("counter_millijoules", BigInteger, nullable=False),
    Column("requests_millijoules", BigInteger, nullable=False),
    Column("idle_millijoules", BigInteger, nullable=False),
    Column("unattributed_millijoules", BigInteger, nullable=False),
    Column("covered_seconds", Float, nullable=False),
    Column("gap_seconds", Float, nullable=False),
    Column("resets", Integer, nullable=False),
)

energy_meters = Table(
    "energy_meters",
    metadata,
    Column("meter_id", String(32), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)

energy_choices = Table(
    "energy_choices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("choices", JSON, nullable=False),
)

energy_statements = Table(
    "energy_statements",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("month", String(7), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("csv_sha256", String(64), nullable=False),
    Column("pdf_sha256", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

offset_retirements = Table(
    "offset_retirements",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("noted_at", Moment, nullable=False),
    Column("registry", String(100), nullable=False),
    Column("project", String(200), nullable=False),
    Column("vintage", String(20), nullable=False),
    Column("serials", String(400), nullable=False),
    Column("kilograms", BigInteger, nullable=False),
    Column("certificate_sha256", String(64), nullable=False),
    Index("uq_offset_retirements_serials", "registry", "serials", unique=True),
)
