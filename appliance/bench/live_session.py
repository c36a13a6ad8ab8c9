"""Live sessions for a trial: sound sent in pieces of 1 s as a browser would, and who watches it go."""

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appliance.adapters.machine.process import family_of
from appliance.demo.running import RunningBox
from appliance.demo.visitor import Turned, Visitor
from appliance.domain.errors import QuietroomError
from appliance.domain.recording import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from appliance.domain.vault import KeyGone
from appliance.steps.box import Box
from appliance.wiring import box_for_a_while

SECOND_BYTES = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
AGAIN_SECONDS = 0.3
PATIENCE_SECONDS = 600.0
HEARD = frozenset({"transcribed", "masked", "drafted"})
LEFT_TO_HEAR_SECONDS = 18.0
"""A session is stopped when so much of it is still to be heard, so that every stop has as much to do."""
MOST_EXTRA_SECONDS = 120


@dataclass
class LiveSession:
    """One session: `begin`, `play`, `stop`. What the box does not answer is sent again."""

    visitor: Visitor
    encounter_id: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    sent_seconds: int = 0
    most_behind_seconds: float = 0.0
    waiting_seconds: float = 0.0

    def begin(self) -> None:
        self._insist(
            lambda: self.visitor.ask(
                "POST", f"/encounters/{self.encounter_id}/live", {"token": self.token}
            )
        )

    def play(self, pcm: bytes, seconds: int, speed: float) -> None:
        """So many seconds of `pcm`, over and over, at `speed` times real time."""
        started, first = time.monotonic(), self.sent_seconds
        for _ in range(seconds):
            due = started + (self.sent_seconds - first) / speed
            time.sleep(max(0.0, due - time.monotonic()))
            self.most_behind_seconds = max(self.most_behind_seconds, time.monotonic() - due)
            self.send_second(pcm)

    def send_second(self, pcm: bytes) -> None:
        start = self.sent_seconds * SECOND_BYTES % (len(pcm) // SECOND_BYTES * SECOND_BYTES)
        piece, at = pcm[start : start + SECOND_BYTES], self.sent_seconds * SAMPLE_RATE_HZ
        answer = self._insist(
            lambda: self.visitor.send_live(self.encounter_id, self.token, at, piece)
        )
        self.sent_seconds += 1
        self.waiting_seconds = answer["waiting_seconds"]

    def fill_up(self, pcm: bytes, speed: float) -> None:
        """Go on until the open segment is nearly full and everything before it is heard."""
        for _ in range(MOST_EXTRA_SECONDS):
            if LEFT_TO_HEAR_SECONDS <= self.waiting_seconds < LEFT_TO_HEAR_SECONDS + 2:
                return
            time.sleep(1 / speed)
            self.send_second(pcm)

    def stop(self) -> float:
        """Seconds from the stop until the last word is stored."""
        started = time.monotonic()
        size_samples = self.sent_seconds * SAMPLE_RATE_HZ
        body = {"token": self.token, "size_samples": size_samples}
        try:
            self._insist(
                lambda: self.visitor.ask("POST", f"/encounters/{self.encounter_id}/live/stop", body)
            )
        except Turned as turned:
            if turned.problem.get("code") != "capture_over":  # its answer was lost in a kill
                raise
        while time.monotonic() - started < PATIENCE_SECONDS:
            if self._insist(self._stage) in HEARD:
                return time.monotonic() - started
            time.sleep(0.05)
        raise TimeoutError("the words of a live session never came")

    def words(self) -> list[str]:
        view = self._insist(lambda: self.visitor.ask("GET", f"/encounters/{self.encounter_id}"))
        said = view["transcript"]["utterances"]
        return [word for utterance in said for word in utterance["text"].split()]

    def close(self) -> None:
        self.visitor.close()

    def _stage(self) -> str:
        found: str = self.visitor.ask("GET", f"/encounters/{self.encounter_id}/progress")["stage"]
        return found

    def _insist(self, request: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return request()
            except Turned as turned:
                if turned.status < http.client.INTERNAL_SERVER_ERROR:
                    raise
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() > deadline:
                raise TimeoutError("the box did not answer")
            time.sleep(AGAIN_SECONDS)


def open_session(box: RunningBox, number: int) -> LiveSession:
    """A new encounter of the demo practice whose participants have all agreed."""
    lines = box.visitor.ask("GET", "/encounters?unfinished=1")["encounters"]
    body = {
        "client_id": lines[0]["client_id"],
        "kind": "individual",
        "scheduled_at": datetime.now(UTC).isoformat(),
    }
    state = box.visitor.ask("POST", "/encounters", body)
    encounter_id = state["id"]
    view = box.visitor.ask("GET", f"/encounters/{encounter_id}")
    for person in view["sheet"]["participants"]:
        agreed = {"participant_id": person["id"], "state": "given"}
        box.visitor.ask("POST", f"/encounters/{encounter_id}/consents", agreed)
    return LiveSession(visitor=box.visitor.companion(number), encounter_id=encounter_id)


class SoundWatch:
    """Asks the keyring, every second of session time, which segments' keys still open."""

    def __init__(self, box: RunningBox, encounter_ids: Iterable[str], speed: float) -> None:
        self._running = box
        self._wanted = frozenset(encounter_ids)
        self._every_seconds = 1 / speed
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.most_seconds = 0.0
        self.samples = 0

    def __enter__(self) -> "SoundWatch":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        with box_for_a_while(self._running.settings) as box:
            while not self._over.wait(self._every_seconds):
                try:
                    self.most_seconds = max(self.most_seconds, self._readable_seconds(box))
                    self.samples += 1
                except QuietroomError:
                    continue  # killed meanwhile: the next second says

    def _readable_seconds(self, box: Box) -> float:
        """Of the session that has the most."""
        with box.database.read() as records:
            found = records.captures.sound_at_rest()
        by_session: dict[str, float] = {}
        for segment, key in found:
            if segment.encounter_id not in self._wanted:
                continue
            try:
                box.vault.open_key(key)
            except KeyGone:
                continue
            held = by_session.get(segment.encounter_id, 0.0)
            by_session[segment.encounter_id] = held + segment.size_bytes / SECOND_BYTES
        return max(by_session.values(), default=0.0)


def processor_seconds(box: RunningBox, names: Iterable[str]) -> float:
    """What these programs and all below them have used, as the kernel counts it."""
    return sum(
        _used(pid)
        for name in names
        if (child := box.programs.children[name].process) is not None
        for pid in family_of(child.pid)
    )


def _used(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    ticks_a_second = 100  # USER_HZ, the same on every Linux that this runs on
    return (int(fields[11]) + int(fields[12])) / ticks_a_second
