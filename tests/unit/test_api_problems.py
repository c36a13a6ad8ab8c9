"""Each error has one status, and no problem carries more than it may."""

import pytest
from flask import Flask

from appliance.api import refusals
from appliance.api.application import StrictJson
from appliance.api.problems import STATUS, body_of, status_of
from appliance.domain import errors
from appliance.domain.attention import ATTENTION_WORDS
from appliance.domain.encounter import Attention
from appliance.domain.tokens import COOKIE, csrf_for, csrf_matches
from appliance.domain.vault import KeyGone


def every_error(root: type[errors.QuietroomError]) -> set[type[errors.QuietroomError]]:
    return {root}.union(*(every_error(kind) for kind in root.__subclasses__()))


def test_every_error_of_the_box_has_a_status_and_a_sentence() -> None:
    assert refusals.NotJson in every_error(errors.QuietroomError)
    kinds = every_error(errors.QuietroomError)
    # A GPU's faults become a reason within a sentence, and begin in lower case.
    inner = "appliance.adapters.gpu.faults"
    for kind in (kind for kind in kinds if kind.__module__ != inner):
        assert 400 <= status_of(kind()) < 600
        said = " ".join((kind.__doc__ or "").split())
        assert said[0].isupper() or said[0] == "{", kind
        assert said[-1] in ".}", kind


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.SignInNeeded, 401),
        (errors.NotYours, 403),
        (errors.Absent, 404),
        (errors.WrongStage, 409),
        (errors.Destroyed, 410),
        (KeyGone, 410),
        (errors.TextTooLong, 413),
        (errors.FieldsMissing, 422),
        (errors.TooManyTries, 429),
        (errors.SealBroken, 500),
        (errors.NotReady, 503),
        (errors.RootMoved, 503),
        (refusals.Unexpected, 500),
    ],
)
def test_the_branch_of_the_tree_decides_the_status(
    error: type[errors.QuietroomError], status: int
) -> None:
    assert status_of(error()) == status


def test_no_two_errors_that_mean_different_things_share_a_code() -> None:
    codes: dict[str, set[int]] = {}
    kinds = every_error(errors.QuietroomError)
    # A GPU's faults become a reason within a sentence, and begin in lower case.
    inner = "appliance.adapters.gpu.faults"
    for kind in (kind for kind in kinds if kind.__module__ != inner):
        codes.setdefault(kind.code, set()).add(status_of(kind()))
    assert {code for code, statuses in codes.items() if len(statuses) > 1} == set()


def test_details_cannot_take_the_place_of_what_every_problem_says() -> None:
    error = errors.FieldsMissing(
        encounter_id="e-1", details={"missing": ("start time",), "status": 200, "title": "fine"}
    )
    with Flask(__name__).test_request_context():
        body = body_of(error)
    assert body["status"] == STATUS[errors.Refused]
    assert "start time" in str(body["title"])
    assert body["encounter_id"] == "e-1"
    assert body["missing"] == ("start time",)


def test_every_reason_for_attention_has_a_sentence() -> None:
    assert set(ATTENTION_WORDS) == set(Attention)


def test_the_cookie_is_bound_to_this_host_and_its_proof_to_the_token() -> None:
    assert COOKIE.startswith("__Host-")
    assert csrf_matches("token", csrf_for("token"))
    for given in ("", "token", csrf_for("other"), csrf_for("token").upper(), "ü" * 64, "\ud800"):
        assert not csrf_matches("token", given)


def test_strict_json_reads_utf_8_and_says_nothing_of_what_it_refuses() -> None:
    reader = StrictJson(Flask(__name__))
    assert reader.loads('{"a": "ü"}'.encode()) == {"a": "ü"}
    for wrong in (b'{"a": secret}', b'{"a": 1, "a": 2}', b"\xff", b"Infinity"):
        with pytest.raises(ValueError, match="not JSON") as caught:
            reader.loads(wrong)
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None
