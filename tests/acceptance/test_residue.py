"""After signing and destruction, no word and no sample of two sessions is left anywhere."""

import io
import os
import random
import secrets
import time
import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from appliance.adapters.machine.process import family_of
from appliance.adapters.media import FfmpegDecoder
from appliance.adapters.residue.hunt import hunt
from appliance.adapters.residue.patterns import Canary, patterns_of
from appliance.adapters.residue.places import Where, places_of
from appliance.demo.running import RunningBox, running_box
from appliance.domain.residue import HuntReport

pytestmark = [pytest.mark.serving, pytest.mark.slow, pytest.mark.timeout(400)]
CONSONANTS, VOWELS = "bdfgklmnprstv", "aeiou"


def invented_word() -> str:
    return "".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(6))


def sampled_recording() -> tuple[bytes, bytes]:
    """The demo's dialogue with a whisper of noise, so that its samples are this run's alone."""
    media = files("appliance.demo").joinpath("sample.ogg").read_bytes()
    samples = array("h", FfmpegDecoder().decode(media, lambda: False).pcm)
    noise = random.SystemRandom()
    loud = array("h", [max(-32768, min(32767, s + noise.randint(-6, 6))) for s in samples])
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(loud.tobytes())
    return file.getvalue(), loud.tobytes()


def phrases(text: str) -> tuple[str, ...]:
    """Some four words in a row of what was heard, from its beginning to its end."""
    words = text.split()
    step = max(1, (len(words) - 4) // 6)
    return tuple(" ".join(words[n : n + 4]) for n in range(0, len(words) - 3, step))


@dataclass
class Run:
    box: RunningBox
    canary: Canary
    began: float
    processes: tuple[Path, ...]
    root: Path

    def hunted(self, canary: Canary | None = None) -> HuntReport:
        settings = self.box.settings
        where = Where(
            state_directory=settings.state_directory,
            keyring_directory=settings.keyring,
            sqlite=settings.state_directory / "record.sqlite",
            processes=self.processes,
            root=self.root,
            made_at_seconds=self.began,
        )
        return hunt(places_of(where), patterns_of(canary or self.canary))


def sign(box: RunningBox, encounter_id: str, certificates: int) -> None:
    visitor = box.visitor
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    header = view["sheet"]["header"]
    began = datetime.fromisoformat(header["started_at"])
    del header["times_confirmed_by"]
    header |= {
        "stopped_at": (began + timedelta(minutes=50)).isoformat(),
        "times_confirmed": True,
    }
    view = visitor.ask("PUT", f"/encounters/{encounter_id}/sheet", {"header": header})
    visitor.ask("POST", f"/encounters/{encounter_id}/sign", {"revision": view["state"]["revision"]})
    visitor.wait_for_certificates(encounter_id, certificates)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A box on which one session was typed and one recorded; both are signed and destroyed."""
    began = time.time()
    root = tmp_path_factory.mktemp("root")
    for name in ("dev", "var", "run"):
        (root / name).symlink_to(f"/{name}")
    if "CI" in os.environ:  # elsewhere /tmp belongs to other programs too, and may be endless
        root = Path("/")
    with running_box(tmp_path_factory.mktemp("box") / "state") as box:
        visitor = box.visitor
        box.sign_in()
        words = (invented_word(), invented_word())
        typed = box.encounter_of("Tomas Rivera-Lund")
        summary = f"Client spoke about his {words[0]} and slept badly. Plan: bring the {words[1]}."
        visitor.ask("POST", f"/encounters/{typed}/summary", {"text": summary})
        media, pcm = sampled_recording()
        spoken = box.encounter_of("Dana Whitfield")
        for person in visitor.ask("GET", f"/encounters/{spoken}")["sheet"]["participants"]:
            body = {"participant_id": person["id"], "state": "given"}
            visitor.ask("POST", f"/encounters/{spoken}/consents", body)
        visitor.upload(spoken, media)
        visitor.wait_for(spoken, "drafted")
        visitor.wait_for(typed, "drafted")
        transcript = visitor.ask("GET", f"/encounters/{spoken}")["transcript"]
        heard = phrases(" ".join(each["text"] for each in transcript["utterances"]))
        assert len(heard) >= 6
        sign(box, spoken, 5)
        sign(box, typed, 4)
        programs = [child.process.pid for child in box.programs.children.values()]
        family = set().union(*map(family_of, programs))
        yield Run(
            box=box,
            canary=Canary(typed=words, spoken=heard, pcm=pcm, media=media),
            began=began,
            processes=tuple(Path(f"/proc/{pid}") for pid in sorted(family)),
            root=root,
        )


@pytest.fixture(scope="module")
def report(run: Run) -> HuntReport:
    return run.hunted()


def test_nothing_of_the_canary_typed_spoken_or_sampled_is_left_anywhere(report):
    assert report.finds == ()


def test_every_place_that_is_there_was_read(report):
    read = {place.place for place in report.places if place.size_bytes}
    assert {
        "state directory",
        "database, its log and journal",
        "keyring",
        "Ray's session, spilled objects",
        "object store and other open files without a name",
        "logs and output of programs",
        "command lines",
    } <= read
    print(*((place.place, place.files, place.size_bytes) for place in report.places), sep="\n")


@pytest.mark.needs_root
def test_as_root_no_place_of_the_box_stays_unread(report):
    assert report.unread == ()


@pytest.mark.needs_root
def test_the_hunt_sees_into_servings_own_memory_and_every_programs_scratch(run):
    """The control: the same hunt finds a leak where only serving and web could have written it."""
    leak = Canary(typed=(invented_word(),))
    serving = next(
        path
        for path in run.processes
        if "ray::" in (path / "cmdline").read_bytes().decode(errors="replace")
    )
    shm = next((serving / "root/dev/shm").glob("quietroom-serving-*"))
    web = run.box.programs.children["web"].process.pid
    scratch = [
        path
        for path in Path("/dev/shm").glob("quietroom-scratch-*")
        if any(path == link.readlink() for link in Path(f"/proc/{web}/fd").iterdir())
    ]
    planted = [shm / "leak", *(folder / "leak" for folder in scratch)]
    for path in planted:
        path.write_text(leak.typed[0])
    try:
        found = {place for place, _ in run.hunted(leak).finds}
    finally:
        for path in planted:
            path.unlink()
    assert found == {"Ray's session, spilled objects", *(["shared memory"] if scratch else [])}
