"""The keyring: what a turn of the root leaves readable, and what it does not."""

import json
from pathlib import Path

import pytest

from appliance.adapters.vault.keyring_store import (
    LIVE,
    RECORD,
    GenerationGone,
    KeyringStore,
    RootStillHere,
)
from appliance.domain.errors import SealBroken


@pytest.fixture
def store(tmp_path: Path) -> KeyringStore:
    return KeyringStore(tmp_path / "keyring")


def turn(store: KeyringStore, keys: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    (old,) = store.generations
    new = store.begin_turn(old)
    moved = store.rewrap(old, new, keys)
    store.complete_turn(new)
    return moved


def test_a_survivor_opens_after_a_turn_and_a_key_left_behind_does_not(store: KeyringStore) -> None:
    kept_key, kept = store.wrap_new(LIVE, 1, "kept")
    _, left = store.wrap_new(LIVE, 1, "left")
    ((_, moved),) = turn(store, [("kept", kept)])
    assert store.unwrap(LIVE, 2, "kept", moved) == kept_key
    with pytest.raises(GenerationGone):
        store.unwrap(LIVE, 1, "left", left)
    with pytest.raises(SealBroken):
        store.unwrap(LIVE, 2, "left", left)


def test_old_wrapped_keys_stay_shut_after_a_restart(tmp_path: Path) -> None:
    store = KeyringStore(tmp_path / "keyring")
    _, left = store.wrap_new(LIVE, 1, "left")
    turn(store, [])
    again = KeyringStore(tmp_path / "keyring")
    assert again.generations == (2,)
    with pytest.raises(GenerationGone):
        again.unwrap(LIVE, 1, "left", left)


def test_a_turn_cut_off_before_its_commit_is_undone(tmp_path: Path) -> None:
    store = KeyringStore(tmp_path / "keyring")
    key, wrapped = store.wrap_new(LIVE, 1, "a")
    store.begin_turn(1)
    again = KeyringStore(tmp_path / "keyring")
    assert again.generations == (1, 2)
    again.undo_turn(1)
    assert again.generations == (1,)
    assert again.unwrap(LIVE, 1, "a", wrapped) == key


def test_a_turn_cut_off_after_its_commit_is_completed(tmp_path: Path) -> None:
    store = KeyringStore(tmp_path / "keyring")
    key, wrapped = store.wrap_new(LIVE, 1, "a")
    ((_, moved),) = store.rewrap(1, store.begin_turn(1), [("a", wrapped)])
    again = KeyringStore(tmp_path / "keyring")
    again.undo_turn(2)
    assert again.unwrap(LIVE, 2, "a", moved) == key
    with pytest.raises(GenerationGone):
        again.unwrap(LIVE, 1, "a", wrapped)


def test_settling_on_a_root_that_is_not_there_destroys_nothing(store: KeyringStore) -> None:
    with pytest.raises(GenerationGone):
        store.undo_turn(7)
    assert store.generations == (1,)


def test_a_wrapped_key_belongs_to_one_artefact_and_one_root(store: KeyringStore) -> None:
    _, wrapped = store.wrap_new(LIVE, 1, "a")
    with pytest.raises(SealBroken):
        store.unwrap(LIVE, 1, "b", wrapped)
    with pytest.raises(SealBroken):
        store.unwrap(RECORD, 1, "a", wrapped)


def test_the_record_root_is_untouched_by_turns(tmp_path: Path) -> None:
    store = KeyringStore(tmp_path / "keyring")
    key, wrapped = store.wrap_new(RECORD, 1, "note")
    turn(store, [])
    turn(store, [])
    assert KeyringStore(tmp_path / "keyring").unwrap(RECORD, 1, "note", wrapped) == key


def test_certificates_are_signed_by_one_lasting_key(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    store = KeyringStore(tmp_path / "keyring")
    turn(store, [])
    body = certificate_of_root(1)
    signature = store.certify(body)
    again = KeyringStore(tmp_path / "keyring")
    Ed25519PublicKey.from_public_bytes(again.public_key).verify(signature, body)


def certificate_of_root(generation: object, **more: str) -> bytes:
    stated = {"artefact_id": "a", "number": 1, "previous_hash": "0", "made_at": "x"} | more
    return json.dumps(stated | {"root_generation_gone": generation}).encode()


@pytest.mark.parametrize("generation", [0, 1, 2, 3, -1])
def test_nothing_is_certified_whose_root_is_not_gone(tmp_path: Path, generation: int) -> None:
    store = KeyringStore(tmp_path / "keyring")
    store.begin_turn(1)  # roots 1 and 2 exist, root 3 never did
    with pytest.raises(RootStillHere):
        store.certify(certificate_of_root(generation))


@pytest.mark.parametrize(("kind", "generation"), [("transcript", 0), ("client_record", -1)])
def test_only_a_certificate_of_the_record_may_call_no_root_gone(
    tmp_path: Path, kind: str, generation: int
) -> None:
    store = KeyringStore(tmp_path / "keyring")
    turn(store, [])
    with pytest.raises(RootStillHere):
        store.certify(certificate_of_root(generation, artefact_kind=kind))
    assert store.certify(certificate_of_root(0, artefact_kind="client_record"))


def test_a_certificate_that_names_a_better_keeper_than_its_root_had_is_not_signed(
    tmp_path: Path,
) -> None:
    store = KeyringStore(tmp_path / "keyring")
    turn(store, [])
    stated = json.loads(certificate_of_root(1))
    store.certify(json.dumps(stated | {"root_provider": "file"}).encode())
    with pytest.raises(ValueError, match="keeper"):
        store.certify(json.dumps(stated | {"root_provider": "tpm"}).encode())


@pytest.mark.parametrize("body", [b"anything else", b"{}", b"[]", certificate_of_root("1")])
def test_the_signing_key_signs_nothing_but_certificates(tmp_path: Path, body: bytes) -> None:
    store = KeyringStore(tmp_path / "keyring")
    turn(store, [])
    with pytest.raises(ValueError, match=r"not a|Expecting value"):
        store.certify(body)
