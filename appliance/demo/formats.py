"""`quietroom demo --formats`: one summary in every format and verbosity, in three styles, side by side."""

import textwrap
from dataclasses import dataclass
from typing import Any

from appliance.demo.running import RunningBox, running_box
from appliance.demo.show import SUMMARY

COLUMN = 42
VERBOSITIES = ("concise", "intermediate", "detailed")


@dataclass(frozen=True, kw_only=True)
class Voice:
    """What clinician and client are called, and the pronouns."""

    clinician_term: str
    client_term: str
    pronouns: str


VOICES = {
    "concise": Voice(clinician_term="writer", client_term="Pt", pronouns="none"),
    "intermediate": Voice(clinician_term="therapist", client_term="client", pronouns="he"),
    "detailed": Voice(clinician_term="clinician", client_term="Tomas", pronouns="they"),
}


def show_formats() -> int:
    """Ask a real box for every draft of one summary, and print them in columns."""
    with running_box() as box:
        box.sign_in()
        encounter = box.encounter_of("Tomas Rivera-Lund")
        print("The summary, as it was typed:\n")
        print(textwrap.fill(SUMMARY, 3 * COLUMN), "\n")
        for note_format in box.visitor.ask("GET", "/formats")["formats"]:
            columns = [_draft(box, encounter, note_format["key"], v) for v in VERBOSITIES]
            print(_side_by_side(note_format["title"], columns), flush=True)
    return 0


def _draft(box: RunningBox, encounter: str, format_key: str, verbosity: str) -> list[str]:
    preferences = vars(VOICES[verbosity]) | {
        "format_key": format_key,
        "verbosity": verbosity,
        "methods": ["CBT"],
    }
    view = box.visitor.ask("GET", f"/encounters/{encounter}")
    if view["draft"] is None:
        box.visitor.ask("PUT", f"/encounters/{encounter}/preferences", preferences)
        box.visitor.ask("POST", f"/encounters/{encounter}/summary", {"text": SUMMARY})
    else:
        box.visitor.ask("POST", f"/encounters/{encounter}/draft", preferences)
    box.visitor.wait_for(encounter, "drafted")
    return _lines(box.visitor.ask("GET", f"/encounters/{encounter}")["draft"])


def _lines(draft: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for section in draft["sections"]:
        lines += [section["title"].upper()]
        texts = [statement["text"] for statement in section["statements"]] or ["Not discussed."]
        for text in texts:
            lines += textwrap.wrap(text, COLUMN - 3, subsequent_indent="  ")
        lines += [""]
    return lines


def _side_by_side(title: str, columns: list[list[str]]) -> str:
    heads = [
        f"{verbosity}: {v.clinician_term} / {v.client_term} / {v.pronouns}"
        for verbosity, v in VOICES.items()
    ]
    rows = [heads, ["-" * (COLUMN - 3)] * len(columns)]
    height = max(map(len, columns))
    rows += [[c[n] if n < len(c) else "" for c in columns] for n in range(height)]
    body = "\n".join("".join(cell.ljust(COLUMN) for cell in row).rstrip() for row in rows)
    return f"{'═' * (3 * COLUMN)}\n{title}\n\n{body}"
