"""The shelf hands out only what is whole, and records what a manifest leaves open."""

import json

import pytest

from appliance.cli import main
from models.manifest import ModelUnknown, read_manifest
from models.shelf import RECORD, ModelAltered, ModelMissing, ModelThere, Shelf

NAME = "stanford-deidentifier-base"


@pytest.fixture
def medium(tmp_path):
    folder = tmp_path / "medium"
    folder.mkdir()
    for file in read_manifest(NAME).files:
        (folder / file.path).write_text(f"what {file.path} holds")
    return folder


@pytest.fixture
def shelf(tmp_path):
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


def test_a_model_that_was_brought_in_is_handed_out(shelf, medium):
    folder = Shelf(shelf).bring_in(NAME, medium)
    assert Shelf(shelf).take(NAME) == folder
    assert set(json.loads((folder / RECORD).read_text())["sha256"]) == {
        file.path for file in read_manifest(NAME).files
    }


def test_a_file_that_changes_after_the_import_is_not_handed_out(shelf, medium):
    folder = Shelf(shelf).bring_in(NAME, medium)
    (folder / "config.json").write_text("what config.json hold5")
    with pytest.raises(ModelAltered, match=r"config\.json"):
        Shelf(shelf).take(NAME)


def test_a_model_put_there_without_an_import_is_not_handed_out(shelf, medium):
    medium.rename(shelf / NAME)
    with pytest.raises(ModelMissing, match="without an import"):
        Shelf(shelf).take(NAME)


def test_a_model_beside_which_a_file_appears_is_not_handed_out(shelf, medium):
    folder = Shelf(shelf).bring_in(NAME, medium)
    (folder / "added_tokens.json").write_text("{}")
    with pytest.raises(ModelAltered, match="does not name"):
        Shelf(shelf).take(NAME)


def test_a_medium_that_lacks_a_file_leaves_nothing_on_the_shelf(shelf, medium):
    (medium / "vocab.txt").unlink()
    with pytest.raises(ModelMissing, match=r"vocab\.txt"):
        Shelf(shelf).bring_in(NAME, medium)
    assert list(shelf.iterdir()) == []


def test_a_model_on_the_shelf_is_not_replaced(shelf, medium):
    Shelf(shelf).bring_in(NAME, medium)
    with pytest.raises(ModelThere):
        Shelf(shelf).bring_in(NAME, medium)


def test_a_model_without_a_manifest_is_unknown(shelf, medium):
    with pytest.raises(ModelUnknown):
        Shelf(shelf).bring_in("../elsewhere", medium)


def test_the_commands_import_and_verify(shelf, medium, capsys):
    asked = ("--shelf", str(shelf))
    assert main(["models", "import", NAME, "--from", str(medium), *asked]) == 0
    assert main(["models", "verify", NAME, *asked]) == 0
    assert capsys.readouterr().out.count("whole") == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("verify", NAME), "not on the shelf"),
        (("import", NAME), "--from"),
        (("import", "nobody", "--from", "."), "no manifest"),
        (("import", "..", "--from", "."), "no manifest"),
        (("import", NAME, "--from", "/nonexistent"), "cannot be copied"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_in_one_sentence(shelf, capsys, arguments, says):
    assert main(["models", *arguments, "--shelf", str(shelf)]) == 1
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said
