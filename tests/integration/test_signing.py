"""Drafts, edits, signatures: what is frozen, what blocks, who may."""

import dataclasses
import hashlib
from datetime import timedelta

import pytest

from appliance.domain.encounter import Attention, EncounterKind, Observations, RequirementProfile
from appliance.domain.errors import (
    Absent,
    Destroyed,
    EditedElsewhere,
    FieldsMissing,
    GateBlocked,
    NoMaterial,
    StatementUnresolved,
    TextEmpty,
    UnknownPlaceholders,
    WrongStage,
)
from appliance.domain.lifecycle import Stage
from appliance.domain.masking.mask import MaskCandidate
from appliance.domain.masking.masked import MaskMap
from appliance.domain.note import Support
from appliance.domain.people import (
    AccountRole,
    Practice,
    RecordKept,
    Relation,
    RelationRole,
)
from appliance.domain.preferences import Preferences
from appliance.domain.retention import ArtefactKind
from appliance.domain.written import WrittenStatement
from appliance.steps import edit_draft
from appliance.steps.apply_retention import apply_retention
from appliance.steps.box import Box
from appliance.steps.prepare_encounter import fill_sheet
from appliance.steps.read_record import list_to_cosign, view_encounter
from appliance.steps.show_masking import view_masking
from appliance.steps.sign_in import create_account
from appliance.steps.sign_note import add_addendum, cosign, decline_cosignature, sign
from tests.boxes import PASSWORD, Setting, make_setting
from tests.flow import confirm_header, draft_now, sign_now, summarise, turn, view

pytestmark = pytest.mark.both_databases


def settings_of(box: Box, **changes: object) -> None:
    with box.database.write() as records:
        records.people.save_practice(Practice(name="Laurel", **changes), Preferences())


def drafted(setting: Setting) -> Setting:
    summarise(setting)
    draft_now(setting)
    return setting


def try_to_sign(setting: Setting) -> None:
    sign(setting.box, setting.clinician, setting.encounter.id, setting.now_at().revision)


def save(setting: Setting, **texts: str) -> None:
    edit_draft.save_edits(
        setting.box, setting.clinician, setting.encounter.id, setting.now_at().revision, texts
    )


def test_a_signed_note_freezes_text_author_time_and_hash(setting: Setting) -> None:
    sign_now(drafted(setting))
    note = view(setting).kept.note
    assert note.content_sha256 == hashlib.sha256(note.text.encode()).hexdigest()
    assert note.author_line == "Amara Reyes, LCSW"
    assert note.signed_at == setting.box.clock.now()
    assert "Dana Whitfield" in note.text


def test_a_signed_note_cannot_be_changed_only_added_to(setting: Setting) -> None:
    sign_now(drafted(setting))
    with pytest.raises(WrongStage):
        save(setting, subjective="something else")
    with pytest.raises(WrongStage):
        fill_sheet(
            setting.box,
            setting.clinician,
            setting.encounter.id,
            observations=Observations(affect="flat"),
        )
    before = view(setting).kept.note
    add_addendum(setting.box, setting.clinician, setting.encounter.id, "Called back at 5.")
    kept = view(setting).kept
    assert kept.note == before
    assert [a.text for a in kept.addenda] == ["Called back at 5."]


def test_signing_says_plainly_what_is_missing(setting: Setting) -> None:
    drafted(setting)
    with pytest.raises(FieldsMissing) as caught:
        try_to_sign(setting)
    assert caught.value.message == (
        "The note cannot be signed yet. Still missing: stop time and "
        "your confirmation of start and stop."
    )
    assert setting.now_at().stage is Stage.DRAFTED


def test_a_payers_practice_asks_for_more(setting: Setting) -> None:
    settings_of(setting.box, requirement_profile=RequirementProfile.INSURANCE)
    drafted(setting)
    confirm_header(setting)
    with pytest.raises(FieldsMissing) as caught:
        try_to_sign(setting)
    assert "service code" in caught.value.message


def test_an_unknown_placeholder_blocks_signing_until_it_is_edited_away(setting: Setting) -> None:
    setting.box.writer.extra = (
        WrittenStatement(text="Saw [PERSON_99] today.", sources=("u1",), is_supported=True),
    )
    drafted(setting)
    confirm_header(setting)
    with pytest.raises(UnknownPlaceholders) as caught:
        try_to_sign(setting)
    assert "[PERSON_99]" in caught.value.message
    save(setting, subjective="Saw a friend today.")
    try_to_sign(setting)


def test_a_statement_resting_on_nothing_blocks_signing_until_the_clinician_decides(
    setting: Setting,
) -> None:
    setting.box.writer.extra = (
        WrittenStatement(text="Mood was bright.", sources=("u99",), is_supported=True),
    )
    drafted(setting)
    confirm_header(setting)
    unsupported = [
        s
        for section in view(setting).draft.sections
        for s in section.statements
        if s.support is Support.UNSUPPORTED
    ]
    assert [s.text for s in unsupported] == ["Mood was bright."]
    with pytest.raises(StatementUnresolved):
        try_to_sign(setting)
    save(setting, subjective="Mood was bright, in my view.")
    try_to_sign(setting)


