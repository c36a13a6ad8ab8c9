"""What an administrator can choose about serving: `QUIETROOM_SERVING_*`, frozen, and closed."""

import os
import stat
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from serving.errors import CannotStart

PREFIX = "QUIETROOM_SERVING_"
NO_ENGINE = "none"
DEFAULT_MODEL = "parakeet-tdt-0.6b-v2"
FORBIDDEN_TORCH_SETTING = "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"
"""With it, torch would run code that lies in a file of weights."""
SECRET_MIN_BYTES = 32
SECRET_MAX_BYTES = 4096
MIB = 1024 * 1024


class Isolation(StrEnum):
    """Whether serving gets a network, processes and shared memory of its own."""

    AUTO = "auto"
    """Where the machine allows it; otherwise a plain start, said in one line."""
    REQUIRED = "required"
    """Refuse to start without it."""
    OFF = "off"
    """Never: Ray's ports are then open on every interface, and only a firewall closes them."""


class ServingSettings(BaseSettings):
    """Read once, at the start, from the environment.

    `socket`: the one way in, a Unix socket made with mode 0600 in a directory of mode 0700.
    `socket_group`: a group that may come in too (0660 in a directory of mode 0750).
    `secret_file`: the shared secret (32 to 4096 bytes), readable by its owner only.
    `speech_engine`: `nemo` with `speech_model` from the shelf, `pocketsphinx` (demo), or `auto`: NeMo
    where that model is on the shelf, else the demo engine.
    `speech_windows_at_once`: how many windows are heard together at the most; unless given, by what
    the machine has.
    `identifiers_engine`: a token classification model by the name of its manifest, or none.
    `models_directory`: where weights lie that no installed package carries.
    `meter_socket`, `meter_events_socket`: the meter of this machine: where it answers, and where it
    hears what engines do; nobody is told and nothing is measured without them.
    `stop_with_parent`: stop when whoever started serving has gone.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    socket: Path
    secret_file: Path
    socket_group: str | None = None
    isolation: Isolation = Isolation.AUTO
    speech_engine: Literal["auto", "nemo", "pocketsphinx"] = "auto"
    speech_model: str = Field(default=DEFAULT_MODEL, pattern=r"^[a-z0-9][a-z0-9_.\-]{0,63}$")
    speech_windows_at_once: int | None = Field(default=None, ge=1, le=256)
    notes_engine: Literal["auto", "builtin"] = "auto"
    identifiers_engine: str = Field(default=NO_ENGINE, pattern=r"^[a-z0-9][a-z0-9.\-]{0,63}$")
    models_directory: Path | None = None
    speech_replicas: int = Field(default=1, ge=1, le=64)
    notes_replicas: int = Field(default=1, ge=1, le=64)
    identifiers_replicas: int = Field(default=1, ge=1, le=64)
    object_store_bytes: int = Field(default=128 * MIB, ge=80 * MIB)
    stop_with_parent: bool = True
    meter_socket: Path | None = None
    meter_events_socket: Path | None = None


def read_settings(environment: Mapping[str, str] | None = None) -> ServingSettings:
    """The settings of this process; raises CannotStart naming what is wrong, never its value."""
    given = os.environ if environment is None else environment
    _refuse_unknown_names(given)
    if FORBIDDEN_TORCH_SETTING in given:
        raise CannotStart(f"unset {FORBIDDEN_TORCH_SETTING}: weights could carry code with it")
    try:
        return ServingSettings()
    except ValidationError as wrong:
        reasons = [f"{_name(error['loc'])}: {error['msg']}" for error in wrong.errors()]
    raise CannotStart("; ".join(reasons))


def read_secret(path: Path) -> bytes:
    """The shared secret in `path`; raises CannotStart if it is absent, open to others, or short."""
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes().strip()
    except OSError:
        raise CannotStart(f"{PREFIX}SECRET_FILE cannot be read") from None
    if stat.S_IMODE(mode) & 0o077:
        raise CannotStart(f"{PREFIX}SECRET_FILE can be read by others: set its mode to 0600")
    if not SECRET_MIN_BYTES <= len(secret) <= SECRET_MAX_BYTES:
        raise CannotStart(f"{PREFIX}SECRET_FILE must hold {SECRET_MIN_BYTES} bytes or more")
    return secret


def _refuse_unknown_names(environment: Mapping[str, str]) -> None:
    known = {(PREFIX + name).upper() for name in ServingSettings.model_fields}
    unknown = sorted(
        name
        for name in environment
        if name.upper().startswith(PREFIX) and name.upper() not in known
    )
    if unknown:
        raise CannotStart(f"unknown settings: {', '.join(unknown)}")


def _name(location: tuple[int | str, ...]) -> str:
    return PREFIX + "_".join(str(part) for part in location).upper()
