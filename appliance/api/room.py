"""The room check: levels in, one sentence out. No sound is sent, and nothing is kept."""

from flask import Response
from pydantic import Field

from appliance.api.answers import Answer
from appliance.api.asked import Asked
from appliance.api.current import answer
from appliance.api.routing import resource, route
from appliance.domain.room import ROOM_WORDS, RoomLevels, RoomVerdict, judge

group = resource("room", "Room check")


class RoomBody(Asked):
    """Levels in dB of full scale; see `RoomLevels`."""

    talk_db: float = Field(ge=-200, le=20, allow_inf_nan=False)
    noise_db: float = Field(ge=-200, le=20, allow_inf_nan=False)
    peak_db: float = Field(ge=-200, le=20, allow_inf_nan=False)
    clipped_share: float = Field(ge=0, le=1, allow_inf_nan=False)
    rate_hz: int | None = Field(default=None, ge=1000, le=1_000_000)


class RoomAnswer(Answer):
    """Whether a session would be heard, and what to do where not."""

    verdict: RoomVerdict
    is_good: bool
    sentence: str


@route(group, "POST", "/room-check", answers=RoomAnswer)
def check_room(body: RoomBody) -> Response:
    """What ten seconds of the room's levels mean, before a session."""
    verdict = judge(RoomLevels(**body.model_dump()))
    is_good = verdict is RoomVerdict.GOOD
    return answer(RoomAnswer(verdict=verdict, is_good=is_good, sentence=ROOM_WORDS[verdict]))
