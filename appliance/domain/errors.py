"""One tree of errors; the branch says what the caller should do.

The docstring of each class is the message a person reads. No error carries text from the record:
`details` holds names of fields, limits and counts, never content.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

Detail = str | int | float | Sequence[str]


class QuietroomError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"

    def __init__(
        self, *, encounter_id: str | None = None, details: Mapping[str, Detail] | None = None
    ) -> None:
        self.encounter_id = encounter_id
        self.details = dict(details or {})
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """One or two sentences for a person, with what to do."""
        return " ".join((type(self).__doc__ or "").split()).format_map(_Readable(self.details))


class _Readable(dict[str, Detail]):
    """Shows lists as "a, b and c", and a missing value as three dots."""

    def __init__(self, details: Mapping[str, Detail]) -> None:
        super().__init__({key: _as_words(value) for key, value in details.items()})

    def __missing__(self, key: str) -> str:
        return "…"


def _as_words(value: Detail) -> str:
    if isinstance(value, str | int | float):
        return str(value)
    items = list(value)
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


# The six branches ---------------------------------------------------------------------------------


class Refused(QuietroomError):
    """This is not allowed now."""

    code = "refused"


class Unusable(QuietroomError):
    """What was sent cannot be used."""

    code = "unusable"


class Absent(QuietroomError):
    """There is nothing here, or it is not yours to see."""

    code = "absent"


class Unavailable(QuietroomError):
    """A part of the box is not answering. It is tried again by itself; nothing is lost."""

    code = "unavailable"


class BrokenPromise(QuietroomError):
    """The box found one of its promises broken and stopped. Tell the administrator now."""

    code = "broken_promise"


class Misconfigured(QuietroomError):
    """The box is not set up correctly and will not start: {reason}"""

    code = "misconfigured"


# Refused ------------------------------------------------------------------------------------------


class SignInNeeded(Refused):
    """Please sign in."""

    code = "sign_in_needed"


class WrongSignIn(Refused):
    """That name and password do not go together. Check both, or ask your administrator for a new password."""

    code = "wrong_sign_in"


class TooManyTries(Refused):
    """Too many wrong passwords. Wait {minutes} minutes, then try again."""

    code = "too_many_tries"


class NotYours(Refused):
    """Your account is not allowed to do this. Ask your administrator if you think it should be."""

    code = "not_yours"


class ConsentMissing(Refused):
    """Consent to record is not on file for {missing}. Record everyone's consent first, or type a summary instead."""

    code = "consent_missing"


class WrongStage(Refused):
    """This session is past that step: it is {stage}. Reload the page to see what comes next."""

    code = "wrong_stage"


class AlreadyHasWords(Refused):
    """This session already has a recording or a summary. Discard it first if you want to start over."""

    code = "already_has_words"


class FieldsMissing(Refused):
    """The note cannot be signed yet. Still missing: {missing}."""

    code = "fields_missing"


class UnknownPlaceholders(Refused):
    """The draft names someone the box cannot place: {placeholders}. Replace or remove it, then sign."""

    code = "unknown_placeholders"


class StatementUnresolved(Refused):
    """{count} statement(s) rest on nothing that was said or typed. Edit, confirm or remove them, then sign."""

    code = "statement_unresolved"


class UnderLegalHold(Refused):
    """A legal hold keeps this. It can be destroyed when the hold is lifted."""

    code = "under_legal_hold"


class NotEmpty(Refused):
    """This box is in use already. A backup is restored into an empty state directory with a new keyring, so that nothing is overwritten."""

    code = "not_empty"


class GateBlocked(Refused):
    """An identifier was still in the text, so it was not given to the note model. Edit the words or add the name to the client's record, then try again."""

    code = "gate_blocked"


class EditedElsewhere(Refused):
    """This draft was changed in another window. Reload to see the newer version; your text is still in this page."""

    code = "edited_elsewhere"


class NotReady(Refused):
    """The box has not finished its destruction sweep and answers nobody until it has. It tries again by itself within a minute."""

    code = "not_ready"


# Unusable -----------------------------------------------------------------------------------------


class NoSpeechFound(Unusable):
    """No speech was found in the recording. It will be destroyed; type a summary or upload another."""

    code = "no_speech_found"


class NoMaterial(Unusable):
    """There is too little in these words to write a note from. Add to the summary, or write the note by hand."""

    code = "no_material"


class NotARecording(Unusable):
    """This file is not a recording the box can read. Send wav, mp3, m4a, mp4, ogg, webm or flac."""

    code = "not_a_recording"


class RecordingEmpty(Unusable):
    """The recording is empty. Choose the file again; if it plays on your computer, tell your administrator."""

    code = "recording_empty"


class RecordingTooLarge(Unusable):
    """The recording is larger than {limit_mib} MiB or longer than {limit_minutes} minutes. Split it, or type a summary."""

    code = "recording_too_large"


class RecordingCutShort(Unusable):
    """The file says it is {declared_seconds} s long and holds only {decoded_seconds} s. Upload it again from the original."""

    code = "recording_cut_short"


class PieceOutOfOrder(Unusable):
    """A piece of the recording came at the wrong place. Continue at byte {expected_offset_bytes}."""

    code = "piece_out_of_order"


