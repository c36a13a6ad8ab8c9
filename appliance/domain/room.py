"""A ten-second room check before a session: will it be heard, and if not, what to do.

Only levels come here, in dB of full scale; the sound itself stays in the browser and is not kept.
"""

from dataclasses import dataclass
from enum import StrEnum

CLIPPED_SHARE = 0.001
"""More of the samples at full scale than this distorts words."""
DEAD_LEVEL_DB = -75.0
"""The loudest moment of a microphone that is off or muted; a quiet room is above it."""
FAINT_TALK_DB = -45.0
"""Talk below this comes from too far away."""
NARROW_RATE_HZ = 16_000
"""A headset in hands-free mode delivers at most this (Bluetooth HFP: 8 or 16 kHz)."""
ENOUGH_ABOVE_NOISE_DB = 10.0
TALK_ABOVE_NOISE_DB = 4.0
"""With less between its loud and its quiet moments, nobody spoke."""
NOISY_DB = -45.0


class RoomVerdict(StrEnum):
    """What a room check found."""

    GOOD = "good"
    """The session will be heard."""
    DEAD = "dead"
    """The microphone delivers nothing."""
    NOBODY_SPOKE = "nobody_spoke"
    """Only the room was heard."""
    CLIPPED = "clipped"
    """Talk is too loud for the microphone."""
    FAINT = "faint"
    """Talk is too far away."""
    NOISY = "noisy"
    """Something in the room is nearly as loud as talk."""
    NARROW = "narrow"
    """A headset in hands-free mode."""


ROOM_WORDS: dict[RoomVerdict, str] = {
    RoomVerdict.GOOD: "You will be heard. Leave everything where it is.",
    RoomVerdict.DEAD: "No sound comes from this microphone. Check that it is not muted and that the "
    "right one is chosen in the browser, then check again.",
    RoomVerdict.NOBODY_SPOKE: "The microphone works, but nobody spoke. Talk as you would in the "
    "session, from where each of you will sit, and check again.",
    RoomVerdict.CLIPPED: "This is too loud and will be distorted. Move the microphone further away "
    "or turn its level down, then check again.",
    RoomVerdict.FAINT: "You are too far away. Put the microphone between you, no more than an arm's "
    "length from each, and check again.",
    RoomVerdict.NOISY: "Something in the room is nearly as loud as you: a noise machine, a fan, "
    "a street. Turn it off or put it outside the door, and check again.",
    RoomVerdict.NARROW: "This is a headset in telephone quality, usually Bluetooth. Words will be "
    "missed. Choose the computer's own microphone, or plug one in, and check again.",
}


@dataclass(frozen=True, kw_only=True)
class RoomLevels:
    """What ten seconds held: dB of full scale of its loud and of its quiet moments (the 95th and
    10th percentile of its 50 ms), its peak, the share of samples at full scale, and the rate that
    the microphone delivers, where the browser says it.
    """

    talk_db: float
    noise_db: float
    peak_db: float
    clipped_share: float
    rate_hz: int | None = None


def judge(levels: RoomLevels) -> RoomVerdict:
    """The one thing to do first."""
    above = levels.talk_db - levels.noise_db
    found = {
        RoomVerdict.DEAD: levels.peak_db <= DEAD_LEVEL_DB,
        RoomVerdict.CLIPPED: levels.clipped_share > CLIPPED_SHARE,
        RoomVerdict.NOISY: levels.noise_db > NOISY_DB and above < ENOUGH_ABOVE_NOISE_DB,
        RoomVerdict.NOBODY_SPOKE: above < TALK_ABOVE_NOISE_DB,
        RoomVerdict.FAINT: levels.talk_db < FAINT_TALK_DB,
        RoomVerdict.NARROW: levels.rate_hz is not None and levels.rate_hz <= NARROW_RATE_HZ,
    }
    return next((verdict for verdict, is_so in found.items() if is_so), RoomVerdict.GOOD)
