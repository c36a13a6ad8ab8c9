"""Destroyed means unreadable, and a certificate is written for nothing less."""

import base64
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appliance.adapters.database.database import SqlDatabase
from appliance.domain.audit import verify_chain
from appliance.domain.destruction import DestructionState, certificate_body
from appliance.domain.encounter import Attention
from appliance.domain.errors import (
    ChainBroken,
    KeyringUnavailable,
    RootLost,
    SealBroken,
    StillReadable,
)
from appliance.domain.lifecycle import Stage
from appliance.domain.retention import ArtefactKind
from appliance.domain.vault import KeyGone
from appliance.steps import artefacts
from appliance.steps.apply_retention import apply_retention
from appliance.steps.box import Box
from appliance.steps.destroy import destroy_doomed, link_chain, settle
from tests.boxes import Setting, make_box
from tests.flow import draft_now, sign_now, summarise, transcribe_now, turn, upload, view

pytestmark = pytest.mark.both_databases

SOURCES = (ArtefactKind.TRANSCRIPT, ArtefactKind.MASKED_TEXT, ArtefactKind.MASK_MAP)


def view_certificates(setting: Setting) -> tuple[object, ...]:
    with setting.box.database.read() as records:
        return records.certificates.of_encounter(setting.encounter.id)


def states(setting: Setting) -> dict[ArtefactKind, DestructionState | None]:
    return {a.kind: a.state for a in view(setting).artefacts}


@pytest.mark.sqlite_file
def test_an_old_copy_of_the_database_opens_nothing_after_the_turn(
    setting: Setting, tmp_path: Path
) -> None:
    summarise(setting)
    draft_now(setting)
    for name in ("record.sqlite", "record.sqlite-wal"):
        shutil.copy(tmp_path / "state" / name, tmp_path / name)
    sign_now(setting)
    turn(setting)
    old = SqlDatabase(f"sqlite:///{tmp_path / 'record.sqlite'}")
    tried = 0
    with old.read() as records:
        for artefact in records.artefacts.living(encounter_id=setting.encounter.id):
            if artefact.kind is ArtefactKind.SHEET:
                continue  # it survives, and its key was wrapped anew: the old copy is shut too
            with pytest.raises(KeyGone):
                artefacts.read_bytes(records, setting.box.vault, artefact)
            tried += 1
    old.close()
    assert tried == 4