class PieceTooLarge(Unusable):
    """A piece with a checksum may be at most {limit_mib} MiB. Send smaller pieces, or send it without a checksum."""

    code = "piece_too_large"


class TextTooLong(Unusable):
    """The text is longer than {limit_characters} characters. Shorten it; a summary is usually under one page."""

    code = "text_too_long"


class TextEmpty(Unusable):
    """There is no text. Type what happened in the session first."""

    code = "text_empty"


class TextNotReadable(Unusable):
    """The text has characters that are not text. Type it again, or paste it as plain text."""

    code = "text_not_readable"


class FileUnreadable(Unusable):
    """The file {file} cannot be read, or is not one JSON object a line."""

    code = "file_unreadable"


class ModelNotUsable(Unusable):
    """The model was not taken: {reason}."""

    code = "model_not_usable"


class FieldsInvalid(Unusable):
    """Some of what was sent is not in the right form: {fields}."""

    code = "fields_invalid"


class BackupUnreadable(Unusable):
    """This file cannot be opened with that passphrase, or it is no whole backup of this box. Nothing was changed."""

    code = "backup_unreadable"


class MaskMapForeign(Unusable):
    """This masked text and this list of placeholders do not belong together. Mask the original again."""

    code = "mask_map_foreign"


# Absent -------------------------------------------------------------------------------------------


class Destroyed(Absent):
    """This was destroyed, as it should be. Its certificate says when and why."""

    code = "destroyed"


# Unavailable --------------------------------------------------------------------------------------


class KeyringUnavailable(Unavailable):
    """The keyring is not answering, so nothing sealed can be opened. It is tried again by itself; nothing is lost."""

    code = "keyring_unavailable"


class ServingUnavailable(Unavailable):
    """Speech recognition and drafting are not answering. Your words are safe and will be worked on when they are back."""

    code = "serving_unavailable"


class NameModelMissing(Unavailable):
    """A name model that this box is set up to use is not loaded, so nothing was given to the note writer. It is tried again by itself; if it stays like this, tell your administrator."""

    code = "name_model_missing"


class DatabaseUnavailable(Unavailable):
    """The database is not answering. What it was given is safe, and the box goes on by itself when it is back."""

    code = "database_unavailable"


class DatabaseFull(Unavailable):
    """The database's disk is full: nothing new can be kept, and nothing can be destroyed on time (P3, P4). What is there is safe. Free some space now; the box goes on by itself."""

    code = "database_full"


class DatabaseReadOnly(Unavailable):
    """The database can be read but not written, so nothing can be kept or destroyed on time (P3, P4). Let the box write to it again; it goes on by itself."""

    code = "database_read_only"


class DiskFull(Unavailable):
    """The box's disk is almost full, so no new recording is taken. Tell your administrator; typing still works."""

    code = "disk_full"


class RootMoved(Unavailable):
    """The root key turned while this was being sealed. It is sealed again by itself."""

    code = "root_moved"


# BrokenPromise ------------------------------------------------------------------------------------


class StillReadable(BrokenPromise):
    """Something that should be destroyed can still be read. No certificate was written. Tell the administrator now."""

    code = "still_readable"


class ResidueFound(BrokenPromise):
    """Something of a destroyed session was found on this box, in {finds} places. Run quietroom verify residue as root, and tell the administrator now."""

    code = "residue_found"


class SealBroken(BrokenPromise):
    """Something sealed was altered or is damaged and cannot be opened."""

    code = "seal_broken"


class KeyDamaged(SealBroken):
    """A key in the database was altered or is damaged. The root does not turn past it, for that would take the last chance to mend it: nothing is destroyed or certified meanwhile (P3, P4, P5). Stop the box, keep a copy of the database, check the disk and the memory, and put the damaged table back or restore the newest backup into an empty state directory."""

    code = "key_damaged"


class RolledBack(BrokenPromise):
    """The database is older than the keyring remembers: it was put back from an old copy. With it the box cannot say what was destroyed and who saw what (P5, P11), so it destroys, certifies and serves nothing. Put the newest database back; where it is lost, restore the newest backup into an empty state directory."""

    code = "rolled_back"


class RootLost(BrokenPromise):
    """The keyring does not have the root that the record was sealed under: it was lost, belongs to another box, or was put back from an old copy, which would undo what was destroyed (P5). Unsigned words and drafts cannot be opened (P6), and the box starts nothing. Put back this box's own keyring directory; where it is lost, restore the newest backup into an empty state directory."""

    code = "root_lost"


class KeyringReadOnly(BrokenPromise):
    """The keyring cannot write to its place, so nothing can be destroyed on time and no certificate is written (P3, P4, P5). What is sealed is safe. Let it write there again; the box goes on by itself."""

    code = "keyring_read_only"


class RecordDamaged(BrokenPromise):
    """The database is damaged, so the box can no longer say that all that is due was destroyed (P4, P5). Stop it, copy the database as it is, check the disk, and put back the newest backup."""

    code = "record_damaged"


class GateBroken(BrokenPromise):
    """The check that keeps identifiers from the note model did not find a planted one, so nothing was sent. Tell the administrator now."""

    code = "gate_broken"


class ChainBroken(BrokenPromise):
    """The audit chain does not fit together. Someone or something changed it."""

    code = "chain_broken"
