"""`quietroom up`: every program of the box in the foreground on one machine, watched over."""

import ipaddress
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from appliance.adapters.machine.process import die_with_parent
from appliance.adapters.telemetry.log import event
from appliance.adapters.tls.authority import TlsFiles, ensure_certificates, fingerprint
from appliance.adapters.tls.names import machine_names
from appliance.domain.errors import Misconfigured
from appliance.settings import Settings

PROGRAMS = ("keyring", "worker", "meter", "serving", "web")
SECRET_BYTES = 48
STOP_SECONDS = 15.0
WATCH_SECONDS = 0.2
QUIET_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 10.0


def prepare(settings: Settings) -> TlsFiles:
    """Make the state directory, the secret shared with serving, and the certificates.

    Raises Misconfigured where the directory cannot be made.
    """
    os.umask(0o077)  # for this program and all that it starts
    doors = (settings.serving_door.parent, settings.serving_secret.parent)
    try:
        for directory in (settings.state_directory, settings.run_directory, *doors):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        reason = f"the state directory cannot be made: {settings.state_directory}"
        raise Misconfigured(details={"reason": reason}) from None
    if not settings.serving_secret.exists():
        _write_secret(settings.serving_secret)
    names, addresses = machine_names()
    own = [name for name in settings.web_names if not _is_address(name)]
    own_addresses = [name for name in settings.web_names if _is_address(name)]
    return ensure_certificates(
        settings.tls_directory, [*names, *own], [*addresses, *own_addresses], datetime.now(UTC)
    )


def environment(settings: Settings, tls: TlsFiles) -> dict[str, str]:
    """What the programs are told: this process's settings, and where the others are."""
    told = {
        "QUIETROOM_STATE_DIRECTORY": str(settings.state_directory),
        "QUIETROOM_WEB_PORT": str(settings.web_port),
        "QUIETROOM_WEB_HOST": settings.web_host,
        "QUIETROOM_WEB_NAMES": json.dumps(settings.web_names),
        "QUIETROOM_SERVING_SOCKET": str(settings.serving_door),
        "QUIETROOM_SERVING_SECRET_FILE": str(settings.serving_secret),
        "QUIETROOM_SERVING_METER_SOCKET": str(settings.meter_door),
        "QUIETROOM_SERVING_METER_EVENTS_SOCKET": str(settings.meter_events_door),
        "QUIETROOM_TLS_CERTIFICATE": str(settings.tls_certificate or tls.certificate),
        "QUIETROOM_TLS_PRIVATE_KEY": str(settings.tls_private_key or tls.private_key),
    }
    return dict(os.environ) | told


@dataclass
class Child:
    """One program, started again when it ends, after a pause that grows while it keeps ending."""

    name: str
    environment: Mapping[str, str]
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at_seconds: float = 0.0
    pause_seconds: float = 0.0
    next_start_seconds: float = field(default=0.0)

    def start(self) -> None:
        command = [sys.executable, "-m", "appliance.cli", self.name]
        output = self.log.open("ab") if self.log else None
        self.process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            env=dict(self.environment),
            preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has one thread
            stdin=subprocess.DEVNULL,
        )
        if output is not None:
            output.close()
        self.started_at_seconds = time.monotonic()

    def watch(self) -> None:
        """Start it, or start it again once its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start_seconds:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        event("program_ended", program=self.name, status=status)
        ran_long = now - self.started_at_seconds > QUIET_SECONDS
        self.pause_seconds = (
            0.0 if ran_long else min(max(0.5, self.pause_seconds * 2), LONGEST_PAUSE_SECONDS)
        )
        self.process = None
        self.next_start_seconds = now + self.pause_seconds

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline_seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, deadline_seconds - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Programs:
    """All programs of the box; stopped in the reverse order of their start."""

    def __init__(
        self,
        settings: Settings,
        tls: TlsFiles,
        *,
        names: Sequence[str] = PROGRAMS,
        log: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        told = environment(settings, tls) | dict(more or {})
        self.children = {name: Child(name=name, environment=told, log=log) for name in names}
        self._stop = threading.Event()

    def ask_to_stop(self) -> None:
        self._stop.set()

    def start(self) -> None:
        """Start each for the first time."""
        for child in self.children.values():
            child.start()

    def run(self) -> None:
        """Watch until asked to stop, then stop them all."""
        try:
            while not self._stop.wait(WATCH_SECONDS):
                for child in self.children.values():
                    child.watch()
        finally:
            self.stop()

    def stop(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children.values()):
            child.stop()
        for child in reversed(self.children.values()):
            child.wait(deadline)


def run_up(
    settings: Settings,
    greeting: str = "",
    *,
    beside: Callable[[Settings], None] | None = None,
) -> None:
    """Start everything, say where it is, and watch until SIGTERM or Ctrl-C.

    `beside` runs once in a thread of its own when the programs are starting.
    """
    tls = prepare(settings)
    programs = Programs(settings, tls)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        programs.ask_to_stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(_where_it_is(settings, tls), greeting, sep="\n", flush=True)
    programs.start()
    if beside is not None:
        threading.Thread(target=beside, args=(settings,), daemon=True).start()
    programs.run()


def _where_it_is(settings: Settings, tls: TlsFiles) -> str:
    names, addresses = machine_names()
    lan = [name for name in (*names, *addresses) if name not in ("localhost", "127.0.0.1", "::1")]
    port = settings.web_port
    return "\n".join(
        [
            "Quietroom is starting. It answers when its first sweep is done, in some seconds:",
            f"  https://localhost:{port}",
            *(f"  https://{f'[{name}]' if ':' in name else name}:{port}" for name in lan[:4]),
            "",
            "Your browser will warn you until it trusts this box. Install its certificate authority:",
            f"  {tls.ca_certificate}",
            f"  (also at https://localhost:{port}/ca.pem)",
            f"  SHA-256 {fingerprint(tls.ca_certificate)}",
            "Stop it with Ctrl-C.",
        ]
    )


def _write_secret(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def require_free_port(settings: Settings) -> None:
    """Raises Misconfigured when something else has the web port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", settings.web_port))  # noqa: S104 - only tried, then closed
        except OSError:
            reason = f"port {settings.web_port} is in use; choose another with --port"
            raise Misconfigured(details={"reason": reason}) from None
