"""The riskiest assumption, on a raw device: after a turn no old root is anywhere on it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.adapters.vault.slots import SlotFile

MIB = 1 << 20
TURNS = 25

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_program("mkfs.ext4")]


@pytest.fixture
def image(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """An ext4 image (ordered journal, the default) and where it is mounted."""
    raw, mounted = tmp_path / "disk.img", tmp_path / "mounted"
    mounted.mkdir()
    with raw.open("wb") as file:
        file.truncate(64 * MIB)
    subprocess.run(["mkfs.ext4", "-q", str(raw)], check=True, capture_output=True)
    subprocess.run(["mount", "-o", "loop", str(raw), str(mounted)], check=True)
    try:
        yield raw, mounted
    finally:
        subprocess.run(["umount", str(mounted)], check=True)


def test_no_old_root_is_found_on_the_raw_image_after_turns(image: tuple[Path, Path]) -> None:
    raw, mounted = image
    store = KeyringStore(mounted / "keyring")
    old_roots = []
    for _ in range(TURNS):
        (generation,) = store.generations
        old_roots += SlotFile(mounted / "keyring" / "live-root", 2).read().values()
        store.settle(store.begin_turn(generation))
    (current,) = SlotFile(mounted / "keyring" / "live-root", 2).read().values()
    subprocess.run(["sync"], check=True)
    on_device = raw.read_bytes()
    assert current in on_device, "the search would not find a root that is there"
    assert [root for root in old_roots if root in on_device] == []


def test_writing_a_new_file_and_renaming_it_would_leave_the_old_root(
    image: tuple[Path, Path],
) -> None:
    """The control: the usual way of replacing a file is what the slots are there to avoid."""
    raw, mounted = image
    path = mounted / "root"
    old, new = b"old root " * 400, b"new root " * 400
    for content in (old, new):
        fresh = path.with_suffix(".new")
        fresh.write_bytes(content)
        subprocess.run(["sync"], check=True)
        fresh.rename(path)
        subprocess.run(["sync"], check=True)
    assert old in raw.read_bytes()
