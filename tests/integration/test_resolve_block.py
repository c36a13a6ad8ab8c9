"""What the gate stops is shown to its clinician, who masks it or marks it safe; then the work goes on."""

import dataclasses
from pathlib import Path

import pytest

from appliance.domain.attention import ATTENTION_WORDS
from appliance.domain.audit import Action
from appliance.domain.encounter import Attention, EncounterKind
from appliance.domain.errors import Absent, GateBlocked, WrongStage
from appliance.domain.lifecycle import Stage
from appliance.domain.masking import pipeline
from appliance.domain.masking.findings import Decision, FindingStale, NamedOnRecord
from appliance.domain.people import AccountRole, ClientRecord, Relation, RelationRole
from appliance.domain.preferences import Preferences
from appliance.domain.retention import ArtefactKind
from appliance.steps.destroy_client import destroy_client
from appliance.steps.draft_note import draft_note
from appliance.steps.edit_draft import ask_redraft
from appliance.steps.keep_clients import add_client, change_client, forget_safe_words, read_client
from appliance.steps.mask import mask
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.resolve_block import decide_findings, view_findings
from appliance.steps.show_masking import view_masking
from appliance.steps.sign_in import create_account
from tests.boxes import DANA, PASSWORD, Setting
from tests.fakes import NOON
from tests.flow import sign_now, summarise, turn, view

pytestmark = pytest.mark.both_databases

STORY = (
    "Dana slept badly. She said port newark is loud at night, and her cabin on maple lane "
    "is cold. Marcus will wait on harbor street. After the session she went back to port newark."
)


