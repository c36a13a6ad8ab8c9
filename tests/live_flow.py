"""A session recorded live, each part of it in one line for tests."""

import math
from array import array

from appliance.domain.capture import SentPiece
from appliance.domain.retention import ArtefactKind
from appliance.steps import hear_live, receive_live
from tests.boxes import Setting
from tests.flow import view

TOKEN, OTHER = "window-one-window-one", "window-two-window-two"
RATE = 16_000


def talk(seconds: float, channels: int = 1) -> bytes:
    """A tone, which is loud all the time: nothing in it looks like a pause."""
    wave = array("h", (round(8000 * math.sin(n / 4)) for n in range(round(seconds * RATE))))
    return array("h", (value for value in wave for _ in range(channels))).tobytes()


SECOND = talk(1)


def begin(setting: Setting, token: str = TOKEN, **more: object) -> receive_live.Standing:
    chosen = {"channels": 1, "takes_over": False} | more
    return receive_live.begin(
        setting.box, setting.clinician, setting.encounter.id, token=token, **chosen
    )


def send(setting: Setting, offset: int, pcm: bytes = SECOND, **more: object):
    captions_from = more.pop("captions_from", None)
    sent = {"token": TOKEN, "channels": 1} | more
    piece = SentPiece(offset_samples=offset, pcm=pcm, **sent)
    return receive_live.take_piece(
        setting.box, setting.clinician, setting.encounter.id, piece, captions_from=captions_from
    )


def send_seconds(setting: Setting, start: int, count: int, pcm: bytes = SECOND) -> int:
    """So many pieces of a second; the second at which the next one begins."""
    for second in range(start, start + count):
        send(setting, second * RATE, pcm)
        setting.box.clock.move(seconds=1)
    return start + count


def stop(setting: Setting, seconds: int, token: str = TOKEN) -> None:
    receive_live.stop(
        setting.box,
        setting.clinician,
        setting.encounter.id,
        token=token,
        size_samples=seconds * RATE,
    )


def hear_all(setting: Setting) -> int:
    count = 0
    while hear_live.hear_next(setting.box, setting.encounter.id):
        count += 1
    return count


def segments(setting: Setting):
    found = view(setting).artefacts
    return [artefact for artefact in found if artefact.kind is ArtefactKind.SEGMENT]


def living(setting: Setting):
    return [segment for segment in segments(setting) if segment.state is None]
