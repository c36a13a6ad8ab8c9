"""`quietroom demo`: two invented sessions on a real box, printed for a person to read."""

import textwrap
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from appliance.demo.running import running_box
from appliance.demo.visitor import Turned, Visitor

WIDTH = 96
SUMMARY = (
    "Pt seen by video. Reports low mood most days, PHQ-9 14 (was 17). Slept 5 hrs a night. "
    "Went for two walks with Ines since last session. Missed one shift at Brightwater Dental. "
    "Denies SI/HI. Reviewed activity schedule and planned behavioral activation. "
    "Tom was tearful when talking about Mateo. "
    "Plan: three walks before next session, bring activity log, next appt Tuesday."
)


@dataclass
class Stage:
    """One stage of the demo as it is timed."""

    name: str
    seconds: float


@dataclass
class Show:
    """Prints, and keeps the seconds of each stage."""

    stages: list[Stage] = field(default_factory=list)

    def title(self, text: str) -> None:
        print(f"\n{'═' * WIDTH}\n{text}\n{'═' * WIDTH}", flush=True)

    def part(self, text: str, seconds: float | None = None) -> None:
        took = f"{seconds:.1f} s" if seconds is not None else ""
        print(f"\n── {text} {'─' * max(1, WIDTH - len(text) - len(took) - 5)} {took}", flush=True)
        if seconds is not None:
            self.stages.append(Stage(text, seconds))

    def lines(self, text: str, indent: str = "   ") -> None:
        for line in text.splitlines() or [""]:
            print(
                textwrap.fill(line, WIDTH, initial_indent=indent, subsequent_indent=indent + "  "),
                flush=True,
            )


def run_demo(state: Path | None = None) -> int:
    """Start a box of its own, show both sessions, stop it, and leave nothing behind."""
    show = Show()
    with running_box(state) as box:
        visitor = box.visitor
        show.title("Quietroom: one practice, one box, two sessions. Everybody here is invented.")
        show.part("The box started: keyring, worker, meter, serving and web", box.started_seconds)
        box.sign_in()
        show.title("1. A recorded session with Dana Whitfield")
        _recorded(show, visitor, box.encounter_of("Dana Whitfield"))
        show.title("2. A typed summary about Tomas Rivera-Lund")
        _typed(show, visitor, box.encounter_of("Tomas Rivera-Lund"))
        show.title("Seconds a stage")
        for stage in show.stages:
            print(f"   {stage.seconds:7.1f}  {stage.name}")
    return 0


def _recorded(show: Show, visitor: Visitor, encounter_id: str) -> None:
    media = files("appliance.demo").joinpath("sample.ogg").read_bytes()
    show.part("Consent")
    try:
        visitor.begin_upload(encounter_id, len(media))
    except Turned as turned:
        show.lines(f"Before consent is on file: {turned.problem['title']}")
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    for person in view["sheet"]["participants"]:
        body = {"participant_id": person["id"], "state": "given"}
        visitor.ask("POST", f"/encounters/{encounter_id}/consents", body)
        show.lines(f"{person['name']} agreed to be recorded, and it is on file.")
    started = time.monotonic()
    visitor.upload(encounter_id, media)
    show.part(
        f"Uploaded {len(media) // 1024} KiB of sound, sealed piece by piece",
        time.monotonic() - started,
    )
    seconds = visitor.wait_for(encounter_id, "drafted")
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    show.part("Heard, masked and drafted", seconds)
    _timings(show, view)
    show.part(
        f"What was heard ({view['engine']}{', demo engine' if view['is_demo_engine'] else ''})"
    )
    for utterance in view["transcript"]["utterances"]:
        show.lines(f"{utterance['start_seconds']:5.1f}  {utterance['text']}")
    _rest(show, visitor, encounter_id, certificates=5)


def _typed(show: Show, visitor: Visitor, encounter_id: str) -> None:
    show.part("What the clinician typed")
    show.lines(SUMMARY)
    visitor.ask("POST", f"/encounters/{encounter_id}/summary", {"text": SUMMARY})
    show.part("Masked and drafted", visitor.wait_for(encounter_id, "drafted"))
    _timings(show, visitor.ask("GET", f"/encounters/{encounter_id}"))
    _rest(show, visitor, encounter_id, certificates=4)


def _rest(show: Show, visitor: Visitor, encounter_id: str, *, certificates: int) -> None:
    masked = visitor.ask("GET", f"/encounters/{encounter_id}/masked")
    show.part("What the note writer saw")
    for line in masked["utterances"] + masked["observations"] + masked["record_facts"]:
        show.lines(f"{line['id']:>4}  {line['text']}")
    show.lines(
        "kept back: " + ", ".join(f"{key} = {name}" for key, name in masked["placeholders"].items())
    )
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    show.part(f"The draft, each sentence with what it rests on (by the {view['draft']['made_by']})")
    for section in view["draft"]["sections"]:
        show.lines(section["title"])
        for statement in section["statements"]:
            show.lines(f"{statement['text']}  [{', '.join(statement['sources'])}]", "     ")
        if not section["statements"]:
            show.lines("Not discussed.", "     ")
    _sign(show, visitor, encounter_id, view)
    _receipts(show, visitor, encounter_id, certificates)


def _sign(show: Show, visitor: Visitor, encounter_id: str, view: dict[str, Any]) -> None:
    show.part("Signing")
    started = time.monotonic()
    try:
        visitor.ask(
            "POST", f"/encounters/{encounter_id}/sign", {"revision": view["state"]["revision"]}
        )
    except Turned as turned:
        show.lines(f"Too early: {turned.problem['title']}")
    header = view["sheet"]["header"]
    began = datetime.fromisoformat(header["started_at"])
    del header["times_confirmed_by"]
    header |= {
        "stopped_at": (began + timedelta(minutes=50)).isoformat(),
        "times_confirmed": True,
    }
    view = visitor.ask("PUT", f"/encounters/{encounter_id}/sheet", {"header": header})
    visitor.ask("POST", f"/encounters/{encounter_id}/sign", {"revision": view["state"]["revision"]})
    signed = visitor.ask("GET", f"/encounters/{encounter_id}")["note"]
    show.part("The signed note", time.monotonic() - started)
    show.lines(signed["text"])
    show.lines(f"Signed by {signed['author_line']} at {signed['signed_at'][:16]}Z")
    show.lines(f"SHA-256 of the text {signed['content_sha256']}")


def _receipts(show: Show, visitor: Visitor, encounter_id: str, count: int) -> None:
    started = time.monotonic()
    certificates = visitor.wait_for_certificates(encounter_id, count)
    show.part("What was destroyed: the root key turned, a read failed", time.monotonic() - started)
    for certificate in certificates:
        show.lines(
            f"certificate {certificate['number']}: {certificate['artefact_kind'].replace('_', ' ')},"
            f" {certificate['rule']}, destroyed {certificate['destroyed_at'][:19]}Z,"
            f" root {certificate['root_generation_gone']} gone"
        )
    show.lines(f"They rest on {certificates[0]['provider_limit']}.")
    show.lines(f"Energy: {visitor.ask('GET', '/energy')['sentence']}")


def _timings(show: Show, view: dict[str, Any]) -> None:
    for run in view["steps"]:
        show.lines(f"{run['step'].replace('_', ' '):12} {run['seconds']:6.2f} s")
