"""What every provider of the root holds to: file, systemd credential, and TPM (a real swtpm)."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.adapters.vault.keyring_store import LIVE, RECORD, GenerationGone
from appliance.adapters.vault.root_provider import LIMITS, WEAKEST_FIRST
from appliance.adapters.vault.slots import SLOT_BYTES
from appliance.domain.errors import RootLost
from appliance.steps.box import Box
from appliance.steps.destroy import destroy_doomed, link_chain, settle
from tests.boxes import Setting, keyring_at, make_box, make_setting
from tests.flow import draft_now, sign_now, summarise, view
from tests.keyrings import PROVIDERS, Place, killed_at, turn

pytestmark = pytest.mark.parametrize("place", PROVIDERS, indirect=True)


def certificate_of(generation: int) -> bytes:
    stated = {"artefact_id": "a", "number": 1, "previous_hash": "0"}
    return json.dumps(stated | {"root_generation_gone": generation}).encode()


def test_a_survivor_opens_after_turns_and_a_restart_and_what_was_left_behind_never(
    place: Place,
) -> None:
    store = place.open()
    key, wrapped = store.wrap_new(LIVE, 1, "kept")
    _, left = store.wrap_new(LIVE, 1, "left")
    for _ in range(3):
        ((_, wrapped),) = turn(store, [("kept", wrapped)])
    for opened in (store, place.open()):
        assert opened.generations == (4,)
        assert opened.unwrap(LIVE, 4, "kept", wrapped) == key
        with pytest.raises(GenerationGone):
            opened.unwrap(LIVE, 1, "left", left)


def test_the_lasting_keys_last(place: Place) -> None:
    store = place.open()
    key, wrapped = store.wrap_new(RECORD, 1, "note")
    turn(store, [])
    again = place.open()
    assert again.public_key == store.public_key
    assert again.unwrap(RECORD, 1, "note", wrapped) == key


def test_only_the_plain_file_has_a_root_in_the_open(place: Place) -> None:
    store = place.open()
    turn(store, [])
    secrets = [store._live[2], store._record, store._signer.private_bytes_raw()]
    assert {secret in place.files() for secret in secrets} == {place.provider == "file"}


def test_a_root_that_was_destroyed_is_gone_from_every_block(place: Place) -> None:
    store = place.open()
    for generation in range(1, 5):
        turn(store, [])
        headers = [written.generation for written in store._slots.live.written()]
        assert headers == [generation + 1]


def test_nothing_is_certified_whose_root_is_there(place: Place) -> None:
    store = place.open()
    turn(store, [])
    assert len(store.certify(certificate_of(1))) == 64


@pytest.mark.parametrize("torn_bytes", [0, 60, SLOT_BYTES])
def test_a_keyring_killed_at_any_write_of_a_turn_starts_again_with_the_root_it_had(
    place: Place, torn_bytes: int
) -> None:
    store = place.open()
    key, wrapped = store.wrap_new(LIVE, 1, "kept")
    step = 0
    while killed_at(step, torn_bytes, lambda: turn(place.open(), [])):
        again = place.open()
        current = max(again.generations) if 1 not in again.generations else 1
        again.undo_turn(current)
        assert again.generations == (current,)
        if current == 1:
            assert again.unwrap(LIVE, 1, "kept", wrapped) == key
        shutil.rmtree(place.directory)
        key, wrapped = place.open().wrap_new(LIVE, 1, "kept")
        step += 1
    assert step == 5


@pytest.mark.parametrize("name", ["live-root", "record-root", "signing-key"])
@pytest.mark.parametrize("how", ["missing", "zeros"])
def test_a_lost_root_is_told_and_no_new_one_takes_its_place(
    place: Place, name: str, how: str
) -> None:
    place.open()
    path = place.directory / name
    path.unlink() if how == "missing" else path.write_bytes(bytes(SLOT_BYTES * 2))
    with pytest.raises(RootLost):
        place.open()
    assert not path.exists() or not any(path.read_bytes())


# With a whole box -----------------------------------------------------------------------------------


@pytest.fixture
def signed(place: Place, tmp_path: Path) -> Iterator[Setting]:
    """A signed note whose sources are doomed, a moment before the root may turn."""
    with (
        keyring_at(place.directory, place.providers()) as vault,
        make_box(tmp_path / "state", vault=vault) as box,
    ):
        setting = make_setting(box)
        summarise(setting)
        draft_now(setting)
        sign_now(setting)
        while link_chain(box):
            pass
        box.clock.move(seconds=11)
        yield setting


def test_a_certificate_names_the_provider_and_its_limit_in_words(
    place: Place, signed: Setting
) -> None:
    destroy_doomed(signed.box)
    certificates = view(signed).certificates
    assert certificates
    for certificate in certificates:
        assert certificate.root_provider == place.provider
        assert certificate.provider_limit == LIMITS[place.provider]
        assert len(certificate.provider_limit) <= 200


def test_a_keyring_put_back_from_an_old_copy_is_refused(
    place: Place, signed: Setting, tmp_path: Path
) -> None:
    shutil.copytree(place.directory, tmp_path / "old")
    destroy_doomed(signed.box)
    before = len(view(signed).certificates)
    old = Place(**vars(place) | {"directory": tmp_path / "old"})
    with keyring_at(old.directory, old.providers()) as vault:
        stranger = Box(**vars(signed.box) | {"vault": vault})
        for refused in (settle, destroy_doomed):
            with pytest.raises(RootLost):
                refused(stranger)
    assert len(view(signed).certificates) == before


def test_every_provider_has_a_limit_and_a_rank(place: Place) -> None:
    assert place.open().provider_limit.startswith(f"{place.provider}: ")
    assert set(LIMITS) == set(WEAKEST_FIRST)
