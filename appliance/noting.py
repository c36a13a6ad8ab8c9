"""The commands about notes: how good they are, measured on labelled sets."""

import argparse
from pathlib import Path
from typing import Any

from appliance.command_line import add_state, program, settings_of
from appliance.domain.formats import FORMATS
from appliance.domain.preferences import Verbosity


def add_notes(commands: Any) -> None:
    parser = program(commands, "notes", _eval, "measure what the box writes and checks")
    parts = parser.add_subparsers(required=True, metavar="what")
    part = program(parts, "eval", _eval, "score drafts of labelled sessions and summaries")
    part.add_argument("directory", type=Path, help="with sessions, summaries, … (.jsonl)")
    part.add_argument("--json", action="store_true")
    part.add_argument("--show", action="store_true", help="misses with their words (invented sets)")
    part.add_argument("--format", choices=[*FORMATS], default="soap")
    part.add_argument("--verbosity", choices=[*Verbosity], default=Verbosity.INTERMEDIATE)
    part.add_argument("--serving", action="store_true", help="by the engine of this box")
    add_state(part)
    part = program(
        parts, "support-eval", _support_eval, "score the support check on labelled pairs"
    )
    part.add_argument("file", type=Path, help="pairs of talk and statement (.jsonl)")
    part.add_argument("--json", action="store_true")


def _eval(chosen: argparse.Namespace) -> int:
    from appliance.notes_eval import Manner, evaluate_notes

    manner = Manner(
        format_key=chosen.format,
        verbosity=Verbosity(chosen.verbosity),
        on_this_box=chosen.serving,
    )
    return evaluate_notes(
        settings_of(chosen), chosen.directory, manner, as_json=chosen.json, show=chosen.show
    )


def _support_eval(chosen: argparse.Namespace) -> int:
    from appliance.support_eval import evaluate_support_file

    return evaluate_support_file(chosen.file, as_json=chosen.json)