def test_plan_and_objective_never_hold_what_nothing_supports(setting: Setting) -> None:
    class Inventing(type(setting.box.writer)):  # type: ignore[misc]
        def write(self, *given: object) -> object:
            written = super().write(*given)
            made_up = WrittenStatement(text="Return in a week.", sources=(), is_supported=False)
            sections = tuple(
                (key, (*statements, made_up) if key in ("plan", "objective") else statements)
                for key, statements in written.sections
            )
            return dataclasses.replace(written, sections=sections)

    inventing = setting.with_box(writer=Inventing())
    drafted(inventing)
    by_key = {section.key: section for section in view(inventing).draft.sections}
    assert by_key["plan"].statements == ()
    assert by_key["objective"].statements == ()


def test_edits_keep_the_sources_of_untouched_sentences(setting: Setting) -> None:
    drafted(setting)
    (first, *rest) = view(setting).draft.sections[0].statements
    save(setting, subjective=f"{first.text}\nAdded by me.")
    after = view(setting).draft.sections[0].statements
    assert after[0] == first
    assert (after[1].text, after[1].support) == ("Added by me.", Support.CLINICIAN)
    assert rest


def test_what_was_filled_in_after_the_review_is_not_signed_unseen(setting: Setting) -> None:
    drafted(setting)
    confirm_header(setting)
    reviewed = setting.now_at().revision
    fill_sheet(
        setting.box,
        setting.clinician,
        setting.encounter.id,
        observations=Observations(affect="not seen at review"),
    )
    with pytest.raises(EditedElsewhere):
        sign(setting.box, setting.clinician, setting.encounter.id, reviewed)


def test_somebody_comes_back_by_the_name_that_was_used_for_them(setting: Setting) -> None:
    from appliance.steps.keep_clients import change_client
    from tests.boxes import DANA

    record = dataclasses.replace(
        DANA, relations=(Relation(name="Marcus Okoye Hale", role=RelationRole.PARTNER),)
    )
    change_client(setting.box, setting.clinician, setting.client.id, record)
    summarise(setting, "Dana argued with Marcus on Friday. They made up.")
    draft_now(setting)
    assert (
        view(setting).draft.sections[0].statements[0].text.endswith("argued with Marcus on Friday.")
    )


def test_an_edit_from_an_older_window_is_refused(setting: Setting) -> None:
    drafted(setting)
    revision = setting.now_at().revision
    save(setting, subjective="First window.")
    with pytest.raises(EditedElsewhere):
        edit_draft.save_edits(
            setting.box,
            setting.clinician,
            setting.encounter.id,
            revision,
            {"subjective": "Second window."},
        )
    confirm_header(setting)
    with pytest.raises(EditedElsewhere):
        sign(setting.box, setting.clinician, setting.encounter.id, revision)


def test_all_revisions_of_a_draft_are_destroyed_at_signing(setting: Setting) -> None:
    drafted(setting)
    for number in range(3):
        save(setting, subjective=f"Version {number}.")
    sign_now(setting)
    assert turn(setting) == 3 + 4


def test_an_empty_draft_cannot_be_signed(setting: Setting) -> None:
    edit_draft.begin_by_hand(setting.box, setting.clinician, setting.encounter.id)
    confirm_header(setting)
    with pytest.raises(TextEmpty):
        try_to_sign(setting)


def test_a_no_show_is_signed_without_words_or_model(box: Box) -> None:
    setting = make_setting(box, EncounterKind.NO_SHOW)
    edit_draft.begin_by_hand(box, setting.clinician, setting.encounter.id)
    save(setting, narrative="Client did not attend. Left a voicemail.")
    try_to_sign(setting)
    assert setting.now_at().stage is Stage.SIGNED
    assert box.writer.given == []


def test_a_chart_kept_elsewhere_is_copied_and_leaves_after_its_days(setting: Setting) -> None:
    settings_of(setting.box, record_kept=RecordKept.ELSEWHERE, copied_note_days=30)
    sign_now(drafted(setting))
    assert setting.now_at().copied_at is not None
    assert turn(setting) == 4
    assert {c.rule.value for c in view(setting).certificates} == {
        "copied to the practice's record system"
    }
    assert view(setting).kept is not None
    setting.box.clock.move(days=30)
    assert apply_retention(setting.box) == 2, "the note, and what was filled in beside it"
    assert view(setting).kept is None
    assert turn(setting) == 2


