"""TPMs that are not there in silicon: swtpm, the reference implementation, behind a Unix socket."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.adapters.vault.tpm import OWNER_INDICES, Tpm


class SoftTpm:
    """One simulated TPM; its memory lies in a folder, and lasts while the program is away."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="qrtpm"))
        (self._folder / "state").mkdir()
        self.socket = self._folder / "s"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        line = (
            "swtpm",
            "socket",
            "--tpm2",
            *("--tpmstate", f"dir={self._folder / 'state'}"),
            *("--server", f"type=unixio,path={self.socket}"),
            *("--ctrl", f"type=unixio,path={self.socket}.ctrl"),
            *("--flags", "not-need-init,startup-clear"),
        )
        self.process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.socket.exists():
            assert self.process.poll() is None, "swtpm did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        """As when it is taken out of the machine."""
        self.process.kill()
        self.process.wait()
        for left in self._folder.glob("s*"):
            if left.is_socket():
                left.unlink()

    def clear(self) -> None:
        """As in the firmware's menu: everything that its owner put there is gone."""
        self.tool("tpm2_clear", "-c", "platform")

    def tool(self, *line: str | Path) -> subprocess.CompletedProcess[bytes]:
        """One of tpm2-tools, a witness written by others."""
        environment = os.environ | {"TPM2TOOLS_TCTI": f"swtpm:path={self.socket}"}
        return subprocess.run(line, env=environment, capture_output=True, check=True, timeout=60)

    def indices(self) -> list[int]:
        """Those in the owner's range, as tpm2-tools lists them."""
        said = self.tool("tpm2_getcap", "handles-nv-index").stdout.decode().split()
        every = [int(word, 16) for word in said if word.startswith("0x")]
        return [index for index in every if OWNER_INDICES <= index < OWNER_INDICES + (1 << 22)]

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="module")
def running_tpm() -> Iterator[SoftTpm]:
    tpm = SoftTpm()
    yield tpm
    tpm.remove()


@pytest.fixture
def soft_tpm(running_tpm: SoftTpm) -> SoftTpm:
    """The file's own TPM, running and cleared."""
    if not running_tpm.socket.exists():
        running_tpm.start()
    for index in running_tpm.indices():
        Tpm(running_tpm.socket).undefine(index)
    return running_tpm
