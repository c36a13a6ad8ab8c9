"""Consent → live sound: each piece sealed and durable before it is acknowledged, in short segments.

A segment is an artefact of at most 30 s with a key of its own. A chunk's position is the sample at
which it begins, and is bound to it by its seal: what is missing or in the wrong place is noticed.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.capture import (
    Capture,
    CaptureElsewhere,
    CaptureOver,
    ChannelsDiffer,
    SentPiece,
    SoundMissing,
    require_whole,
    token_hash,
    what_is_new,
)
from appliance.domain.consent import require_consent
from appliance.domain.encounter import Encounter
from appliance.domain.errors import AlreadyHasWords, RecordingEmpty
from appliance.domain.lifecycle import Event, Stage
from appliance.domain.people import Account
from appliance.domain.recording import BYTES_PER_SAMPLE
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.segment import where_to_cut
from appliance.domain.transcript import Origin, Transcript, Utterance
from appliance.steps import artefacts
from appliance.steps.access import note, own_encounter
from appliance.steps.box import Box
from appliance.steps.moves import doom, move
from appliance.steps.records import Records
from appliance.steps.sources import sheet_of


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a recording stands after a request; `words` are captions, where they were asked for."""

    capture: Capture
    is_yours: bool
    words: tuple[Utterance, ...] = ()


def begin(
    box: Box, actor: Account, encounter_id: str, *, token: str, channels: int, takes_over: bool
) -> Standing:
    """Open an encounter for live sound, or go on with one from this window.

    The same window may ask again. Another one is refused until it says that it takes over; then
    the first is told with its next piece. Raises ConsentMissing, AlreadyHasWords, CaptureElsewhere,
    CaptureOver, ChannelsDiffer.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        capture = records.captures.get(encounter_id)
        if capture is None:
            capture = _begin_anew(records, box, actor, encounter, token, channels, now)
        else:
            capture = _go_on(records, box, actor, encounter, capture, token, channels, takes_over)
    return Standing(capture=capture, is_yours=True)


def may_take_piece(box: Box, actor: Account, encounter_id: str, token: str) -> None:
    """Checked before a body is read. Raises CaptureOver, CaptureElsewhere, Absent."""
    with box.database.read() as records:
        own_encounter(records, actor, encounter_id)
        _require_yours(records, encounter_id, token)


def take_piece(
    box: Box,
    actor: Account,
    encounter_id: str,
    piece: SentPiece,
    *,
    captions_from: int | None = None,
) -> Standing:
    """Seal what is new in one piece; it is durable when this returns.

    A piece that came before is acknowledged again, of one that overlaps the rest is taken.
    `captions_from`: return words from this utterance on. Raises what `require_whole` and
    `what_is_new` raise, CaptureOver, CaptureElsewhere, ChannelsDiffer.
    """
    require_whole(piece, encounter_id=encounter_id)
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        capture = _require_yours(records, encounter_id, piece.token)
        _require_channels(capture, piece.channels)
        new = what_is_new(piece, capture)
        if new:
            capture = _append(records, box, encounter, capture, new, now)
            records.captures.save(capture)
        words = _captions(records, box, actor, encounter, capture, captions_from, now)
    return Standing(capture=capture, is_yours=True, words=words)


def where_to_go_on(
    box: Box, actor: Account, encounter_id: str, token: str, *, captions_from: int | None = None
) -> Standing:
    """How far the recording is, whoever sends it. Raises CaptureOver, Absent."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        capture = _require_going_on(records, encounter_id)
        words = _captions(records, box, actor, encounter, capture, captions_from, now)
    return Standing(capture=capture, is_yours=capture.is_held_by(token), words=words)


