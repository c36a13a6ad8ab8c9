"""All that the steps reach the world through, in one place, filled by the wiring."""

from dataclasses import dataclass
from datetime import tzinfo

from appliance.steps.engine_ports import (
    AudioDecoder,
    IdentifierMasker,
    NoteWriter,
    Passwords,
    SpeechRecogniser,
)
from appliance.steps.ports import Clock, Vault
from appliance.steps.records import Database


@dataclass(frozen=True, kw_only=True)
class Box:
    """One program's ports. `zone` is the practice's; None: the machine's own, it stands there."""

    database: Database
    vault: Vault
    clock: Clock
    passwords: Passwords
    decoder: AudioDecoder
    recogniser: SpeechRecogniser
    masker: IdentifierMasker
    writer: NoteWriter
    zone: tzinfo | None = None
