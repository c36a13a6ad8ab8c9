"""The whole flow on a real database and a real keyring: from words to certificates."""

from appliance.domain.consent import ConsentState
from appliance.domain.lifecycle import Stage
from appliance.domain.retention import ArtefactKind
from appliance.steps import receive_recording
from appliance.steps.destroy import destroy_doomed, link_chain
from appliance.steps.draft_note import draft_note
from appliance.steps.mask import mask
from appliance.steps.prepare_encounter import fill_sheet, note_consent
from appliance.steps.read_record import view_encounter
from appliance.steps.sign_note import sign
from appliance.steps.take_summary import take_summary
from appliance.steps.transcribe import transcribe
from tests.boxes import Setting


def confirm_header(setting: Setting) -> None:
    from dataclasses import replace
    from datetime import timedelta

    view = view_encounter(setting.box, setting.clinician, setting.encounter.id)
    header = replace(
        view.sheet.header,
        stopped_at=view.sheet.header.started_at + timedelta(minutes=50),
        times_confirmed_by=setting.clinician.line,
    )
    fill_sheet(setting.box, setting.clinician, setting.encounter.id, header=header)


def consent(setting: Setting) -> None:
    view = view_encounter(setting.box, setting.clinician, setting.encounter.id)
    for participant in view.sheet.participants:
        note_consent(
            setting.box,
            setting.clinician,
            setting.encounter.id,
            participant.id,
            ConsentState.GIVEN,
        )


def upload(setting: Setting, media: bytes = b"sound" * 100) -> None:
    consent(setting)
    receive_recording.begin(setting.box, setting.clinician, setting.encounter.id)
    receive_recording.take_piece(setting.box, setting.clinician, setting.encounter.id, 0, media)
    receive_recording.finish(
        setting.box, setting.clinician, setting.encounter.id, size_bytes=len(media)
    )


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


def test_a_typed_summary_becomes_a_signed_note_and_leaves_certificates(setting: Setting) -> None:
    take_summary(
        setting.box,
        setting.clinician,
        setting.encounter.id,
        "Dana reports poor sleep. Marcus is supportive. Plan: sleep diary.",
    )
    draft_now(setting)
    masked = setting.box.writer.given[0]
    assert "Dana" not in str(masked) and "Marcus" not in str(masked)
    sign_now(setting)
    assert setting.now_at().stage is Stage.SIGNED
    assert turn(setting) == 4
    view = view_encounter(setting.box, setting.clinician, setting.encounter.id)
    assert {c.artefact_kind for c in view.certificates} == {
        ArtefactKind.TRANSCRIPT,
        ArtefactKind.MASKED_TEXT,
        ArtefactKind.MASK_MAP,
        ArtefactKind.DRAFT,
    }
    assert view.transcript is None
    assert "Marcus is supportive." in view.kept.note.text
    assert link_chain(setting.box) > 10


def test_a_recording_is_doomed_in_the_transaction_that_stores_its_words(setting: Setting) -> None:
    upload(setting)
    transcribe_now(setting)
    view = view_encounter(setting.box, setting.clinician, setting.encounter.id)
    assert view.transcript.utterances[0].text == "I talked to Marcus about the move."
    assert turn(setting) == 1
    view = view_encounter(setting.box, setting.clinician, setting.encounter.id)
    assert [c.artefact_kind for c in view.certificates] == [ArtefactKind.RECORDING]
    assert view.transcript is not None
