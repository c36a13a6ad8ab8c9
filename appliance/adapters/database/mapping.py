"""Between rows and the record's own types."""

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import RowMapping

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action, AuditEvent
from appliance.domain.capture import Capture
from appliance.domain.consent import Consent, ConsentState
from appliance.domain.destruction import Certificate
from appliance.domain.encounter import Attention, Encounter, EncounterKind, RequirementProfile
from appliance.domain.lifecycle import Stage
from appliance.domain.people import Account, AccountRole, Practice, RecordKept
from appliance.domain.preferences import Preferences, PronounChoice, Verbosity
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.transcript import Origin
from appliance.domain.vault import Root, WrappedKey


def preferences_to_json(preferences: Preferences) -> dict[str, Any]:
    """Only the choices that were made."""
    return {name: value for name, value in asdict(preferences).items() if value is not None}


def preferences_from_json(stored: dict[str, Any] | None) -> Preferences:
    made = dict(stored or {})
    if "pronouns" in made:
        made["pronouns"] = PronounChoice(made["pronouns"])
    if "verbosity" in made:
        made["verbosity"] = Verbosity(made["verbosity"])
    if "methods" in made:
        made["methods"] = tuple(made["methods"])
    return Preferences(**made)


def _plain(item: Any) -> dict[str, Any]:
    return {f.name: getattr(item, f.name) for f in fields(item)}


def encounter_values(encounter: Encounter) -> dict[str, Any]:
    return _plain(encounter) | {"preferences": preferences_to_json(encounter.preferences)}


def encounter_from(row: RowMapping) -> Encounter:
    names = {f.name for f in fields(Encounter)}
    values = {name: row[name] for name in names}
    values |= {
        "kind": EncounterKind(row["kind"]),
        "stage": Stage(row["stage"]),
        "origin": Origin(row["origin"]) if row["origin"] else None,
        "attention": Attention(row["attention"]) if row["attention"] else None,
        "preferences": preferences_from_json(row["preferences"]),
    }
    return Encounter(**values)


def consent_from(row: RowMapping) -> Consent:
    return Consent(
        participant_id=row["participant_id"],
        state=ConsentState(row["state"]),
        noted_by=row["noted_by"],
        noted_at=row["noted_at"],
    )


def artefact_values(artefact: Artefact) -> dict[str, Any]:
    return _plain(artefact)


def artefact_from(row: RowMapping) -> Artefact:
    values = {f.name: row[f.name] for f in fields(Artefact)}
    values |= {
        "kind": ArtefactKind(row["kind"]),
        "due_rule": Rule(row["due_rule"]) if row["due_rule"] else None,
        "doom_rule": Rule(row["doom_rule"]) if row["doom_rule"] else None,
    }
    return Artefact(**values)


def capture_values(capture: Capture) -> dict[str, Any]:
    return _plain(capture)


def capture_from(row: RowMapping) -> Capture:
    return Capture(**{f.name: row[f.name] for f in fields(Capture)})


def key_from(row: RowMapping) -> WrappedKey:
    return WrappedKey(
        artefact_id=row["artefact_id"],
        root=Root(row["root"]),
        generation=row["generation"],
        wrapped=bytes(row["wrapped"]),
    )


def account_from(row: RowMapping) -> Account:
    return Account(
        id=row["id"],
        user_name=row["user_name"],
        display_name=row["display_name"],
        credentials=row["credentials"],
        role=AccountRole(row["role"]),
        supervisor_id=row["supervisor_id"],
    )


def practice_from(row: RowMapping) -> Practice:
    return Practice(
        name=row["name"],
        record_kept=RecordKept(row["record_kept"]),
        requirement_profile=RequirementProfile(row["requirement_profile"]),
        transcript_days=row["transcript_days"],
        draft_days=row["draft_days"],
        copied_note_days=row["copied_note_days"],
        record_years=row["record_years"],
    )


def event_from(row: RowMapping) -> AuditEvent:
    return AuditEvent(
        action=Action(row["action"]),
        at=row["at"],
        account_id=row["account_id"],
        encounter_id=row["encounter_id"],
        client_id=row["client_id"],
        facts=row["facts"] or None,
    )


def certificate_values(certificate: Certificate) -> dict[str, Any]:
    return _plain(certificate)


def certificate_from(row: RowMapping) -> Certificate:
    values = {f.name: row[f.name] for f in fields(Certificate)}
    values |= {"artefact_kind": ArtefactKind(row["artefact_kind"]), "rule": Rule(row["rule"])}
    return Certificate(**values)