def test_where_a_cosignature_is_required_only_it_destroys_the_sources(box: Box) -> None:
    first = make_setting(box)
    supervisor = create_account(
        box,
        user_name="sup",
        display_name="Sol Vance",
        credentials="PhD",
        role=AccountRole.SUPERVISOR,
        password=PASSWORD,
    )
    supervised = dataclasses.replace(first.clinician, supervisor_id=supervisor.id)
    with box.database.write() as records:
        from sqlalchemy import update

        from appliance.adapters.database.tables import accounts

        records.people._connection.execute(
            update(accounts)
            .where(accounts.c.id == supervised.id)
            .values(supervisor_id=supervisor.id)
        )
    setting = dataclasses.replace(first, clinician=supervised)
    sign_now(drafted(setting))
    assert setting.now_at().stage is Stage.AWAITING_COSIGNATURE
    assert turn(setting) == 0
    assert [line.client_name for line in list_to_cosign(box, supervisor)] == ["Dana Whitfield"]
    decline_cosignature(box, supervisor, setting.encounter.id, "Name the homework.")
    assert view(setting).sent_back_reason == "Name the homework."
    assert setting.now_at().attention is Attention.COSIGNATURE_DECLINED
    try_to_sign(setting)
    cosign(box, supervisor, setting.encounter.id)
    note = view(setting).kept.note
    assert note.cosigner_line == "Sol Vance, PhD"
    assert setting.now_at().stage is Stage.SIGNED
    assert turn(setting) >= 4


def test_another_clinician_sees_nothing_of_it(setting: Setting) -> None:
    stranger = create_account(
        setting.box,
        user_name="other",
        display_name="Other Person",
        credentials="",
        role=AccountRole.CLINICIAN,
        password=PASSWORD,
    )
    for look in (
        lambda: view_encounter(setting.box, stranger, setting.encounter.id),
        lambda: view_masking(setting.box, stranger, setting.encounter.id),
        lambda: sign(setting.box, stranger, setting.encounter.id, 0),
    ):
        with pytest.raises(Absent):
            look()


def test_an_administrator_sees_no_content(setting: Setting) -> None:
    administrator = dataclasses.replace(setting.clinician, role=AccountRole.ADMINISTRATOR)
    with pytest.raises(Absent):
        view_encounter(setting.box, administrator, setting.encounter.id)


def test_a_redraft_uses_the_same_words_in_another_way(setting: Setting) -> None:
    drafted(setting)
    edit_draft.ask_redraft(
        setting.box, setting.clinician, setting.encounter.id, Preferences(format_key="birp")
    )
    draft_now(setting)
    assert [s.key for s in view(setting).draft.sections] == [
        "behavior",
        "intervention",
        "response",
        "plan",
    ]


def test_a_redraft_after_the_words_are_gone_says_so(setting: Setting) -> None:
    drafted(setting)
    setting.box.clock.move(days=7)
    apply_retention(setting.box)
    with pytest.raises(Destroyed):
        edit_draft.ask_redraft(setting.box, setting.clinician, setting.encounter.id, Preferences())


def test_what_the_gate_stops_waits_for_the_clinician(setting: Setting) -> None:
    class Blocking:
        def mask_and_admit(self, *arguments: object) -> object:
            raise GateBlocked(details={"kinds": ("phone",)})

        def try_out(self, *arguments: object) -> object:
            return MaskCandidate(lines=(), mask_map=MaskMap(canonical={}, occurrences=())), ()

    blocked = setting.with_box(masker=Blocking())
    summarise(blocked)
    from appliance.steps.mask import mask

    mask(blocked.box, blocked.now_at())
    assert blocked.now_at().attention is Attention.GATE_BLOCKED
    assert setting.box.writer.given == []
    edit_draft.begin_by_hand(setting.box, setting.clinician, setting.encounter.id)
    assert setting.now_at().stage is Stage.DRAFTED


def test_words_without_material_are_not_made_into_a_note(setting: Setting) -> None:
    summarise(setting)
    setting.box.writer.error = NoMaterial()
    draft_now(setting)
    assert setting.now_at().attention is Attention.NO_MATERIAL
    assert view(setting).draft is None


def test_discarded_words_are_destroyed_and_typing_starts_over(setting: Setting) -> None:
    drafted(setting)
    edit_draft.discard_words(setting.box, setting.clinician, setting.encounter.id)
    assert turn(setting) == 4
    summarise(setting, "A better summary.")
    kinds = [a.kind for a in view(setting).artefacts if a.state is None]
    assert kinds.count(ArtefactKind.TRANSCRIPT) == 1


def test_stop_before_start_is_refused(setting: Setting) -> None:
    from appliance.domain.errors import FieldsInvalid

    header = view(setting).sheet.header
    wrong = dataclasses.replace(header, stopped_at=header.started_at - timedelta(minutes=1))
    with pytest.raises(FieldsInvalid):
        fill_sheet(setting.box, setting.clinician, setting.encounter.id, header=wrong)