@pytest.fixture(autouse=True)
def asks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate asks the clinician instead of having anything masked again by itself."""
    monkeypatch.setattr(pipeline, "RE_MASKINGS", 0)


@pytest.fixture
def blocked(setting: Setting) -> Setting:
    summarise(setting, STORY)
    mask(setting.box, setting.now_at())
    return setting


def findings(setting: Setting) -> dict[str, str]:
    """The ids by the text found."""
    found = view_findings(setting.box, setting.clinician, setting.encounter.id)
    return {finding.text: finding.id for finding in found}


def decide(setting: Setting, **decisions: Decision) -> None:
    by_text = findings(setting)
    chosen = {by_text[text.replace("_", " ")]: what for text, what in decisions.items()}
    decide_findings(setting.box, setting.clinician, setting.encounter.id, chosen)


def decide_all(setting: Setting) -> None:
    decide(
        setting,
        newark=Decision.MASK,
        maple_lane=Decision.MASK,
        harbor_street=Decision.SAFE,
    )


def masked_texts(setting: Setting) -> list[str]:
    shown = view_masking(setting.box, setting.clinician, setting.encounter.id)
    return [line.text for line in shown.text.utterances]


def another_encounter(setting: Setting, client_id: str) -> Setting:
    encounter = open_encounter(
        setting.box, setting.clinician, client_id, EncounterKind.INDIVIDUAL, NOON
    )
    return dataclasses.replace(setting, encounter=encounter)


def events(setting: Setting, action: Action) -> list[dict[str, str | int]]:
    with setting.box.database.read() as records:
        found = [event for _, event in records.audit.unlinked(1000)]
    return [dict(event.facts or {}) for event in found if event.action is action]


def test_each_finding_is_shown_once_with_the_words_around_every_place(blocked: Setting) -> None:
    assert blocked.now_at().attention is Attention.GATE_BLOCKED
    found = view_findings(blocked.box, blocked.clinician, blocked.encounter.id)
    assert [finding.text for finding in found] == ["newark", "maple lane", "harbor street"]
    first, second = found[0].mentions
    assert (first.before, first.after[:9]) == ("She said port ", " is loud ")
    assert (second.before[-8:], second.after) == ("to port ", ".")
    assert found[0].kinds == ("stray_name",)


def test_when_all_is_decided_the_session_goes_on_by_itself(blocked: Setting) -> None:
    decide(blocked, newark=Decision.MASK)
    assert blocked.now_at().attention is Attention.GATE_BLOCKED
    assert list(findings(blocked)) == ["maple lane", "harbor street"]
    decide(blocked, maple_lane=Decision.MASK, harbor_street=Decision.SAFE)
    assert (blocked.now_at().stage, blocked.now_at().attention) == (Stage.TRANSCRIBED, None)
    draft_note(blocked.box, mask(blocked.box, blocked.now_at()))
    given = " ".join(line.text for line in blocked.box.writer.given[0].utterances)
    assert "newark" not in given
    assert "maple lane" not in given
    assert "harbor street" in given
    [section, *_] = view(blocked).draft.sections
    assert section.statements[1].text.startswith("She said port newark is loud at night, and her")


def test_what_must_go_goes_again_whenever_the_words_are_masked_again(blocked: Setting) -> None:
    decide_all(blocked)
    draft_note(blocked.box, mask(blocked.box, blocked.now_at()))
    before = masked_texts(blocked)
    ask_redraft(blocked.box, blocked.clinician, blocked.encounter.id, Preferences())
    assert mask(blocked.box, blocked.now_at()).stage is Stage.MASKED
    assert masked_texts(blocked) == before
    assert "newark" not in " ".join(before)


def test_a_safe_word_is_remembered_for_this_client_alone(blocked: Setting) -> None:
    decide_all(blocked)
    again = another_encounter(blocked, blocked.client.id)
    summarise(again, "Marcus will wait on harbor street.")
    assert mask(again.box, again.now_at()).stage is Stage.MASKED
    other = add_client(blocked.box, blocked.clinician, ClientRecord(name="Ilse Brandt"))
    elsewhere = another_encounter(blocked, other.id)
    summarise(elsewhere, "Rolf will wait on harbor street.")
    assert mask(elsewhere.box, elsewhere.now_at()).attention is Attention.GATE_BLOCKED
    record = read_client(blocked.box, blocked.clinician, blocked.client.id).record
    assert record.safe_words == ("harbor street",)


def test_a_safe_word_outlives_a_change_of_the_record_and_can_be_taken_back(
    blocked: Setting,
) -> None:
    decide_all(blocked)
    box, clinician, client_id = blocked.box, blocked.clinician, blocked.client.id
    changed = change_client(box, clinician, client_id, DANA)
    assert changed.record.safe_words == ("harbor street",)
    assert forget_safe_words(box, clinician, client_id, "harbor street").record.safe_words == ()
    assert mask(box, blocked.now_at()).attention is Attention.GATE_BLOCKED
    assert list(findings(blocked)) == ["harbor street"]


def test_a_name_in_the_client_s_record_cannot_be_marked_safe(blocked: Setting) -> None:
    """The record may come to name it only after the gate has found it."""
    record = dataclasses.replace(
        DANA, relations=(Relation(name="Newark Fuel", role=RelationRole.EMPLOYER),)
    )
    change_client(blocked.box, blocked.clinician, blocked.client.id, record)
    with pytest.raises(NamedOnRecord) as caught:
        decide(blocked, newark=Decision.SAFE, harbor_street=Decision.SAFE)
    assert "newark" not in caught.value.message.lower() + str(caught.value.details)
    assert len(findings(blocked)) == 3
    record = read_client(blocked.box, blocked.clinician, blocked.client.id).record
    assert record.safe_words == ()


def test_a_name_added_to_the_record_after_masking_is_decided_about_and_masked(
    setting: Setting,
) -> None:
    summarise(setting, "Dana slept badly. She drank kombucha all week.")
    mask(setting.box, setting.now_at())
    record = dataclasses.replace(
        DANA, relations=(Relation(name="Kombucha", role=RelationRole.PET),)
    )
    change_client(setting.box, setting.clinician, setting.client.id, record)
    draft_note(setting.box, setting.now_at())
    held = setting.now_at()
    assert (held.stage, held.attention) == (Stage.MASKED, Attention.GATE_BLOCKED)
    assert view_masking(setting.box, setting.clinician, setting.encounter.id).is_held_back
    with pytest.raises(NamedOnRecord):
        decide(setting, kombucha=Decision.SAFE)
    decide(setting, kombucha=Decision.MASK)
    assert setting.now_at().stage is Stage.TRANSCRIBED
    draft_note(setting.box, mask(setting.box, setting.now_at()))
    assert setting.now_at().stage is Stage.DRAFTED
    assert "kombucha" not in str(setting.box.writer.given)


def test_decisions_are_audited_by_count_only(blocked: Setting) -> None:
    decide(blocked, newark=Decision.MASK, harbor_street=Decision.SAFE)
    assert events(blocked, Action.FINDINGS_DECIDED) == [{"masked": 1, "safe": 1, "left": 1}]
    assert events(blocked, Action.FINDINGS_READ) == [{"findings": 3}]


def test_nobody_else_sees_or_decides(blocked: Setting) -> None:
    stranger = create_account(
        blocked.box,
        user_name="other",
        display_name="Other",
        credentials="",
        role=AccountRole.SUPERVISOR,
        password=PASSWORD,
    )
    for look in (
        lambda: view_findings(blocked.box, stranger, blocked.encounter.id),
        lambda: decide_findings(
            blocked.box, stranger, blocked.encounter.id, {"0" * 16: Decision.MASK}
        ),
        lambda: view_masking(blocked.box, stranger, blocked.encounter.id),
    ):
        with pytest.raises(Absent):
            look()


def test_a_decision_about_what_is_not_shown_any_more_changes_nothing(blocked: Setting) -> None:
    by_text = findings(blocked)
    decide(blocked, newark=Decision.MASK)
    for stale in (by_text["newark"], "0" * 16):
        decisions = {stale: Decision.MASK, by_text["harbor street"]: Decision.SAFE}
        with pytest.raises(FindingStale):
            decide_findings(blocked.box, blocked.clinician, blocked.encounter.id, decisions)
    assert list(findings(blocked)) == ["maple lane", "harbor street"]


def test_where_nothing_is_held_up_there_is_nothing_to_decide(setting: Setting) -> None:
    assert findings(setting) == {}
    with pytest.raises(WrongStage):
        decide_findings(
            setting.box, setting.clinician, setting.encounter.id, {"0" * 16: Decision.MASK}
        )


def test_masking_again_asks_only_about_what_is_still_there(blocked: Setting) -> None:
    decide(blocked, newark=Decision.MASK)
    record = dataclasses.replace(
        DANA, relations=(*DANA.relations, Relation(name="Maple Lane", role=RelationRole.PLACE))
    )
    change_client(blocked.box, blocked.clinician, blocked.client.id, record)
    ask_redraft(blocked.box, blocked.clinician, blocked.encounter.id, Preferences())
    mask(blocked.box, blocked.now_at())
    assert list(findings(blocked)) == ["harbor street"]


def test_what_would_be_sent_can_be_looked_at_while_it_is_held_back(blocked: Setting) -> None:
    shown = view_masking(blocked.box, blocked.clinician, blocked.encounter.id)
    assert shown.is_held_back
    assert shown.text.utterances[0].text == "[CLIENT] slept badly."
    by_id = {line.id: line.text for line in shown.text.utterances}
    found = [by_id[span.line_id][span.start : span.end] for span in shown.left]
    assert found == ["newark", "maple lane", "harbor street", "newark"]
    assert blocked.box.writer.given == []


def test_the_findings_are_destroyed_with_the_words_and_the_safe_words_with_the_client(
    blocked: Setting,
) -> None:
    decide_all(blocked)
    draft_note(blocked.box, mask(blocked.box, blocked.now_at()))
    sign_now(blocked)
    turn(blocked)
    kinds = [certificate.artefact_kind for certificate in view(blocked).certificates]
    assert ArtefactKind.GATE_FINDINGS in kinds


def test_everything_of_a_client_destroyed_takes_the_safe_words_along(blocked: Setting) -> None:
    decide_all(blocked)
    left = destroy_client(blocked.box, blocked.clinician, blocked.client.id)
    assert left.existing == ()
    with pytest.raises(Absent):
        read_client(blocked.box, blocked.clinician, blocked.client.id)


@pytest.mark.sqlite_file
def test_neither_findings_nor_safe_words_lie_open_in_the_database(
    blocked: Setting, tmp_path: Path
) -> None:
    decide(blocked, harbor_street=Decision.SAFE)
    blocked.box.database.close()
    files = list((tmp_path / "state").glob("record.sqlite*"))
    assert files
    for file in files:
        for word in (b"harbor street", b"newark", b"maple lane"):
            assert word not in file.read_bytes()


def test_a_name_in_what_goes_along_with_the_words_leaves_nothing_to_decide_but_what_to_do(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarise(setting, "Dana slept badly and walked a lot.")
    mask(setting.box, setting.now_at())

    def refuse(*_: object) -> None:
        raise GateBlocked(details={"kinds": ["name"], "count": 1})

    monkeypatch.setattr(setting.box.writer, "write", refuse)
    draft_note(setting.box, setting.now_at())
    held = setting.now_at()
    assert (held.stage, held.attention) == (Stage.MASKED, Attention.PAYLOAD_BLOCKED)
    assert findings(setting) == {}
    words = ATTENTION_WORDS[Attention.PAYLOAD_BLOCKED]
    assert "nothing was sent" in words.title
    assert "administrator" in words.advice
    monkeypatch.undo()
    ask_redraft(setting.box, setting.clinician, setting.encounter.id, Preferences())
    draft_note(setting.box, mask(setting.box, setting.now_at()))
    assert setting.now_at().stage is Stage.DRAFTED