def test_what_is_doomed_is_out_of_reach_before_the_turn(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    assert view(setting).transcript is None
    assert states(setting)[ArtefactKind.TRANSCRIPT] is DestructionState.DOOMED
    with setting.box.database.read() as records:
        for artefact in records.artefacts.of_encounter(setting.encounter.id):
            if artefact.kind in SOURCES:
                with pytest.raises(KeyGone):
                    artefacts.read_bytes(records, setting.box.vault, artefact)


def test_turns_are_gathered_to_one_in_ten_seconds(setting: Setting) -> None:
    before = setting.box.vault.status().generations
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    assert destroy_doomed(setting.box) == 0, "the root was made less than 10 s ago"
    assert setting.box.vault.status().generations == before
    setting.box.clock.move(seconds=11)
    assert destroy_doomed(setting.box) == 4
    assert destroy_doomed(setting.box) == 0


def test_a_certificate_names_rule_root_and_limit_and_its_signature_holds(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    turn(setting)
    public = Ed25519PublicKey.from_public_bytes(setting.box.vault.status().public_key)
    for certificate in view(setting).certificates:
        public.verify(base64.b64decode(certificate.signature), certificate_body(certificate))
        assert certificate.rule.value == "note signed"
        assert certificate.root_generation_gone not in setting.box.vault.status().generations
        assert "retain old blocks" in certificate.provider_limit


def test_certificates_carry_no_word_of_what_they_are_about(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    turn(setting)
    said = " ".join(map(str, view(setting).certificates)).lower()
    assert not [word for word in ("dana", "marcus", "sleep", "diary") if word in said]


@pytest.mark.parametrize("cut", ["begin_turn", "rewrap", "complete_turn"])
def test_a_turn_cut_off_anywhere_loses_nothing_and_proves_nothing_false(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    setting.box.clock.move(seconds=11)
    vault = setting.box.vault
    real: Callable[..., object] = getattr(vault, cut)

    def cut_off(*arguments: object) -> object:
        if cut != "complete_turn":
            real(*arguments)
        raise KeyringUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(vault, cut, cut_off)
        with pytest.raises(KeyringUnavailable):
            destroy_doomed(setting.box)
        assert view(setting).certificates == ()
    settle(setting.box)
    setting.box.clock.move(seconds=11)
    assert destroy_doomed(setting.box) == 4
    assert view(setting).sheet.header.client_name == "Dana Whitfield", "a survivor still opens"


def test_key_deleted_is_not_called_destroyed(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    setting.box.clock.move(seconds=11)
    with monkeypatch.context() as patch:
        patch.setattr(
            setting.box.vault,
            "complete_turn",
            lambda generation: (_ for _ in ()).throw(KeyringUnavailable()),
        )
        with pytest.raises(KeyringUnavailable):
            destroy_doomed(setting.box)
    assert states(setting)[ArtefactKind.TRANSCRIPT] is DestructionState.KEY_DELETED
    assert destroy_doomed(setting.box) == 0, "the old root is still there: no certificate"
    assert view(setting).certificates == ()
    settle(setting.box)
    assert destroy_doomed(setting.box) == 4


def test_a_read_that_succeeds_stops_the_certificate(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    setting.box.clock.move(seconds=11)
    monkeypatch.setattr(artefacts, "read_bytes", lambda *_: b"still here")
    with pytest.raises(StillReadable):
        destroy_doomed(setting.box)
    monkeypatch.undo()
    assert view(setting).certificates == ()


def test_a_deleted_key_that_still_opens_stops_the_certificate(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    setting.box.clock.move(seconds=11)
    monkeypatch.setattr(setting.box.vault, "open_key", lambda wrapped: b"k" * 32)
    with pytest.raises(StillReadable):
        destroy_doomed(setting.box)


def test_what_once_could_be_read_gets_no_certificate_until_it_cannot(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    setting.box.clock.move(seconds=11)
    with monkeypatch.context() as patch:
        patch.setattr(setting.box.vault, "open_key", lambda wrapped: b"k" * 32)
        for _ in range(3):
            with pytest.raises(StillReadable):
                destroy_doomed(setting.box)
            assert view_certificates(setting) == ()
    assert destroy_doomed(setting.box) == 4


def test_a_turn_that_another_has_overtaken_takes_no_root_away(setting: Setting) -> None:
    summarise(setting)
    vault, database = setting.box.vault, setting.box.database
    with database.write() as records:
        first = records.artefacts.generation()
        second = vault.begin_turn(first)
        keys = list(records.artefacts.surviving_live_keys())
        records.artefacts.replace_keys(second, vault.rewrap(first, second, keys))
        records.artefacts.set_generation(second, setting.box.clock.now())
    # The first worker stalls here, before it completes its turn; a second one turns on.
    with database.write() as records:
        third = vault.begin_turn(second)
        keys = list(records.artefacts.surviving_live_keys())
        moved = vault.rewrap(second, third, keys)
        with pytest.raises(KeyGone):
            vault.complete_turn(second)
        records.artefacts.replace_keys(third, moved)
        records.artefacts.set_generation(third, setting.box.clock.now())
    vault.complete_turn(third)
    assert view(setting).sheet.header.client_name == "Dana Whitfield"


def test_a_keyring_that_lost_the_new_root_stops_the_turn_before_it_commits(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    setting.box.clock.move(seconds=11)
    vault = setting.box.vault
    real = vault.rewrap

    def and_lose_it(old: int, new: int, keys: list[tuple[str, bytes]]) -> object:
        moved = real(old, new, keys)
        vault.undo_turn(old)
        return moved

    with monkeypatch.context() as patch:
        patch.setattr(vault, "rewrap", and_lose_it)
        with pytest.raises(KeyGone):
            destroy_doomed(setting.box)
    assert view(setting).sheet.header.client_name == "Dana Whitfield"
    assert destroy_doomed(setting.box) == 4


def test_a_chunk_that_is_missing_is_noticed(setting: Setting) -> None:
    upload(setting, b"a piece")
    with setting.box.database.write() as records:
        (recording,) = records.artefacts.living(
            encounter_id=setting.encounter.id, kinds=[ArtefactKind.RECORDING]
        )
        records.artefacts.delete_chunks(recording.id)
        with pytest.raises(SealBroken):
            artefacts.read_bytes(records, setting.box.vault, recording)


def test_seven_days_on_the_words_go_and_the_draft_stays(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    setting.box.clock.move(days=6, hours=23)
    assert apply_retention(setting.box) == 0
    setting.box.clock.move(hours=1)
    assert apply_retention(setting.box) == 3
    seen = view(setting)
    assert seen.transcript is None
    assert seen.draft is not None
    assert seen.encounter.stage is Stage.DRAFTED
    assert seen.encounter.attention is Attention.SOURCES_DESTROYED
    assert turn(setting) == 3
    assert {c.rule.value for c in view(setting).certificates} == {"deadline reached"}
    sign_now(setting)


def test_masking_again_does_not_lengthen_a_life(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    due = {a.kind: a.due_at for a in view(setting).artefacts}
    setting.box.clock.move(days=3)
    with setting.box.database.write() as records:
        from dataclasses import replace

        records.encounters.save(replace(setting.now_at(), stage=Stage.TRANSCRIBED))
    draft_now(setting)
    living = [a for a in view(setting).artefacts if a.state is None]
    for artefact in living:
        if artefact.kind in SOURCES:
            assert artefact.due_at == due[ArtefactKind.TRANSCRIPT]


def test_words_that_were_never_drafted_expire_too_and_typing_is_open_again(
    setting: Setting,
) -> None:
    summarise(setting)
    setting.box.clock.move(days=7)
    apply_retention(setting.box)
    assert setting.now_at().stage is Stage.OPEN
    assert setting.now_at().attention is Attention.WORDS_EXPIRED
    summarise(setting, "Typed again.")


def test_an_upload_that_went_quiet_for_a_day_is_destroyed(setting: Setting) -> None:
    from tests.flow import begin, consent, send

    consent(setting)
    send(setting, begin(setting), 0)
    setting.box.clock.move(hours=23)
    assert apply_retention(setting.box) == 0
    setting.box.clock.move(hours=2)
    assert apply_retention(setting.box) == 1
    assert setting.now_at().attention is Attention.UPLOAD_ABANDONED
    assert turn(setting) == 1


def test_a_finished_recording_is_kept_until_its_words_are_safe(setting: Setting) -> None:
    upload(setting)
    setting.box.clock.move(days=400)
    assert apply_retention(setting.box) == 0
    transcribe_now(setting)
    assert turn(setting) == 1


@pytest.mark.sqlite_file
def test_the_chain_holds_and_an_altered_row_breaks_it(setting: Setting, tmp_path: Path) -> None:
    import sqlite3

    summarise(setting)
    while link_chain(setting.box):
        pass
    with setting.box.database.read() as records:
        head = verify_chain(records.audit.links())
        assert head == records.audit.head()[1]
    with sqlite3.connect(tmp_path / "state" / "record.sqlite") as connection:
        connection.execute("update audit_events set action = 'signed_out' where id = 3")
    connection.close()
    with setting.box.database.read() as records, pytest.raises(ChainBroken):
        verify_chain(records.audit.links())


def test_a_keyring_of_another_box_is_refused_at_start(box: Box, tmp_path: Path) -> None:
    box.vault.complete_turn(box.vault.begin_turn(1))
    with make_box(tmp_path / "other") as other:
        stranger = Box(**vars(box) | {"vault": other.vault})
        with box.database.write() as records:
            records.artefacts.set_generation(2, box.clock.now())
        with pytest.raises(RootLost):
            settle(stranger)


@pytest.mark.sqlite_file
def test_no_client_text_stands_in_the_database_file(setting: Setting, tmp_path: Path) -> None:
    summarise(setting, "Dana saw heron-canary-word at the lake with Marcus.")
    draft_now(setting)
    sign_now(setting)
    for path in (tmp_path / "state").glob("record.sqlite*"):
        data = path.read_bytes()
        for text in (b"heron-canary-word", b"Whitfield", b"Marcus"):
            assert text not in data, path.name
