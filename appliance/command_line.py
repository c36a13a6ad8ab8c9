"""What the commands of every file share: a name, a sentence, where the state is."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.settings import Settings, read_settings

Command = Callable[[argparse.Namespace], int]


def program(commands: Any, name: str, command: Command, says: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    parser.set_defaults(command=command)
    return parser


def settings_of(chosen: argparse.Namespace) -> Settings:
    """`--state` and `--port` are short for the settings of those names."""
    if getattr(chosen, "state", None) is not None:
        os.environ["QUIETROOM_STATE_DIRECTORY"] = str(chosen.state.resolve())
    if getattr(chosen, "port", None) is not None:
        os.environ["QUIETROOM_WEB_PORT"] = str(chosen.port)
    return read_settings()


def add_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, help="where everything is kept")
