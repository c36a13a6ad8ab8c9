"""What stands between a draft and a signature, and what only asks to be read."""

import pytest

from appliance.steps.readiness import Readiness


def test_sentences_that_could_not_be_checked_do_not_keep_a_note_from_being_signed():
    assert not Readiness(unchecked_count=3).hinders


@pytest.mark.parametrize(
    "lacking",
    [
        {"missing": ("stop time",)},
        {"unknown_placeholders": ("[PERSON_9]",)},
        {"unsupported_count": 1},
        {"is_empty": True},
    ],
)
def test_anything_else_that_is_lacking_does(lacking):
    assert Readiness(**lacking).hinders
