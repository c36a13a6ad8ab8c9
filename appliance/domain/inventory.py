"""What exists about one client: each thing, where it lies, until when, and under which rule."""

from dataclasses import dataclass

from appliance.domain.artefact import Artefact
from appliance.domain.encounter import Encounter
from appliance.domain.hold import LegalHold
from appliance.domain.retention import KEPT_UNTIL, RECORD_KEPT_UNTIL, ArtefactKind, Rule

IN_THE_RECORD = "this box, under the lasting root"
IN_THE_BOX = "this box, under the turning root"


@dataclass(frozen=True, kw_only=True)
class Existing:
    """One thing that is still on the box."""

    artefact: Artefact
    encounter: Encounter | None

    @property
    def where(self) -> str:
        return IN_THE_RECORD if self.artefact.kind.is_record else IN_THE_BOX

    @property
    def kept_until(self) -> str:
        """The rule in words: "Kept until …"."""
        if self.artefact.due_rule is Rule.RECORD_KEPT:
            return RECORD_KEPT_UNTIL
        return KEPT_UNTIL[self.artefact.kind]


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """All of one client. `gone_count`: things doomed or destroyed; their certificates say which.

    `of_record_count`: those of them that were of the practice's record, which older backups hold.
    """

    client_id: str
    client_name: str
    holds: tuple[LegalHold, ...]
    existing: tuple[Existing, ...]
    encounters: tuple[Encounter, ...]
    gone_count: int
    certificate_count: int
    of_record_count: int

    @property
    def kept_by_rule(self) -> tuple[Existing, ...]:
        """What "destroy everything" leaves: signed notes, and the record that names whose they are."""
        has_signed = any(e.artefact.kind is ArtefactKind.SIGNED_NOTE for e in self.existing)
        return tuple(e for e in self.existing if has_signed and e.artefact.kind.is_record)

    @property
    def to_destroy(self) -> tuple[Existing, ...]:
        kept = {e.artefact.id for e in self.kept_by_rule}
        return tuple(e for e in self.existing if e.artefact.id not in kept)
