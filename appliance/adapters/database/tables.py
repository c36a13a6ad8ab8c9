"""The tables. No column holds client text: whatever a client said or is called is a sealed chunk."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID_LENGTH = 36


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored without zone so that both databases order it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _id(name: str = "id", **options: Any) -> Column[str]:
    return Column(name, String(ID_LENGTH), **options)


def _reference(name: str, target: str, **options: Any) -> Column[str]:
    return Column(name, String(ID_LENGTH), ForeignKey(target), **options)


practice = Table(
    "practice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("record_kept", String(20), nullable=False),
    Column("requirement_profile", String(20), nullable=False),
    Column("transcript_days", Integer, nullable=False),
    Column("draft_days", Integer, nullable=False),
    Column("copied_note_days", Integer, nullable=False),
    Column("record_years", Integer, nullable=True),
    Column("preferences", JSON, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    _id(primary_key=True),
    Column("user_name", String(100), nullable=False, unique=True),
    Column("display_name", String(200), nullable=False),
    Column("credentials", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    _reference("supervisor_id", "accounts.id", nullable=True),
    Column("password_hash", String(300), nullable=False),
    Column("preferences", JSON, nullable=False),
    Column("disabled_at", Moment, nullable=True),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    _reference("account_id", "accounts.id", nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("name_sha256", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("tried_at", Moment, nullable=False, index=True),
)

clients = Table(
    "clients",
    metadata,
    _id(primary_key=True),
    _reference("clinician_id", "accounts.id", nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
)

encounters = Table(
    "encounters",
    metadata,
    _id(primary_key=True),
    _reference("client_id", "clients.id", nullable=False, index=True),
    _reference("clinician_id", "accounts.id", nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("stage", String(30), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("scheduled_at", Moment, nullable=False, index=True),
    Column("origin", String(10), nullable=True),
    Column("declared_seconds", Float, nullable=True),
    Column("accepts_shortfall", Boolean, nullable=False),
    Column("preferences", JSON, nullable=False),
    Column("engine", String(100), nullable=True),
    Column("is_demo_engine", Boolean, nullable=False, default=False),
    Column("first_word_at", Moment, nullable=True),
    Column("sources_destroyed_at", Moment, nullable=True),
    Column("signed_at", Moment, nullable=True),
    Column("copied_at", Moment, nullable=True),
    Column("attention", String(60), nullable=True),
    Column("done_share", Float, nullable=True),
    Column("lease_owner", String(60), nullable=True),
    Column("lease_until", Moment, nullable=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before_at", Moment, nullable=True),
    Column("revision", Integer, nullable=False, default=0),
    Index("ix_encounters_queue", "stage", "not_before_at"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _reference("encounter_id", "encounters.id", nullable=False, index=True),
    Column("participant_id", String(ID_LENGTH), nullable=False),
    Column("state", String(20), nullable=False),
    _reference("noted_by", "accounts.id", nullable=False),
    Column("noted_at", Moment, nullable=False),
)

# What waits for its deadline, for a turn, for its proof: few rows, whatever was destroyed before
# and however much survives. A wider index tempts PostgreSQL's planner to walk all survivors.
_DUE = text("doomed_at IS NULL AND due_at IS NOT NULL")
_DOOMED = text("doomed_at IS NOT NULL AND key_deleted_generation IS NULL")
_UNPROVED = text(
    "doomed_at IS NOT NULL AND key_deleted_generation IS NOT NULL AND destroyed_at IS NULL"
)

artefacts = Table(
    "artefacts",
    metadata,
    _id(primary_key=True),
    Column("kind", String(30), nullable=False),
    _reference("encounter_id", "encounters.id", nullable=True),
    _reference("client_id", "clients.id", nullable=True),
    Column("made_at", Moment, nullable=False),
    Column("last_piece_at", Moment, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("chunk_count", Integer, nullable=False),
    Column("is_finished", Boolean, nullable=False),
    Column("due_at", Moment, nullable=True),
    Column("due_rule", String(60), nullable=True),
    Column("held_at", Moment, nullable=True),
    Column("doomed_at", Moment, nullable=True),
    Column("doom_rule", String(60), nullable=True),
    Column("key_deleted_generation", BigInteger, nullable=True),
    Column("destroyed_at", Moment, nullable=True),
    Index("ix_artefacts_encounter", "encounter_id", "kind"),
    Index("ix_artefacts_client", "client_id", "kind"),
    Index("ix_artefacts_due", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
    Index("ix_artefacts_doomed", "doomed_at", sqlite_where=_DOOMED, postgresql_where=_DOOMED),
    Index("ix_artefacts_proof", "doomed_at", sqlite_where=_UNPROVED, postgresql_where=_UNPROVED),
)

artefact_keys = Table(
    "artefact_keys",
    metadata,
    _reference("artefact_id", "artefacts.id", primary_key=True),
    Column("root", String(10), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    # Each turn of the root writes every row anew. Half a page left free is room for all of its rows
    # once more, so that PostgreSQL leaves the index alone and needs no vacuum for what it replaced.
    postgresql_with={"fillfactor": 45},
)

witnesses = Table(
    "witnesses",
    metadata,
    _reference("artefact_id", "artefacts.id", primary_key=True),
    Column("root", String(10), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    _reference("artefact_id", "artefacts.id", primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

captures = Table(
    "captures",
    metadata,
    _reference("encounter_id", "encounters.id", primary_key=True),
    Column("channels", Integer, nullable=False),
    Column("token_sha256", String(64), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("last_piece_at", Moment, nullable=False),
    Column("received_samples", BigInteger, nullable=False),
    Column("heard_samples", BigInteger, nullable=False),
    Column("utterance_count", Integer, nullable=False),
    Column("loudness", Float, nullable=False),
    Column("is_stopped", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before_at", Moment, nullable=True),
)

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _reference("client_id", "clients.id", nullable=False),
    Column("reason", String(30), nullable=False),
    _reference("placed_by", "accounts.id", nullable=False),
    Column("placed_at", Moment, nullable=False),
    _reference("lifted_by", "accounts.id", nullable=True),
    Column("lifted_at", Moment, nullable=True),
    Index("ix_legal_holds_client", "client_id", "lifted_at"),
)

root_state = Table(
    "root_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("turned_at", Moment, nullable=False),
    Column("keyring", String(64), nullable=False, default=""),
)

certificates = Table(
    "certificates",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _reference("artefact_id", "artefacts.id", nullable=False, unique=True),
    Column("artefact_kind", String(30), nullable=False),
    _reference("encounter_id", "encounters.id", nullable=True, index=True),
    _reference("client_id", "clients.id", nullable=True, index=True),
    Column("rule", String(60), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=True),
    Column("doomed_at", Moment, nullable=False),
    Column("destroyed_at", Moment, nullable=False, index=True),
    Column("root_generation_gone", BigInteger, nullable=False),
    Column("root_provider", String(40), nullable=False),
    Column("provider_limit", String(200), nullable=False),
    Column("chain_head", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("signature", String(120), nullable=False),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("action", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Column("account_id", String(ID_LENGTH), nullable=True),
    Column("encounter_id", String(ID_LENGTH), nullable=True, index=True),
    Column("client_id", String(ID_LENGTH), nullable=True, index=True),
    Column("facts", JSON, nullable=False),
)

audit_links = Table(
    "audit_links",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("event_id", Integer, ForeignKey("audit_events.id"), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
)

step_runs = Table(
    "step_runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _reference("encounter_id", "encounters.id", nullable=False, index=True),
    Column("step", String(30), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", String(60), nullable=False),
    Column("energy_millijoules", BigInteger, nullable=True),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(30), primary_key=True),
    Column("at", Moment, nullable=False),
)
