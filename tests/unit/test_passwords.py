"""Local accounts' passwords: argon2id, and nothing told about who exists."""

import pytest

from appliance.adapters.directory.passwords import Argon2Passwords


@pytest.fixture(scope="module")
def passwords() -> Argon2Passwords:
    return Argon2Passwords()


def test_a_password_matches_its_own_hash_only(passwords: Argon2Passwords) -> None:
    stored = passwords.hash("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert passwords.matches("correct horse battery", stored)
    assert not passwords.matches("correct horse batterz", stored)


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
def test_nobody_signs_in_without_a_hash(passwords: Argon2Passwords, stored: str | None) -> None:
    assert not passwords.matches("nobody's password", stored)
