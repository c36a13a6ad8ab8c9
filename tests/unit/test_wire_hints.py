"""Words to listen for travel in one header, bounded, and anything else there is refused."""

import base64
import json

import pytest

from serving.wire import HINTS_AT_MOST, HINTS_MAX_BYTES, read_hints, written_hints


def test_hints_arrive_as_they_were_sent():
    hints = ("sertraline", "Łódź", "acceptance and commitment therapy", 'a "quoted" name')
    assert read_hints(written_hints(hints)) == hints


def test_no_header_is_no_hints():
    assert read_hints(None) == ()


@pytest.mark.parametrize(
    "hints", [["x" * 60] * 500, ["山" * 60] * 500, [f"w{n}" for n in range(900)]]
)
def test_what_is_too_much_is_left_off_the_end(hints):
    written = written_hints(hints)
    assert len(written) <= HINTS_MAX_BYTES
    kept = read_hints(written)
    assert kept == tuple(hints[: len(kept)])
    assert 0 < len(kept) <= HINTS_AT_MOST


def test_an_empty_or_endless_hint_is_not_sent():
    assert read_hints(written_hints(["", "x" * 61, "kept"])) == ("kept",)


@pytest.mark.parametrize(
    "value",
    [
        '["plain"]',
        "%%%",
        base64.b64encode(b"\xff\xfe").decode(),
        *(
            base64.b64encode(json.dumps(wrong).encode()).decode()
            for wrong in ({"a": 1}, "text", [1], [""], ["x" * 61], ["x"] * 101, [["x"]], None)
        ),
        base64.b64encode(b"[" * 6000).decode(),
        "A" * (HINTS_MAX_BYTES + 4),
    ],
)
def test_anything_else_is_refused(value):
    with pytest.raises(ValueError, match="hint"):
        read_hints(value)
