"""`quietroom doctor`: which promises this machine can keep, and how to mend what it cannot."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from appliance.adapters.machine.checks import run_checks
from appliance.adapters.machine.clock import kernel_clock_is_synchronised
from appliance.adapters.machine.disk import disk_space_of
from appliance.adapters.machine.finding import EngineInUse, Finding, MachineInputs, Verdict
from appliance.adapters.machine.report import as_json, as_text, worst
from appliance.adapters.machine.scratch import SHARED_MEMORY
from appliance.adapters.tls.authority import expires_at
from appliance.adapters.vault.client import VaultClient
from appliance.domain.canary import CanaryResult
from appliance.domain.errors import QuietroomError
from appliance.settings import Settings
from appliance.steps.read_canary import canary_of
from appliance.wiring import meter_client, open_database, serving_client


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Every check; asks the programs that are running, changes nothing."""
    (speech, notes, identifiers), trouble = _engines(settings)
    provider, is_late = _root_keeper(settings)
    certificate = settings.tls_certificate or settings.tls_directory / "server.crt"
    return run_checks(
        MachineInputs(
            state_directory=settings.state_directory,
            now=datetime.now(UTC),
            disk_space=disk_space_of,
            clock_is_synchronised=kernel_clock_is_synchronised,
            energy=meter_client(settings).reading(),
            certificate_expires_at=expires_at(certificate),
            speech=speech,
            speech_trouble=trouble,
            notes=notes,
            identifiers=identifiers,
            identifiers_wanted=settings.identifiers_model,
            is_root=os.geteuid() == 0,
            canary=_canary(settings),
            keyring_provider=provider,
            is_root_late=is_late,
            temporary=(Path(tempfile.gettempdir()), SHARED_MEMORY),
        )
    )


def run_doctor(settings: Settings, *, as_json_text: bool) -> int:
    """Print the findings; 1 when a promise cannot be kept, else 0."""
    findings = examine(settings)
    print(as_json(findings) if as_json_text else as_text(findings))
    return 1 if worst(findings) is Verdict.FAIL else 0


def _canary(settings: Settings) -> CanaryResult | None:
    """From the record, where this user may read it; the doctor makes no tables and no files."""
    if settings.database_url is None and not (settings.state_directory / "record.sqlite").is_file():
        return None
    database = open_database(settings)
    try:
        return canary_of(database)
    except Exception:  # noqa: BLE001 - a database without tables, or one that is not ours to read
        return None
    finally:
        database.close()


def _root_keeper(settings: Settings) -> tuple[str, bool]:
    """By the keyring itself; by the settings where it does not answer this user."""
    vault = VaultClient(settings.keyring_door)
    try:
        status = vault.status()
    except QuietroomError:
        return settings.keyring_provider, False
    finally:
        vault.close()
    return status.provider, status.is_late


def _engines(settings: Settings) -> tuple[tuple[EngineInUse | None, ...], str]:
    """Who hears, who writes, who finds names; and what keeps the first from hearing."""
    try:
        health = serving_client(settings).health()
    except QuietroomError:
        return (None, None, None), ""
    engines = tuple(
        EngineInUse(name=engine.name, is_demo=engine.is_demo) if engine else None
        for engine in (health.speech, health.notes, health.identifiers)
    )
    return engines, health.speech_trouble or ""
