"""Doom → destroyed: turn the root, prove by a failed read, write the certificates (P3, P4, P5)."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action, link_hash
from appliance.domain.destruction import (
    LASTING_LIMIT,
    NO_ROOT_GONE,
    Certificate,
    certificate_body,
    certificate_hash,
)
from appliance.domain.errors import KeyDamaged, SealBroken, StillReadable
from appliance.domain.retention import Rule
from appliance.domain.vault import KeyGone, KeyringStatus, Root, WrappedKey
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.agreement import name_of, require_agreement
from appliance.steps.box import Box
from appliance.steps.records import Records

TURN_APART_SECONDS = 10
CERTIFICATES_A_TRANSACTION = 200
LINKS_A_TRANSACTION = 500


def settle(box: Box) -> None:
    """Make the keyring agree with the database about which root is current, and keep its head.

    A turn cut off before its commit is undone, one cut off after it is completed. Raises RootLost
    and RolledBack when the two do not belong together; then nothing is changed.
    """
    status = box.vault.status()
    with box.database.read() as records:
        require_agreement(records, status)
        current, head = records.artefacts.generation(), records.audit.head()
    if status.generations != (current,):
        _settle_root(box)
    if head[0] > (status.chain_head or (0, ""))[0]:
        box.vault.remember_head(*head)


def _settle_root(box: Box) -> None:
    """In a write transaction: nobody turns meanwhile."""
    with box.database.write() as records:
        status = box.vault.status()
        require_agreement(records, status)
        current = records.artefacts.generation()
        if current == 0:
            current = max(status.generations)
            records.artefacts.set_generation(current, box.clock.now())
            records.artefacts.set_keyring(name_of(status))
        if status.generations != (current,):
            box.vault.undo_turn(current)


def destroy_doomed(box: Box) -> int:
    """Turn the root if anything is doomed and the last turn is 10 s ago; then certify.

    Returns the number of certificates written.
    """
    if _is_turn_due(box):
        _complete(box, _turn(box))
    return _certify(box)


def _is_turn_due(box: Box) -> bool:
    now = box.clock.now()
    with box.database.read() as records:
        since = now - records.artefacts.turned_at()
        is_late = not timedelta(0) <= since < timedelta(seconds=TURN_APART_SECONDS)
        return is_late and records.artefacts.is_any_doomed()


def _turn(box: Box) -> int:
    """Delete the doomed keys and re-wrap the survivors under a new root, in one transaction.

    Before it commits, a survivor is opened under the new root: a keyring that lost it in between
    stops the turn, and nothing is lost. Returns the new generation. Raises KeyDamaged.
    """
    now = box.clock.now()
    with box.database.write() as records:
        old = records.artefacts.generation()
        new = box.vault.begin_turn(old)
        survivors = list(records.artefacts.surviving_live_keys())
        moved = _rewrapped(box, old, new, survivors)
        records.artefacts.replace_keys(new, moved)
        deleted = records.artefacts.delete_doomed_keys(old)
        records.artefacts.set_generation(new, now)
        for artefact_id, wrapped in moved[:1]:  # held ones too, which the record does not hand out
            key = WrappedKey(
                artefact_id=artefact_id, root=Root.LIVE, generation=new, wrapped=wrapped
            )
            box.vault.open_key(key)
        facts: dict[str, str | int] = {"gone": old, "deleted": deleted}
        note(records, Action.ROOT_TURNED, now, facts=facts)
    return new


def _rewrapped(
    box: Box, old: int, new: int, survivors: list[tuple[str, bytes]]
) -> list[tuple[str, bytes]]:
    try:
        return box.vault.rewrap(old, new, survivors)
    except SealBroken:
        raise KeyDamaged from None


def _complete(box: Box, generation: int) -> None:
    """Overwrite the old root, unless another turn has come in between and does it itself."""
    with box.database.write() as records:
        if records.artefacts.generation() == generation:
            box.vault.complete_turn(generation)


def _certify(box: Box) -> int:
    """A certificate for each artefact whose root is gone and whose read has just failed."""
    status = box.vault.status()
    with box.database.read() as records:
        require_agreement(records, status)
        unproved = records.artefacts.unproved()
    written = 0
    for start in range(0, len(unproved), CERTIFICATES_A_TRANSACTION):
        batch = unproved[start : start + CERTIFICATES_A_TRANSACTION]
        written += _certify_some(box, batch, status)
    return written


def _certify_some(box: Box, batch: tuple[Artefact, ...], status: KeyringStatus) -> int:
    now = box.clock.now()
    count = 0
    with box.database.write() as records:
        last = records.certificates.last()
        for artefact in batch:
            if artefact.key_deleted_generation in status.generations:
                continue  # the old root is still there: no proof yet, no certificate
            _require_gone(records, box, artefact)
            last = _write_certificate(records, box, artefact, last, status, now)
            count += 1
    return count


def _require_gone(records: Records, box: Box, artefact: Artefact) -> None:
    """Read it by the way of the box, and by its deleted key on the keyring; both must fail.

    The lasting root goes on, so a deleted key of the record would open: its certificate says so.

    Raises StillReadable, each time anew as long as either succeeds.
    """
    if not artefacts.is_gone(records, box.vault, artefact):
        raise StillReadable(details={"artefact": artefact.id})
    witness = records.artefacts.witness(artefact.id)
    expected = Root.RECORD if artefact.kind.is_record else Root.LIVE
    if witness is None or witness.root is not expected:
        raise StillReadable(details={"artefact": artefact.id})
    if expected is Root.RECORD:
        return
    try:
        box.vault.open_key(witness)
    except KeyGone:
        return
    raise StillReadable(details={"artefact": artefact.id})


def _write_certificate(
    records: Records,
    box: Box,
    artefact: Artefact,
    last: Certificate | None,
    status: KeyringStatus,
    now: datetime,
) -> Certificate:
    """Chained to the one before it, and signed by the keyring, which sees that the root is gone.

    For what hung from the lasting root it calls none gone, and says what could bring it back.
    """
    records.artefacts.delete_chunks(artefact.id)
    records.artefacts.delete_witness(artefact.id)
    records.artefacts.save(replace(artefact, destroyed_at=now))
    is_record = artefact.kind.is_record
    gone = NO_ROOT_GONE if is_record else artefact.key_deleted_generation or 0
    provider, limit = status.keeper_of(gone) if gone else (status.provider, LASTING_LIMIT)
    unsigned = Certificate(
        number=last.number + 1 if last else 1,
        artefact_id=artefact.id,
        artefact_kind=artefact.kind,
        encounter_id=artefact.encounter_id,
        client_id=artefact.client_id,
        rule=artefact.doom_rule or Rule.DEADLINE,
        made_at=artefact.made_at,
        due_at=artefact.due_at,
        doomed_at=artefact.doomed_at or now,
        destroyed_at=now,
        root_generation_gone=gone,
        root_provider=provider,
        provider_limit=limit,
        chain_head=records.audit.head()[1],
        previous_hash=certificate_hash(last),
    )
    signature = base64.b64encode(box.vault.certify(certificate_body(unsigned))).decode()
    signed = replace(unsigned, signature=signature)
    records.certificates.add(signed)
    facts: dict[str, str | int] = {"certificate": signed.number, "artefact": artefact.id}
    note(records, Action.CERTIFICATE_WRITTEN, now, facts=facts)
    return signed


def link_chain(box: Box) -> int:
    """Link audit events that are not in the chain yet, and have the keyring keep its head.

    Returns how many.
    """
    with box.database.write() as records:
        position, previous = records.audit.head()
        events = records.audit.unlinked(LINKS_A_TRANSACTION)
        for event_id, event in events:
            position += 1
            previous = link_hash(previous, position, event)
            records.audit.link(event_id, position, previous)
    if events:
        box.vault.remember_head(position, previous)
    return len(events)
