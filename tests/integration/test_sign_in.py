"""Signing in: tries are counted whoever they are for, and cannot be outrun or told apart."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.adapters.database.people import LOCKED_MINUTES, WRONG_PASSWORDS_ALLOWED
from appliance.adapters.directory.passwords import Argon2Passwords
from appliance.domain.errors import QuietroomError, TooManyTries, WrongSignIn
from appliance.steps.box import Box
from appliance.steps.sign_in import HASHES_AT_ONCE, set_password, sign_in
from tests.boxes import PASSWORD, Setting, box, make_box, make_setting, setting
from tests.fakes import FakePasswords

__all__ = ["box", "setting"]
WRONG = "wrong horse battery"
TRIES = 12


class Gathering(FakePasswords):
    """Compares only when everybody who may try has arrived, and remembers what it compared."""

    def __init__(self, expected: int) -> None:
        self.compared: list[str] = []
        self._together = threading.Barrier(expected)

    def matches(self, password: str, password_hash: str | None) -> bool:
        self.compared.append(password)
        self._together.wait(timeout=20)
        return super().matches(password, password_hash)


class Remembering(FakePasswords):
    def __init__(self) -> None:
        self.compared: list[str] = []

    def matches(self, password: str, password_hash: str | None) -> bool:
        self.compared.append(password)
        return super().matches(password, password_hash)


def outcome(box: Box, name: str, password: str) -> str:
    try:
        sign_in(box, name, password)
    except QuietroomError as error:
        return error.code
    return "signed_in"


def test_tries_at_the_same_time_are_counted_before_they_are_compared(setting: Setting) -> None:
    """As many as are compared at once are held there; none of them has been told yet."""
    gathering = Gathering(HASHES_AT_ONCE)
    with ThreadPoolExecutor(HASHES_AT_ONCE) as threads:
        asked = setting.with_box(passwords=gathering).box
        tries = [threads.submit(outcome, asked, "amara", WRONG) for _ in range(HASHES_AT_ONCE)]
        assert {one.result() for one in tries} == {"wrong_sign_in"}
    left = WRONG_PASSWORDS_ALLOWED - HASHES_AT_ONCE
    told = [outcome(setting.box, "amara", WRONG) for _ in range(left + 1)]
    assert told == ["wrong_sign_in"] * left + ["too_many_tries"]


@pytest.mark.parametrize("name", ["amara", "nobody"])
@pytest.mark.both_databases
def test_many_threads_have_five_tries_together(
    tmp_path: Path, database_url: str | None, name: str
) -> None:
    with make_box(tmp_path / "state", database_url, passwords=Argon2Passwords()) as box:
        make_setting(box)
        with ThreadPoolExecutor(TRIES) as threads:
            tries = [threads.submit(outcome, box, name, WRONG) for _ in range(TRIES)]
            found = Counter(one.result() for one in tries)
    assert found == {
        "wrong_sign_in": WRONG_PASSWORDS_ALLOWED,
        "too_many_tries": TRIES - WRONG_PASSWORDS_ALLOWED,
    }


@pytest.mark.parametrize("password", [WRONG, "x" * 201, PASSWORD + "x" * 201, ""])
def test_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(
    setting: Setting, password: str
) -> None:
    rounds = range(WRONG_PASSWORDS_ALLOWED + 2)
    told = {
        name: [outcome(setting.box, name, password) for _ in rounds]
        for name in ("amara", "nobody", "x" * 300)
    }
    assert told["amara"] == told["nobody"] == told["x" * 300]
    assert told["amara"][-2:] == ["too_many_tries", "too_many_tries"]


def test_a_password_of_any_length_is_compared_for_any_name(setting: Setting) -> None:
    remembering = Remembering()
    asked = setting.with_box(passwords=remembering).box
    for name in ("amara", "nobody"):
        assert outcome(asked, name, "x" * 100_000) == "wrong_sign_in"
    assert [len(one) for one in remembering.compared] == [200, 200]


def test_a_wrong_try_never_opens_a_closed_door_and_time_does(setting: Setting) -> None:
    box = setting.box
    for _ in range(WRONG_PASSWORDS_ALLOWED):
        assert outcome(box, "amara", WRONG) == "wrong_sign_in"
    for password in (WRONG, PASSWORD):
        box.clock.move(minutes=LOCKED_MINUTES / 3)
        with pytest.raises(TooManyTries) as refused:
            sign_in(box, "amara", password)
        assert 1 <= int(str(refused.value.details["minutes"])) <= LOCKED_MINUTES
    box.clock.move(minutes=LOCKED_MINUTES / 3)
    assert outcome(box, "amara", PASSWORD) == "signed_in"


def test_a_right_password_clears_what_was_wrong_before(setting: Setting) -> None:
    for _ in range(3):
        for _ in range(WRONG_PASSWORDS_ALLOWED - 1):
            assert outcome(setting.box, "amara", WRONG) == "wrong_sign_in"
        assert outcome(setting.box, " Amara ", PASSWORD) == "signed_in"


def test_a_new_password_opens_a_closed_door(setting: Setting) -> None:
    for _ in range(WRONG_PASSWORDS_ALLOWED + 1):
        outcome(setting.box, "amara", WRONG)
    set_password(setting.box, "amara", "another horse battery")
    assert outcome(setting.box, "amara", "another horse battery") == "signed_in"


def test_a_password_that_is_changed_while_it_is_compared_opens_nothing(setting: Setting) -> None:
    class Changing(FakePasswords):
        def matches(self, password: str, password_hash: str | None) -> bool:
            set_password(setting.box, "amara", "another horse battery")
            return super().matches(password, password_hash)

    with pytest.raises(WrongSignIn):
        sign_in(setting.with_box(passwords=Changing()).box, "amara", PASSWORD)
