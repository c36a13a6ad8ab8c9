"""A certificate in plain words: the same facts on its page, in print, and in a PDF."""

import base64

from appliance.domain.destruction import NO_ROOT_GONE, Certificate
from appliance.domain.paper import Fact, Leaf, Paper
from appliance.domain.retention import RULE_WORDS
from appliance.steps.show_certificates import CertificateBook
from appliance.web.receipts import KIND_WORDS
from appliance.web.shown_time import LocalTime

HOW_TO_CHECK = (
    "On the box: quietroom verify destruction. Elsewhere: the JSON export holds the exact text that "
    "was signed; its signature is Ed25519 (RFC 8032) by the public key below."
)


def what_of(certificate: Certificate) -> str:
    return KIND_WORDS[certificate.artefact_kind]


def leaf_of(certificate: Certificate, local: LocalTime) -> Leaf:
    """What, whose, why, by which rule, when due and done, and what the proof rests on."""
    rule = certificate.rule
    due = local.exact(certificate.due_at) if certificate.due_at else "no date of its own"
    facts = (
        Fact(label="What", value=what_of(certificate)),
        Fact(label="Its number", value=certificate.artefact_id, is_code=True),
        Fact(label="Of client", value=certificate.client_id or "none", is_code=True),
        Fact(label="Of session", value=certificate.encounter_id or "none", is_code=True),
        Fact(label="Why", value=rule.value[:1].upper() + rule.value[1:]),
        Fact(label="By which rule", value=RULE_WORDS[rule]),
        Fact(label="Made", value=local.exact(certificate.made_at)),
        Fact(label="Due at the latest", value=due),
        Fact(label="Out of reach", value=local.exact(certificate.doomed_at)),
        Fact(label="Destroyed and proved", value=local.exact(certificate.destroyed_at)),
        Fact(
            label="Proof",
            value=f"{_proof_of(certificate)} Root kept by: {certificate.root_provider}.",
        ),
        Fact(label="Limit of the proof", value=certificate.provider_limit),
        Fact(label="Audit chain's head", value=certificate.chain_head, is_code=True),
        Fact(label="Certificate before it", value=certificate.previous_hash, is_code=True),
        Fact(label="Signature (Ed25519)", value=certificate.signature, is_code=True),
    )
    return Leaf(
        heading=f"Certificate of destruction No. {certificate.number}",
        lead=_lead_of(certificate, local),
        facts=facts,
    )


def _proof_of(certificate: Certificate) -> str:
    gone = certificate.root_generation_gone
    if gone == NO_ROOT_GONE:
        return (
            "Its key and all that was sealed with it were deleted, and a read by the way of the box "
            "failed afterwards."
        )
    return (
        f"Its key was deleted, root {gone} that wrapped it was overwritten, and two reads failed "
        "afterwards: by the way of the box, and with the deleted key."
    )


def _lead_of(certificate: Certificate, local: LocalTime) -> str:
    what = what_of(certificate).lower()
    if certificate.root_generation_gone != NO_ROOT_GONE:
        return f"This {what} can no longer be read from this box or from its own backups."
    return (
        f"This {what} can no longer be read from this box. Copies of the database and backups from "
        f"before {local.exact(certificate.destroyed_at)} that the practice keeps still hold it."
    )


def paper_of(book: CertificateBook, title: str, about: tuple[Fact, ...], local: LocalTime) -> Paper:
    """The whole export; whose client it is stands at the top where there is one."""
    count = len(book.certificates)
    shown = (
        *about,
        *((Fact(label="Client", value=book.client_name),) if book.client_name else ()),
        Fact(label="Certificates", value=str(count) if count else "none"),
    )
    key = base64.b64encode(book.public_key).decode()
    return Paper(
        title=title,
        about=shown,
        leaves=tuple(leaf_of(certificate, local) for certificate in book.certificates),
        closing=(
            Fact(label="What it says", value="Nothing of what was in what was destroyed."),
            Fact(label="How to check it", value=HOW_TO_CHECK),
            Fact(label="Public key (base64)", value=key, is_code=True),
        ),
    )
