"""What an administrator can choose: `QUIETROOM_*` over /etc/quietroom/quietroom.toml, frozen, closed.

Serving reads its own settings (`QUIETROOM_SERVING_*`, in `serving.settings`); of those the
appliance needs the socket and the secret's file only.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from appliance.domain.errors import Misconfigured

PREFIX = "QUIETROOM_"
OF_SERVING = "QUIETROOM_SERVING_"
FILE = Path("/etc/quietroom/quietroom.toml")


def _default_state() -> Path:
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "quietroom"


class Settings(BaseSettings):
    """Read once, in the entry point of each program."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        toml_file=FILE,
        secrets_dir=None,
    )

    state_directory: Path = Field(default_factory=_default_state)
    """Where everything lies that is not given a place of its own."""
    database_url: SecretStr | None = None
    """The record's database; SQLite in the state directory unless given."""
    database_url_file: Path | None = None
    """A secret file that holds the URL instead."""
    keyring_directory: Path | None = None
    """Where the keyring keeps the root; never in a backup."""
    keyring_provider: Literal["file", "tpm", "credential"] = "file"
    """What keeps the root: its slots alone, sealed by a TPM 2.0, or by a systemd credential."""
    keyring_tpm: Path = Path("/dev/tpmrm0")
    """The TPM's device, or the Unix socket of a simulated one."""
    keyring_socket: Path | None = None
    serving_socket: Path | None = None
    serving_secret_file: Path | None = None
    identifiers_model: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9.\-]{0,63}$")
    """The large name model that serving must have loaded before anything is masked; none unless given."""
    meter_socket: Path | None = None
    keyring_sealers: tuple[str, ...] = ()
    """Users who may seal and open keys, besides the keyring's own."""
    keyring_turners: tuple[str, ...] = ()
    """Users who may also turn the root and have certificates signed."""
    web_socket: Path | None = None
    """Serve here, without TLS, for a proxy on this machine; the port and certificate are not used."""
    web_host: str = "::"
    web_port: int = Field(default=8443, ge=1, le=65535)
    web_names: tuple[str, ...] = ()
    """Names and addresses for the box's own certificate, besides those the machine knows."""
    tls_certificate: Path | None = None
    tls_private_key: Path | None = None
    metrics_allowed: tuple[str, ...] = ()
    """Addresses that may read /metrics, besides this machine."""
    canary_directory: Path | None = None
    """Where the worker leaves its newest canary for root's hunt; in memory on an installed box."""
    hunt_directory: Path | None = None
    """Where root's hunt leaves its result; where it is given, no canary is clean without that."""
    meter_interval_seconds: float = Field(default=0.1, ge=0.05, le=60)
    meter_events_socket: Path | None = None
    """Where engines tell the meter what they do."""
    meter_senders: tuple[str, ...] = ()
    """Users whose programs may tell the meter, besides its own."""
    meter_directory: Path | None = None
    """Where the meter keeps rows that the record has not taken yet, and what it calibrated."""
    host_watts: float | None = Field(default=None, ge=0, le=10_000)
    """What the machine around the GPUs draws, where no processor counter can be read."""
    free_disk_minimum_bytes: int = Field(default=1 << 30, ge=0)
    """Below this no new recording is taken; typing still works."""

    @model_validator(mode="after")
    def _one_database(self) -> "Settings":
        if self.database_url is not None and self.database_url_file is not None:
            raise ValueError("give the database's URL or a file that holds it, not both")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def run_directory(self) -> Path:
        return self.state_directory / "run"

    @property
    def database(self) -> str:
        """The database's URL; holds a password where one is given, so it is never shown.

        Raises Misconfigured when its file cannot be read.
        """
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        if self.database_url_file is not None:
            return _read_url(self.database_url_file)
        return f"sqlite:///{self.state_directory / 'record.sqlite'}"

    @property
    def keyring(self) -> Path:
        return self.keyring_directory or self.state_directory / "keyring"

    @property
    def keyring_door(self) -> Path:
        return self.keyring_socket or self.run_directory / "keyring.sock"

    @property
    def serving_door(self) -> Path:
        return self.serving_socket or self.run_directory / "serving" / "serving.sock"

    @property
    def serving_secret(self) -> Path:
        return self.serving_secret_file or self.state_directory / "secrets" / "serving"

    @property
    def meter_door(self) -> Path:
        return self.meter_socket or self.run_directory / "meter.sock"

    @property
    def meter_events_door(self) -> Path:
        return self.meter_events_socket or self.meter_door.with_name("steps.sock")

    @property
    def meter_spool(self) -> Path:
        return self.meter_directory or self.state_directory / "meter"

    @property
    def canary_order(self) -> Path:
        return (self.canary_directory or self.state_directory) / "canary-order"

    @property
    def tls_directory(self) -> Path:
        return self.state_directory / "tls"


def _read_url(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        reason = "the file with the database's URL (database_url_file) cannot be read"
    raise Misconfigured(details={"reason": reason})


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises Misconfigured, naming what is wrong, never its value."""
    given = os.environ if environment is None else environment
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(
        name
        for name in given
        if name.upper().startswith(PREFIX)
        and not name.upper().startswith(OF_SERVING)
        and name.upper() not in known
    )
    if unknown:
        raise Misconfigured(details={"reason": f"unknown settings: {', '.join(unknown)}"})
    try:
        return Settings()
    except ValidationError as wrong:
        reasons = [
            f"{PREFIX}{'_'.join(map(str, error['loc'])).upper()}: {error['msg']}"
            for error in wrong.errors(include_input=False)
        ]
    raise Misconfigured(details={"reason": "; ".join(reasons)})
