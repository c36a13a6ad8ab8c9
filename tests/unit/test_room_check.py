"""What a room's levels mean."""

import pytest

from appliance.domain.room import ROOM_WORDS, RoomLevels, RoomVerdict, judge

GOOD = {"talk_db": -25.0, "noise_db": -60.0, "peak_db": -10.0, "clipped_share": 0.0}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, RoomVerdict.GOOD),
        ({"rate_hz": 48_000}, RoomVerdict.GOOD),
        ({"peak_db": -90.0, "talk_db": -95.0, "noise_db": -99.0}, RoomVerdict.DEAD),
        ({"clipped_share": 0.02, "peak_db": 0.0}, RoomVerdict.CLIPPED),
        ({"talk_db": -52.0, "noise_db": -70.0}, RoomVerdict.FAINT),
        ({"talk_db": -30.0, "noise_db": -36.0}, RoomVerdict.NOISY),
        ({"talk_db": -58.0, "noise_db": -60.0, "peak_db": -50.0}, RoomVerdict.NOBODY_SPOKE),
        ({"rate_hz": 16_000}, RoomVerdict.NARROW),
    ],
)
def test_each_trouble_is_told_apart(changes: dict, verdict: RoomVerdict) -> None:
    assert judge(RoomLevels(**GOOD | changes)) is verdict


def test_every_verdict_says_what_to_do() -> None:
    assert set(ROOM_WORDS) == set(RoomVerdict)
    troubles = set(RoomVerdict) - {RoomVerdict.GOOD}
    assert all("heck again" in ROOM_WORDS[verdict] for verdict in troubles)
