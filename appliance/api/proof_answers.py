"""What the API answers about proofs: certificates with their key, and what exists of a client."""

import base64
from datetime import datetime

from appliance.api.answers import Answer, CertificateAnswer, HoldAnswer, certificate_of, hold_of
from appliance.domain.inventory import Inventory
from appliance.domain.retention import ArtefactKind
from appliance.steps.show_certificates import CertificateBook


class CertificatesAnswer(Answer):
    """`public_key` is the keyring's Ed25519 key, 32 bytes in base64."""

    public_key: str
    certificates: tuple[CertificateAnswer, ...]


class ExistingAnswer(Answer):
    """One thing on the box. `kept_until`: its rule in words; `due_at`: by this moment at the latest,
    for signed notes and the client's record at the earliest.

    `is_held`: only a legal hold keeps it, and nobody can read it.
    """

    artefact_id: str
    kind: ArtefactKind
    encounter_id: str | None
    made_at: datetime
    where: str
    due_at: datetime | None
    kept_until: str
    is_held: bool
    goes_with_client: bool


class InventoryAnswer(Answer):
    """All of one client. While `holds` is not empty, no `due_at` counts.

    `gone`: things destroyed or doomed; `certified`: how many of them have their certificate.
    """

    client_id: str
    holds: tuple[HoldAnswer, ...]
    existing: tuple[ExistingAnswer, ...]
    gone: int
    certified: int


def certificates_of(book: CertificateBook) -> CertificatesAnswer:
    return CertificatesAnswer(
        public_key=base64.b64encode(book.public_key).decode(),
        certificates=tuple(map(certificate_of, book.certificates)),
    )


def inventory_of(found: Inventory) -> InventoryAnswer:
    going = {existing.artefact.id for existing in found.to_destroy}
    return InventoryAnswer(
        client_id=found.client_id,
        holds=tuple(map(hold_of, found.holds)),
        existing=tuple(
            ExistingAnswer(
                artefact_id=existing.artefact.id,
                kind=existing.artefact.kind,
                encounter_id=existing.artefact.encounter_id,
                made_at=existing.artefact.made_at,
                where=existing.where,
                due_at=existing.artefact.due_at,
                kept_until=existing.kept_until,
                is_held=existing.artefact.held_at is not None,
                goes_with_client=existing.artefact.id in going,
            )
            for existing in found.existing
        ),
        gone=found.gone_count,
        certified=found.certificate_count,
    )
