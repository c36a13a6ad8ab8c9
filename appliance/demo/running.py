"""A whole box with the demo practice, started and stopped around a block of code."""

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.demo.practice import CLINICIAN, passwords_of, seed_when_ready
from appliance.demo.visitor import Visitor
from appliance.settings import Settings
from appliance.up import PROGRAMS, Programs, prepare


@dataclass(frozen=True, kw_only=True)
class RunningBox:
    """The programs, and a visitor to them. `started_seconds`: from start to ready."""

    settings: Settings
    programs: Programs
    visitor: Visitor
    started_seconds: float

    def sign_in(self, user_name: str = CLINICIAN) -> None:
        self.visitor.sign_in(user_name, passwords_of(self.settings)[user_name])

    def encounter_of(self, client_name: str) -> str:
        """The id of the unsigned encounter with a client of this name."""
        lines = self.visitor.ask("GET", "/encounters?unfinished=1")["encounters"]
        found: str = next(
            line["state"]["id"] for line in lines if line["client_name"] == client_name
        )
        return found


@contextmanager
def running_box(
    state: Path | None = None,
    *,
    host: str = "127.0.0.1",
    wait_until_ready: bool = True,
    programs: tuple[str, ...] = PROGRAMS,
    environment: dict[str, str] | None = None,
) -> Iterator[RunningBox]:
    """A box on a free port; stopped at the end and, without `state`, removed.

    `environment` is added to what the programs are told.
    """
    directory = state or Path(tempfile.mkdtemp(prefix="quietroom-demo-"))
    settings = Settings(state_directory=directory, web_port=_free_port(), web_host=host)
    tls = prepare(settings)
    started = Programs(
        settings,
        tls,
        names=programs,
        log=directory / "programs.log",
        more=environment or {},
    )
    started.start()
    watching = threading.Thread(target=started.run, daemon=True)
    watching.start()
    visitor = Visitor(settings.web_port, tls.ca_certificate)
    try:
        began = time.monotonic()
        seed_when_ready(settings)
        if wait_until_ready:
            visitor.wait_until_ready()
        yield RunningBox(
            settings=settings,
            programs=started,
            visitor=visitor,
            started_seconds=time.monotonic() - began,
        )
    finally:
        visitor.close()
        started.ask_to_stop()
        watching.join()
        if state is None:
            shutil.rmtree(directory, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
