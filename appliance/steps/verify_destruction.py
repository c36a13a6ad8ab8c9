"""Check every certificate: its chain, its signature, and that nothing certified can be read."""

import base64
import binascii
from collections.abc import Iterator

from appliance.domain.destruction import Certificate, certificate_body
from appliance.domain.errors import Absent, RolledBack, RootLost, SealBroken
from appliance.domain.vault import KeyGone, KeyringStatus, WrappedKey
from appliance.domain.verification import (
    AuditTrail,
    Fault,
    Finding,
    Verification,
    check_certificates,
    follow_audit,
)
from appliance.steps.agreement import require_agreement
from appliance.steps.artefacts import is_gone
from appliance.steps.box import Box
from appliance.steps.records import Records


def verify_destruction(box: Box) -> Verification:
    """Everything that the box says it destroyed, tried again. Raises Unavailable."""
    status = box.vault.status()
    with box.database.read() as records:
        trail = follow_audit(records.audit.links())
        certificates = records.certificates.all
        count = sum(records.certificates.count_by_kind().values())

        def has_signed(certificate: Certificate) -> bool:
            keys = (status.public_key, *status.earlier_public_keys)
            return any(_has_signed(box, certificate, key) for key in keys)

        findings = [
            *_agreement(records, status),
            *_audit(trail),
            *check_certificates(certificates(), trail, frozenset(status.generations), has_signed),
            *_remnants(records, box),
            *_readable(records, box, certificates()),
            *(Finding(fault=Fault.UNCERTIFIED, where=i) for i in records.artefacts.uncertified()),
        ]
        return Verification(
            certificate_count=count,
            reads_tried=count,
            audit_links=trail.link_count,
            waiting_count=records.artefacts.doomed_count() + len(records.artefacts.unproved()),
            findings=tuple(findings),
        )


def _agreement(records: Records, status: KeyringStatus) -> Iterator[Finding]:
    try:
        require_agreement(records, status)
    except (RolledBack, RootLost) as error:
        yield Finding(fault=Fault.NOT_TOGETHER, where=error.code)


def _audit(trail: AuditTrail) -> Iterator[Finding]:
    if trail.broken_at is not None:
        yield Finding(fault=Fault.AUDIT_BROKEN, where=f"audit link {trail.broken_at}")


def _has_signed(box: Box, certificate: Certificate, public_key: bytes) -> bool:
    try:
        signature = base64.b64decode(certificate.signature, validate=True)
    except binascii.Error:
        return False
    return box.vault.is_signed(certificate_body(certificate), signature, public_key)


def _remnants(records: Records, box: Box) -> Iterator[Finding]:
    """Whatever is left of what is called destroyed: a key is tried on the keyring."""
    for artefact_id, key in records.artefacts.remnants():
        opens = key is not None and _opens(box, key)
        yield Finding(fault=Fault.STILL_READABLE if opens else Fault.REMNANT, where=artefact_id)


def _opens(box: Box, key: WrappedKey) -> bool:
    try:
        box.vault.open_key(key)
    except (KeyGone, SealBroken):
        return False
    return True


def _readable(records: Records, box: Box, certificates: Iterator[Certificate]) -> Iterator[Finding]:
    """Read each by the way of the box; a row that was brought back is no longer destroyed."""
    for certificate in certificates:
        try:
            artefact = records.artefacts.get(certificate.artefact_id)
        except Absent:
            yield Finding(fault=Fault.NOT_DESTROYED, where=str(certificate.number))
            continue
        if artefact.destroyed_at is None or artefact.doomed_at is None:
            yield Finding(fault=Fault.NOT_DESTROYED, where=str(certificate.number))
        if not is_gone(records, box.vault, artefact):
            yield Finding(fault=Fault.STILL_READABLE, where=str(certificate.number))
