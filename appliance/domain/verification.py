"""What a check of all certificates found: faults by kind, and where."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.audit import GENESIS, Action, Link, link_hash
from appliance.domain.destruction import Certificate, certificate_hash


class Fault(StrEnum):
    """What can be wrong with the proof of a destruction; each breaks promise P5 or P11."""

    MISSING = "a certificate is missing"
    """Its number is left out, or the audit chain tells of one that is not there."""
    NOT_CHAINED = "a certificate is not chained to the one before it"
    """It, or the one before, was changed or exchanged."""
    WRONG_SIGNATURE = "a certificate's signature is not by this box's keyring"
    """It was changed, or written by somebody else."""
    UNKNOWN_HEAD = "a certificate names an audit chain that is not this one"
    """Audit rows that it rests on were changed or taken away."""
    ROOT_STILL_THERE = "the root that a certificate calls gone still exists"
    """What hung from it can be opened again."""
    NOT_DESTROYED = "what a certificate calls destroyed is not so in the record"
    """Its row is missing, or was brought back."""
    STILL_READABLE = "something certified as destroyed can be read"
    """A key of it is left that opens."""
    REMNANT = "something sealed is left of what is certified as destroyed"
    """A dead key or a sealed chunk: it opens nothing, but should be gone."""
    UNCERTIFIED = "something is called destroyed without a certificate"
    """Its certificate was taken away, or never written."""
    NOT_TOGETHER = "record and keyring do not belong together, or one was put back from an old copy"
    """The keyring remembers the audit chain's head and the roots: what is cut off is missed."""
    AUDIT_BROKEN = "the audit chain does not fit together"
    """A row of it was changed, moved or taken out."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault; `where` is a certificate's number or an artefact's id, never content."""

    fault: Fault
    where: str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """`reads_tried`: attempts to open what is certified. `waiting_count`: doomed, not certified yet."""

    certificate_count: int
    reads_tried: int
    audit_links: int
    waiting_count: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(frozen=True, kw_only=True)
class AuditTrail:
    """What the audit chain says: every head it ever had, and the certificates it tells of."""

    heads: frozenset[str]
    certified: Mapping[int, str]
    link_count: int
    broken_at: int | None


def follow_audit(links: Iterable[Link]) -> AuditTrail:
    """Recompute the chain; where it breaks, the position is noted and what follows is not trusted."""
    previous, position, heads = GENESIS, 0, {GENESIS}
    certified: dict[int, str] = {}
    for link in links:
        position += 1
        expected = link_hash(previous, position, link.event)
        if link.position != position or link.hash != expected:
            return AuditTrail(
                heads=frozenset(heads),
                certified=certified,
                link_count=position - 1,
                broken_at=position,
            )
        previous = expected
        heads.add(expected)
        facts = link.event.facts or {}
        if link.event.action is Action.CERTIFICATE_WRITTEN:
            certified[int(facts["certificate"])] = str(facts["artefact"])
    return AuditTrail(
        heads=frozenset(heads), certified=certified, link_count=position, broken_at=None
    )


def check_certificates(
    certificates: Iterable[Certificate],
    trail: AuditTrail,
    generations: frozenset[int],
    has_signed: Callable[[Certificate], bool],
) -> Iterator[Finding]:
    """Faults of the certificates themselves, in their order."""
    previous: Certificate | None = None
    seen: set[int] = set()
    for certificate in certificates:
        where = str(certificate.number)
        seen.add(certificate.number)
        if certificate.number != (previous.number + 1 if previous else 1):
            yield Finding(fault=Fault.MISSING, where=f"before {where}")
        elif certificate.previous_hash != certificate_hash(previous):
            yield Finding(fault=Fault.NOT_CHAINED, where=where)
        if not has_signed(certificate):
            yield Finding(fault=Fault.WRONG_SIGNATURE, where=where)
        if trail.broken_at is None and certificate.chain_head not in trail.heads:
            yield Finding(fault=Fault.UNKNOWN_HEAD, where=where)
        if certificate.root_generation_gone in generations:
            yield Finding(fault=Fault.ROOT_STILL_THERE, where=where)
        previous = certificate
    for number in sorted(trail.certified.keys() - seen):
        yield Finding(fault=Fault.MISSING, where=str(number))
