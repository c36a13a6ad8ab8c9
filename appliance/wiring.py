"""The one place that puts adapters into ports."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from appliance.adapters.database.database import SqlDatabase
from appliance.adapters.directory.passwords import Argon2Passwords
from appliance.adapters.identifiers import build_gate, build_masker
from appliance.adapters.identifiers.gated import GatedMasker
from appliance.adapters.identifiers.lists import load as load_lists
from appliance.adapters.inference import LargeNameModel, ServingClient, missing_models
from appliance.adapters.media import FfmpegDecoder
from appliance.adapters.telemetry.meter_client import MeterClient
from appliance.adapters.vault.client import VaultClient
from appliance.domain.errors import Misconfigured
from appliance.domain.masking.gate import Gate
from appliance.domain.masking.mask import Masker
from appliance.settings import Settings
from appliance.steps.box import Box


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def build_box(settings: Settings) -> Box:
    """Everything the steps reach the world through. Opens nothing until it is used."""
    return _assemble(settings, open_database(settings), VaultClient(settings.keyring_door))


@contextmanager
def box_for_a_while(settings: Settings) -> Iterator[Box]:
    """A box for one command: the tables are brought up to date, and everything is let go after.

    Raises Misconfigured where there is no box.
    """
    is_beside = settings.database_url is None and settings.database_url_file is None
    if is_beside and not settings.state_directory.is_dir():
        reason = f"there is no box in {settings.state_directory}; --state names another folder"
        raise Misconfigured(details={"reason": reason})
    database = open_database(settings)
    vault = VaultClient(settings.keyring_door)
    try:
        database.migrate()
        yield _assemble(settings, database, vault)
    finally:
        vault.close()
        database.close()


def open_database(settings: Settings) -> SqlDatabase:
    return SqlDatabase(settings.database)


def serving_client(settings: Settings) -> ServingClient:
    return ServingClient(settings.serving_door, read_secret(settings.serving_secret))


def masker_of(settings: Settings, serving: ServingClient | None = None) -> Masker:
    """The masker, with the large local model where one is configured. Raises Misconfigured."""
    name = settings.identifiers_model
    if name is None:
        return build_masker()
    return build_masker(LargeNameModel(serving or serving_client(settings), name, load_lists()))


def gate_of(settings: Settings, serving: ServingClient | None = None) -> Gate:
    """The gate, which waits for the large model where one is configured. Raises Misconfigured."""
    name = settings.identifiers_model
    if name is None:
        return build_gate()
    return build_gate(missing_models(serving or serving_client(settings), name))


def meter_client(settings: Settings) -> MeterClient:
    return MeterClient(settings.meter_door)


def read_secret(path: Path) -> str:
    """Raises Misconfigured when the file cannot be read."""
    try:
        return path.read_text().strip()
    except OSError:
        reason = "the secret shared with serving cannot be read"
        raise Misconfigured(details={"reason": reason}) from None


def _assemble(settings: Settings, database: SqlDatabase, vault: VaultClient) -> Box:
    serving = serving_client(settings)
    return Box(
        database=database,
        vault=vault,
        clock=SystemClock(),
        passwords=Argon2Passwords(),
        decoder=FfmpegDecoder(),
        recogniser=serving,
        masker=GatedMasker(masker_of(settings, serving), gate_of(settings, serving)),
        writer=serving,
    )
