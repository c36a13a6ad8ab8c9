"""The worker's listeners: live sound is heard while its session goes on, whatever else is under way.

Several listen at once, so that speech recognition can gather windows of different sessions; each
session's windows are heard in order, one at a time.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

from appliance.adapters.telemetry.log import event
from appliance.domain.errors import Absent, BrokenPromise, QuietroomError, Refused, Unavailable
from appliance.steps.box import Box
from appliance.steps.hear_live import hear_next, put_off, waiting

LISTENERS = 4
LOOK_SECONDS = 0.3


class Listening:
    """Hands each session that has something to be heard to a listener."""

    def __init__(self, box: Box, listeners: int = LISTENERS) -> None:
        self._box = box
        self._listeners = listeners
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._room = threading.Semaphore(listeners)

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; what is being heard then is heard again after the next start."""
        with ThreadPoolExecutor(self._listeners, thread_name_prefix="listener") as threads:
            while not stop.is_set():
                if not self._hand_out(threads, stop):
                    stop.wait(LOOK_SECONDS)

    def _hand_out(self, threads: ThreadPoolExecutor, stop: threading.Event) -> bool:
        """One session to one listener; False where there was none or nobody was free."""
        if not self._room.acquire(timeout=LOOK_SECONDS):
            return False
        encounter_id = self._next()
        if encounter_id is None or stop.is_set():
            self._room.release()
            return False
        threads.submit(self._listen, encounter_id, stop)
        return True

    def _next(self) -> str | None:
        try:
            found = waiting(self._box)
        except QuietroomError as error:
            event("listening_unavailable", code=error.code)
            return None
        with self._lock:
            chosen = next((one for one in found if one not in self._busy), None)
            if chosen is not None:
                self._busy.add(chosen)
        return chosen

    def _listen(self, encounter_id: str, stop: threading.Event) -> None:
        try:
            while not stop.is_set() and self._hear(encounter_id):
                pass
        finally:
            with self._lock:
                self._busy.discard(encounter_id)
            self._room.release()

    def _hear(self, encounter_id: str) -> bool:
        """One segment; False when there is no more or it must wait."""
        try:
            return hear_next(self._box, encounter_id)
        except (Absent, Refused):
            return False  # withdrawn or given up meanwhile
        except BrokenPromise as error:
            event("promise_broken", code=error.code, encounter_id=encounter_id)
        except Unavailable as error:
            event("not_heard", code=error.code, encounter_id=encounter_id)
        except Exception as error:  # noqa: BLE001 - nothing is lost: it is heard again
            event("not_heard", code=type(error).__name__, encounter_id=encounter_id)
        try:
            put_off(self._box, encounter_id)
        except QuietroomError as error:
            event("listening_unavailable", code=error.code)
        return False
