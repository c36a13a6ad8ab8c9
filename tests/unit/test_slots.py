"""The root's slots: in place, synchronised, and never mistaken when torn."""

from pathlib import Path

import pytest

from appliance.adapters.vault.slots import SLOT_BYTES, SlotFile
from appliance.domain.errors import Misconfigured

ONE, TWO = b"\x01" * 32, b"\x02" * 32


def test_a_slot_file_gives_back_what_was_written(tmp_path: Path) -> None:
    slots = SlotFile(tmp_path / "root", 2)
    slots.write(1, ONE)
    slots.write(2, TWO)
    assert SlotFile(tmp_path / "root", 2).read() == {1: ONE, 2: TWO}


def test_a_slot_file_never_grows_and_keeps_its_inode(tmp_path: Path) -> None:
    path = tmp_path / "root"
    slots = SlotFile(path, 2)
    before = path.stat()
    for generation in range(1, 20):
        slots.write(generation, generation.to_bytes(32, "big"))
        slots.destroy_all_but(generation)
    assert (path.stat().st_size, path.stat().st_ino) == (2 * SLOT_BYTES, before.st_ino)


def test_a_destroyed_root_is_nowhere_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "root"
    slots = SlotFile(path, 2)
    slots.write(1, ONE)
    slots.write(2, TWO)
    assert ONE in path.read_bytes()
    slots.destroy_all_but(2)
    assert ONE not in path.read_bytes()
    assert slots.read() == {2: TWO}


def test_a_slot_torn_while_it_was_written_reads_as_empty_and_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "root"
    slots = SlotFile(path, 2)
    slots.write(1, ONE)
    slots.write(2, TWO)
    torn = bytearray(path.read_bytes())
    torn[SLOT_BYTES + 30] ^= 0xFF
    path.write_bytes(torn)
    assert slots.read() == {1: ONE}
    slots.destroy_all_but(1)
    assert TWO[:10] not in path.read_bytes()


def test_a_third_root_finds_no_room(tmp_path: Path) -> None:
    slots = SlotFile(tmp_path / "root", 2)
    slots.write(1, ONE)
    slots.write(2, TWO)
    with pytest.raises(Misconfigured):
        slots.write(3, ONE)


def test_the_slot_file_is_for_its_owner_only(tmp_path: Path) -> None:
    SlotFile(tmp_path / "root", 2)
    assert (tmp_path / "root").stat().st_mode & 0o777 == 0o600
