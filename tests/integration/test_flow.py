"""The whole flow on a real database and a real keyring: from words to certificates."""

import pytest

from appliance.domain.lifecycle import Stage
from appliance.domain.retention import ArtefactKind
from appliance.steps.destroy import link_chain
from tests.boxes import Setting
from tests.flow import draft_now, sign_now, summarise, transcribe_now, turn, upload, view

pytestmark = pytest.mark.both_databases


def test_a_typed_summary_becomes_a_signed_note_and_leaves_certificates(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    masked = setting.box.writer.given[0]
    assert "Dana" not in str(masked)
    assert "Marcus" not in str(masked)
    sign_now(setting)
    assert setting.now_at().stage is Stage.SIGNED
    assert turn(setting) == 4
    assert {c.artefact_kind for c in view(setting).certificates} == {
        ArtefactKind.TRANSCRIPT,
        ArtefactKind.MASKED_TEXT,
        ArtefactKind.MASK_MAP,
        ArtefactKind.DRAFT,
    }
    assert view(setting).transcript is None
    assert "Marcus is supportive." in view(setting).kept.note.text
    assert link_chain(setting.box) > 10


def test_a_recording_is_doomed_in_the_transaction_that_stores_its_words(setting: Setting) -> None:
    upload(setting)
    transcribe_now(setting)
    assert view(setting).transcript.utterances[0].text == "I talked to Marcus about the move."
    assert turn(setting) == 1
    assert [c.artefact_kind for c in view(setting).certificates] == [ArtefactKind.RECORDING]
    assert view(setting).transcript is not None
