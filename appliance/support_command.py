"""The command that measures the support check."""

import argparse
from pathlib import Path
from typing import Any

from appliance.command_line import program


def add_notes(commands: Any) -> None:
    """`quietroom notes`, with what measures notes."""
    parser = program(commands, "notes", _support_eval, "measure what the box writes and checks")
    add_support_eval(parser.add_subparsers(required=True, metavar="what"))


def add_support_eval(parts: Any) -> None:
    part = program(
        parts, "support-eval", _support_eval, "score the support check on labelled pairs"
    )
    part.add_argument("file", type=Path, help="pairs of talk and statement (.jsonl)")
    part.add_argument("--json", action="store_true")


def _support_eval(chosen: argparse.Namespace) -> int:
    from appliance.note_tools import evaluate_support_file

    return evaluate_support_file(chosen.file, as_json=chosen.json)
