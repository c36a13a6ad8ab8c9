"""Certificates for those who may see them: one, of an encounter, of a client, of a month."""

from dataclasses import dataclass
from datetime import datetime

from appliance.domain.audit import Action
from appliance.domain.destruction import Certificate
from appliance.domain.errors import Absent
from appliance.domain.people import Account, AccountRole
from appliance.steps.access import note, own_client, readable_encounter
from appliance.steps.box import Box
from appliance.steps.records import Records
from appliance.steps.sources import client_record_or_gone


@dataclass(frozen=True, kw_only=True)
class CertificateBook:
    """Certificates and the keyring's public key (Ed25519, 32 bytes) to check them with.

    `client_name` is empty where they are of several clients, or of one whose record is gone.
    """

    certificates: tuple[Certificate, ...]
    public_key: bytes
    client_name: str = ""


def certificates_of_client(box: Box, actor: Account, client_id: str) -> CertificateBook:
    """Raises Absent for anyone else's client."""
    with box.database.write() as records:
        own_client(records, actor, client_id)
        found = records.certificates.of_client(client_id)
        return _book(records, box, actor, found, client_id)


def certificates_of_encounter(box: Box, actor: Account, encounter_id: str) -> CertificateBook:
    """Raises Absent for an encounter that is not the actor's to see."""
    with box.database.write() as records:
        encounter = readable_encounter(records, actor, encounter_id)
        found = records.certificates.of_encounter(encounter_id)
        return _book(records, box, actor, found, encounter.client_id)


def certificates_between(
    box: Box, actor: Account, start: datetime, end: datetime
) -> CertificateBook:
    """What was destroyed in [start, end): one's own clients' things; for administrators, all.

    A certificate says nothing of content and names nobody.
    """
    with box.database.write() as records:
        whose = None if actor.role is AccountRole.ADMINISTRATOR else actor.id
        found = records.certificates.between(start, end, clinician_id=whose)
        return _book(records, box, actor, found, None)


def certificate_numbered(box: Box, actor: Account, number: int) -> CertificateBook:
    """Raises Absent for a certificate that is not the actor's to see."""
    with box.database.write() as records:
        certificate = records.certificates.numbered(number)
        if actor.role is AccountRole.ADMINISTRATOR:
            return _book(records, box, actor, (certificate,), None)
        if certificate.encounter_id is not None:
            readable_encounter(records, actor, certificate.encounter_id)
        elif certificate.client_id is not None:
            own_client(records, actor, certificate.client_id)
        else:
            raise Absent
        return _book(records, box, actor, (certificate,), certificate.client_id)


def _book(
    records: Records,
    box: Box,
    actor: Account,
    found: tuple[Certificate, ...],
    client_id: str | None,
) -> CertificateBook:
    facts: dict[str, str | int] = {"count": len(found)}
    note(
        records,
        Action.CERTIFICATE_READ,
        box.clock.now(),
        actor=actor,
        client_id=client_id,
        facts=facts,
    )
    record = client_record_or_gone(records, box, client_id) if client_id else None
    return CertificateBook(
        certificates=found,
        public_key=box.vault.status().public_key,
        client_name=record.name if record else "",
    )
