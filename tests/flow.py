"""The flow's steps, each in one line for tests."""

from dataclasses import replace
from datetime import timedelta

from appliance.domain.consent import ConsentState
from appliance.steps import receive_recording
from appliance.steps.destroy import destroy_doomed
from appliance.steps.draft_note import draft_note
from appliance.steps.mask import mask
from appliance.steps.prepare_encounter import fill_sheet, note_consent
from appliance.steps.read_record import EncounterView, view_encounter
from appliance.steps.sign_note import sign
from appliance.steps.take_summary import take_summary
from appliance.steps.transcribe import transcribe
from tests.boxes import Setting

SUMMARY = "Dana reports poor sleep. Marcus is supportive. Plan: sleep diary."


def view(setting: Setting) -> EncounterView:
    return view_encounter(setting.box, setting.clinician, setting.encounter.id)


def summarise(setting: Setting, text: str = SUMMARY) -> None:
    take_summary(setting.box, setting.clinician, setting.encounter.id, text)


def confirm_header(setting: Setting) -> None:
    header = view(setting).sheet.header
    header = replace(
        header,
        stopped_at=header.started_at + timedelta(minutes=50),
        times_confirmed_by=setting.clinician.line,
    )
    fill_sheet(setting.box, setting.clinician, setting.encounter.id, header=header)


def consent(setting: Setting) -> None:
    for participant in view(setting).sheet.participants:
        note_consent(
            setting.box,
            setting.clinician,
            setting.encounter.id,
            participant.id,
            ConsentState.GIVEN,
        )


def begin(setting: Setting, length_bytes: int = 100) -> str:
    """Open for a recording; the upload's id."""
    box, who, at = setting.box, setting.clinician, setting.encounter.id
    return receive_recording.begin(box, who, at, length_bytes=length_bytes).id


def send(setting: Setting, upload_id: str, offset: int, piece: bytes = b"x" * 10) -> int:
    """Send one piece; the bytes held then."""
    box, who, at = setting.box, setting.clinician, setting.encounter.id
    return receive_recording.take(box, who, at, upload_id, offset, piece).held_bytes


def upload(setting: Setting, media: bytes = b"sound" * 100) -> None:
    consent(setting)
    send(setting, begin(setting, len(media)), 0, media)


def transcribe_now(setting: Setting) -> None:
    transcribe(setting.box, setting.now_at(), progress=lambda share: None, cancelled=lambda: False)


def draft_now(setting: Setting) -> None:
    mask(setting.box, setting.now_at())
    draft_note(setting.box, setting.now_at())


def sign_now(setting: Setting) -> None:
    confirm_header(setting)
    sign(setting.box, setting.clinician, setting.encounter.id, setting.now_at().revision)


def turn(setting: Setting) -> int:
    setting.box.clock.move(seconds=11)
    return destroy_doomed(setting.box)
