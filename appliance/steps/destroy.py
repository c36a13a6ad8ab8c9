"""Doom → destroyed: turn the root, prove by a failed read, write the certificates (P3, P4, P5)."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action, link_hash
from appliance.domain.destruction import Certificate, certificate_body
from appliance.domain.errors import Misconfigured, StillReadable
from appliance.domain.retention import Rule
from appliance.domain.vault import KeyGone, KeyringStatus, Root, WrappedKey
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.ports import Records

TURN_APART_SECONDS = 10
CERTIFICATES_A_TRANSACTION = 200
LINKS_A_TRANSACTION = 500


def settle(box: Box) -> None:
    """At start: make the keyring agree with the database about which root is current.

    A turn cut off before its commit is undone, one cut off after it is completed. Raises
    Misconfigured when the two do not belong together.
    """
    now = box.clock.now()
    with box.database.write() as records:
        generations = box.vault.status().generations
        current = records.artefacts.generation()
        if current == 0:
            records.artefacts.set_generation(max(generations), now)
            current = max(generations)
        if current not in generations:
            raise Misconfigured(details={"reason": "this keyring does not belong to this database"})
    if generations != (current,):
        box.vault.settle(current)


def destroy_doomed(box: Box) -> int:
    """Turn the root if anything is doomed and the last turn is 10 s ago; then certify.

    Returns the number of certificates written.
    """
    witnesses = _turn_if_due(box)
    return _certify(box, witnesses)


def _turn_if_due(box: Box) -> tuple[WrappedKey, ...]:
    """Delete the doomed keys and re-wrap the survivors under a new root in one transaction.

    The deleted keys are handed on in memory, to be tried once more when their root is gone.
    """
    now = box.clock.now()
    with box.database.read() as records:
        if not records.artefacts.doomed_keys() or _turned_lately(records, now):
            return ()
    with box.database.write() as records:
        old = records.artefacts.generation()
        doomed = records.artefacts.doomed_keys()
        new = box.vault.begin_turn(old)
        survivors = [
            (key.artefact_id, key.wrapped) for key in records.artefacts.surviving_live_keys()
        ]
        records.artefacts.replace_keys(new, box.vault.rewrap(old, new, survivors))
        records.artefacts.delete_doomed_keys(old)
        records.artefacts.set_generation(new, now)
        facts: dict[str, str | int] = {"gone": old, "deleted": len(doomed)}
        note(records, Action.ROOT_TURNED, now, facts=facts)
    box.vault.settle(new)
    return doomed


def _turned_lately(records: Records, now: datetime) -> bool:
    since = now - records.artefacts.turned_at()
    return timedelta(0) <= since < timedelta(seconds=TURN_APART_SECONDS)


def _certify(box: Box, witnesses: tuple[WrappedKey, ...]) -> int:
    """A certificate for each artefact whose root is gone and whose read has just failed."""
    with box.database.read() as records:
        unproved = records.artefacts.unproved()
    if not unproved:
        return 0
    status = box.vault.status()
    for witness in witnesses:
        _require_dead(box, witness)
    written = 0
    for start in range(0, len(unproved), CERTIFICATES_A_TRANSACTION):
        written += _certify_some(box, unproved[start : start + CERTIFICATES_A_TRANSACTION], status)
    return written


def _require_dead(box: Box, witness: WrappedKey) -> None:
    """Try a deleted key on the keyring as it is now. Raises StillReadable if it opens."""
    if witness.root is not Root.LIVE:
        return
    try:
        box.vault.open_key(witness)
    except KeyGone:
        return
    raise StillReadable(details={"artefact": witness.artefact_id})


def _certify_some(box: Box, batch: tuple[Artefact, ...], status: KeyringStatus) -> int:
    now = box.clock.now()
    count = 0
    with box.database.write() as records:
        number = records.certificates.next_number()
        for artefact in batch:
            if artefact.key_deleted_generation in status.generations:
                continue  # the old root is still there: no proof yet, no certificate
            if not artefacts.is_gone(records, box.vault, artefact):
                raise StillReadable(details={"artefact": artefact.id})
            _write_certificate(records, box, artefact, number + count, status, now)
            count += 1
    return count


def _write_certificate(
    records: Records,
    box: Box,
    artefact: Artefact,
    number: int,
    status: KeyringStatus,
    now: datetime,
) -> None:
    records.artefacts.delete_chunks(artefact.id)
    records.artefacts.save(replace(artefact, destroyed_at=now))
    unsigned = Certificate(
        number=number,
        artefact_id=artefact.id,
        artefact_kind=artefact.kind,
        encounter_id=artefact.encounter_id,
        client_id=artefact.client_id,
        rule=artefact.doom_rule or Rule.DEADLINE,
        made_at=artefact.made_at,
        due_at=artefact.due_at,
        doomed_at=artefact.doomed_at or now,
        destroyed_at=now,
        root_generation_gone=artefact.key_deleted_generation or 0,
        root_provider=status.provider,
        provider_limit=status.provider_limit,
        chain_head=records.audit.head()[1],
    )
    signature = base64.b64encode(box.vault.sign(certificate_body(unsigned))).decode()
    records.certificates.add(replace(unsigned, signature=signature))
    facts: dict[str, str | int] = {"certificate": number, "artefact": artefact.id}
    note(records, Action.CERTIFICATE_WRITTEN, now, facts=facts)


def link_chain(box: Box) -> int:
    """Link audit events that are not in the chain yet. Returns how many."""
    with box.database.write() as records:
        position, previous = records.audit.head()
        events = records.audit.unlinked(LINKS_A_TRANSACTION)
        for event_id, event in events:
            position += 1
            previous = link_hash(previous, position, event)
            records.audit.link(event_id, position, previous)
    return len(events)