def stop(
    box: Box, actor: Account, encounter_id: str, *, token: str, size_samples: int
) -> Encounter:
    """The session is over: at most one segment is left to be heard.

    Raises SoundMissing where not all has arrived, RecordingEmpty, CaptureOver, CaptureElsewhere.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        capture = _require_yours(records, encounter_id, token)
        if capture.received_samples == 0:
            raise RecordingEmpty(encounter_id=encounter_id)
        if capture.received_samples != size_samples:
            raise SoundMissing(
                encounter_id=encounter_id,
                details={"expected_offset_samples": capture.received_samples},
            )
        segment = _open_segment(records, encounter_id)
        if segment is not None:
            records.artefacts.save(replace(segment, is_finished=True))
        records.captures.save(
            replace(capture, is_stopped=True, attempts=0, not_before_at=None, last_piece_at=now)
        )
        facts: dict[str, str | int] = {"samples": size_samples}
        note(records, Action.RECORDING_FINISHED, now, actor=actor, encounter=encounter, facts=facts)
        return move(records, encounter, Event.RECORDING_FINISHED)


def _begin_anew(
    records: Records,
    box: Box,
    actor: Account,
    encounter: Encounter,
    token: str,
    channels: int,
    now: datetime,
) -> Capture:
    if encounter.stage is not Stage.OPEN or encounter.kind.needs_no_words:
        raise AlreadyHasWords(encounter_id=encounter.id)
    _require_consent(records, box, encounter)
    # A recording that could not be used makes way for this one.
    doom(records, encounter, [ArtefactKind.RECORDING], Rule.REPLACED, now, actor=actor)
    capture = Capture(
        encounter_id=encounter.id,
        channels=channels,
        token_sha256=token_hash(token),
        began_at=now,
        last_piece_at=now,
    )
    facts: dict[str, str | int] = {"channels": channels}
    note(records, Action.RECORDING_BEGUN, now, actor=actor, encounter=encounter, facts=facts)
    move(records, encounter, Event.RECORDING_BEGUN, origin=Origin.SPEECH, accepts_shortfall=False)
    records.captures.add(capture)
    return capture


def _go_on(
    records: Records,
    box: Box,
    actor: Account,
    encounter: Encounter,
    capture: Capture,
    token: str,
    channels: int,
    takes_over: bool,
) -> Capture:
    if capture.is_stopped:
        raise CaptureOver(encounter_id=encounter.id)
    _require_channels(capture, channels)
    if capture.is_held_by(token):
        return capture
    if not takes_over:
        raise CaptureElsewhere(encounter_id=encounter.id)
    _require_consent(records, box, encounter)
    taken = replace(capture, token_sha256=token_hash(token))
    records.captures.save(taken)
    facts: dict[str, str | int] = {"samples": capture.received_samples}
    now = box.clock.now()
    note(records, Action.RECORDING_TAKEN_OVER, now, actor=actor, encounter=encounter, facts=facts)
    return taken


def _append(
    records: Records, box: Box, encounter: Encounter, capture: Capture, pcm: bytes, now: datetime
) -> Capture:
    """Put sound into the open segment, and into the next one from where it is cut."""
    frame_bytes = BYTES_PER_SAMPLE * capture.channels
    segment = _open_segment(records, encounter.id)
    held_samples = segment.size_bytes // frame_bytes if segment else 0
    cut = where_to_cut(pcm, capture.channels, held_samples, capture.loudness)
    first = pcm if cut.at_samples is None else pcm[: cut.at_samples * frame_bytes]
    rest = pcm[len(first) :]
    at_samples = capture.received_samples
    if first or segment:
        is_whole = cut.at_samples is not None
        _seal(records, box, encounter, segment, at_samples, first, now, is_finished=is_whole)
    if rest:
        at_samples += len(first) // frame_bytes
        _seal(records, box, encounter, None, at_samples, rest, now, is_finished=False)
    return replace(
        capture,
        received_samples=capture.received_samples + len(pcm) // frame_bytes,
        last_piece_at=now,
        loudness=cut.loudness,
    )


def _seal(
    records: Records,
    box: Box,
    encounter: Encounter,
    segment: Artefact | None,
    at_samples: int,
    pcm: bytes,
    now: datetime,
    *,
    is_finished: bool,
) -> None:
    if segment is None:
        segment = Artefact(
            id=str(uuid.uuid4()),
            kind=ArtefactKind.SEGMENT,
            encounter_id=encounter.id,
            client_id=encounter.client_id,
            made_at=now,
            last_piece_at=now,
            is_finished=False,
        )
        key = artefacts.add_empty(records, box.vault, segment).key
    else:
        key = artefacts.open_key(records, box.vault, segment)
    if pcm:
        sealed = box.vault.seal(key, segment.id, at_samples, pcm)
        records.artefacts.add_chunk(segment.id, at_samples, sealed)
    records.artefacts.save(
        replace(
            segment,
            chunk_count=segment.chunk_count + bool(pcm),
            size_bytes=segment.size_bytes + len(pcm),
            last_piece_at=now,
            is_finished=is_finished,
        )
    )


def _open_segment(records: Records, encounter_id: str) -> Artefact | None:
    living = records.artefacts.living(encounter_id=encounter_id, kinds=[ArtefactKind.SEGMENT])
    return next((segment for segment in living if not segment.is_finished), None)


def _captions(
    records: Records,
    box: Box,
    actor: Account,
    encounter: Encounter,
    capture: Capture,
    captions_from: int | None,
    now: datetime,
) -> tuple[Utterance, ...]:
    if captions_from is None or captions_from >= capture.utterance_count:
        return ()
    kept = artefacts.newest(records, ArtefactKind.TRANSCRIPT, encounter_id=encounter.id)
    if kept is None:
        return ()
    said = artefacts.read(records, box.vault, kept, Transcript).utterances
    note(records, Action.TRANSCRIPT_READ, now, actor=actor, encounter=encounter)
    return said[captions_from:]


def _require_going_on(records: Records, encounter_id: str) -> Capture:
    capture = records.captures.get(encounter_id)
    if capture is None or capture.is_stopped:
        raise CaptureOver(encounter_id=encounter_id)
    return capture


def _require_yours(records: Records, encounter_id: str, token: str) -> Capture:
    capture = _require_going_on(records, encounter_id)
    if not capture.is_held_by(token):
        raise CaptureElsewhere(encounter_id=encounter_id)
    return capture


def _require_channels(capture: Capture, channels: int) -> None:
    if capture.channels != channels:
        raise ChannelsDiffer(
            encounter_id=capture.encounter_id, details={"channels": capture.channels}
        )


def _require_consent(records: Records, box: Box, encounter: Encounter) -> None:
    people = sheet_of(records, box, encounter).participants
    given = records.encounters.consents(encounter.id)
    require_consent(people, given, encounter_id=encounter.id)
