"""`quietroom mask`: what would be sent, how good the masking is, and what it has done so far.

`mask TEXT` prints the text to whoever typed it and keeps nothing; the others print figures, never text.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from appliance.bench.flow import print_figures
from appliance.domain.audit import Action, AuditEvent
from appliance.domain.encounter import Attention
from appliance.domain.errors import FileUnreadable
from appliance.domain.masking.evaluation import Manner, evaluate
from appliance.domain.masking.gate_evaluation import evaluate_gate
from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.masking.pipeline import mask_and_admit
from appliance.domain.transcript import Origin
from appliance.settings import Settings
from appliance.wiring import box_for_a_while, gate_of, masker_of

MOST_CHARACTERS = 10_000_000
MOST_EVENTS = 1_000_000
_BLOCKS = frozenset({Attention.GATE_BLOCKED.value, Attention.PAYLOAD_BLOCKED.value})


def show_masked(settings: Settings, text: str, names: Sequence[str]) -> int:
    """Print the text as the note model would be sent it; "-" reads it from standard input.

    `names` are people and places that a client's record would have. Raises GateBlocked.
    """
    given = (
        sys.stdin.buffer.read(MOST_CHARACTERS).decode("utf-8", "replace") if text == "-" else text
    )
    lines = tuple(
        MaskedLine(id=f"u{number}", speaker="", text=line)
        for number, line in enumerate(given.splitlines())
    )
    known = KnownRecord(
        names=tuple(
            KnownName(text=name, role=role)
            for name in names
            for role in ("CLIENT" if name == names[0] else "PERSON", "PLACE")
        )
    )
    masked, _ = mask_and_admit(
        masker_of(settings), gate_of(settings), origin=Origin.TYPED, utterances=lines, known=known
    )
    for line in masked.utterances:
        print(line.text)
    return 0


def evaluate_files(
    settings: Settings, files: Sequence[Path], manner: Manner, *, of_gate: bool, as_json: bool
) -> int:
    """Score the masker, or the gate, on all rows of the labelled files.

    Raises FileUnreadable; ServingUnavailable where a large model is configured and does not answer.
    """
    rows = [row for file in files for row in _rows(file)]
    if of_gate:
        figures = evaluate_gate(rows, masker_of(settings), gate_of(settings), manner)
    else:
        figures = evaluate(rows, masker_of(settings), manner)
    print_figures(figures, as_json=as_json)
    return 0


def _rows(file: Path) -> list[dict[str, Any]]:
    """The labelled rows of a file; `FILE:untouched` takes only those whose `split` says so."""
    path, _, split = str(file).partition(":")
    try:
        rows = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines() if line]
    except (OSError, ValueError):
        raise FileUnreadable(details={"file": Path(path).name}) from None
    return [row for row in rows if not split or row.get("split") == split]


def report(settings: Settings, *, as_json: bool) -> int:
    """Print how often text was masked and blocked, and by which kinds; never values."""
    with box_for_a_while(settings) as box, box.database.read() as records:
        unlinked = (event for _, event in records.audit.unlinked(MOST_EVENTS))
        events = (*(link.event for link in records.audit.links()), *unlinked)
    print_figures(summary_of(events), as_json=as_json)
    return 0


def summary_of(events: Iterable[AuditEvent]) -> dict[str, Any]:
    """Counts over audit events: what was masked, what the gate stopped and of what kind, what was decided."""
    masked = blocked = placeholders = at_sending = 0
    decided: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for event in events:
        facts = event.facts or {}
        if event.action is Action.NAMES_MASKED:
            masked += 1
            placeholders += int(facts.get("placeholders", 0))
        elif event.action is Action.GATE_BLOCKED:
            blocked += 1
            kinds.update(str(facts.get("kinds", "")).split(","))
        elif event.action is Action.STEP_FAILED:
            at_sending += facts.get("code") in _BLOCKS
        elif event.action is Action.FINDINGS_DECIDED:
            decided.update({what: int(facts.get(what, 0)) for what in ("masked", "safe")})
    return {
        "sessions_masked": masked,
        "placeholders": placeholders,
        "blocked_by_the_gate": blocked,
        "blocked_kinds": dict(sorted(kinds.items())),
        "blocked_at_sending": at_sending,
        "decided_to_mask": decided["masked"],
        "decided_to_be_safe": decided["safe"],
    }
