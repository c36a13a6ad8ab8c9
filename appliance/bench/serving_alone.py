"""Serving as a program of its own, and its engine bare, for measuring one against the other."""

import json
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.adapters.inference import ServingClient
from appliance.adapters.machine.process import family_of
from appliance.domain.errors import ServingUnavailable

START_LIMIT_SECONDS = 900.0
_REPOSITORY = Path(__file__).parents[2]
_ENGINE = b"SpeechDeployment"
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How serving is started: `python` has its engines, `shelf` their weights."""

    python: Path
    model: str
    shelf: Path | None

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if "QUIETROOM" not in name}
        inherited["PYTHONPATH"] = str(_REPOSITORY)
        if self.shelf is not None:
            inherited["QUIETROOM_SERVING_MODELS_DIRECTORY"] = str(self.shelf)
        is_demo = self.model == "pocketsphinx"
        inherited["QUIETROOM_SERVING_SPEECH_ENGINE"] = "pocketsphinx" if is_demo else "nemo"
        return inherited if is_demo else inherited | {"QUIETROOM_SERVING_SPEECH_MODEL": self.model}


class Alone:
    """Serving without a box; `client` speaks its wire."""

    def __init__(self, process: "subprocess.Popen[bytes]", socket: Path, secret: str) -> None:
        self._process = process
        self._socket, self._secret = socket, secret
        self.client = self.another_client()

    def another_client(self) -> ServingClient:
        return ServingClient(self._socket, self._secret, work_limit_seconds=3600.0)

    def wait_until_it_hears(self) -> None:
        """Raises ServingUnavailable when it ends or takes too long."""
        limit = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                if self.client.health().speech is not None:
                    return
            except ServingUnavailable:
                pass
            time.sleep(0.5)
        raise ServingUnavailable(details={"reason": "unreachable"})

    def cpu_seconds(self) -> tuple[float, float]:
        """Of the engine's process, and of everything else that serving is."""
        engine = others = 0.0
        for pid in family_of(self._process.pid):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            used = (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
            if _ENGINE in command:
                engine += used
            else:
                others += used
        return engine, others


@contextmanager
def serving_alone(measured: Measured) -> Iterator[Alone]:
    """Started, hearing, and stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="quietroom-bench-") as directory:
        secret = secrets.token_hex(32)
        secret_file, socket = Path(directory) / "secret", Path(directory) / "run" / "serving.sock"
        secret_file.touch(mode=0o600)
        secret_file.write_text(secret)
        environment = measured.environment | {
            "QUIETROOM_SERVING_SOCKET": str(socket),
            "QUIETROOM_SERVING_SECRET_FILE": str(secret_file),
        }
        command = (str(measured.python), "-m", "serving")
        with (Path(directory) / "said").open("wb") as said:
            process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
            alone = Alone(process, socket, secret)
            try:
                alone.wait_until_it_hears()
                yield alone
            finally:
                alone.client.close()
                process.terminate()
                process.wait(60)


class Bare:
    """The engine's model in a process of its own, without anything of ours around it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def hear(self, files: Sequence[Path], together: int) -> tuple[float, float]:
        """Seconds on the clock and of processors, for these windows, so many at once."""
        answer = self.say({"files": [str(file) for file in files], "together": together})
        return answer["seconds"], answer["cpu_seconds"]

    def say(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Raises ServingUnavailable where it ended."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        while line and not line.startswith("{"):  # what libraries print as they load
            line = self._process.stdout.readline()
        if not line:
            raise ServingUnavailable(details={"reason": "unreachable"})
        answered: dict[str, Any] = json.loads(line)
        return answered


@contextmanager
def bare_engine(measured: Measured) -> Iterator[Bare]:
    """Loaded, and ended at the end."""
    command = (
        str(measured.python),
        "-m",
        "serving.bare",
        measured.model,
        str(measured.shelf or "."),
    )
    process = subprocess.Popen(
        command,
        env=measured.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    bare = Bare(process)
    try:
        bare.answer()
        yield bare
    finally:
        process.communicate()
