"""A machine made of files, in order unless a test says otherwise."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.adapters.machine.finding import DiskSpace, EngineInUse, MachineInputs
from appliance.domain.canary import CanaryResult
from appliance.domain.residue import Outcome

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
GIB = 1 << 30
SWAPS = "Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
LIMITS = (
    "Limit  Soft Limit  Hard Limit  Units\nMax core file size        {}        unlimited  bytes\n"
)


class Machine:
    def __init__(self, root):
        self.root = root
        self.state = root / "state"
        self.state.mkdir(mode=0o700)
        self.inputs = MachineInputs(
            state_directory=self.state,
            now=NOW,
            disk_space=lambda folder: DiskSpace(total_bytes=100 * GIB, free_bytes=50 * GIB),
            clock_is_synchronised=lambda: True,
            certificate_expires_at=NOW + timedelta(days=200),
            speech=EngineInUse(name="parakeet", is_demo=False),
            notes=EngineInUse(name="a model", is_demo=False),
            canary=CanaryResult(at=NOW, outcome=Outcome.CLEAN),
            proc=root / "proc",
            sys=root / "sys",
            temporary=(root / "tmp", root / "shm"),
            run=root / "run",
            etc=root / "etc",
        )

    def write(self, path, text=""):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def mount(self, kind, options="rw", point=None):
        point = str(point or self.root).replace(" ", "\\040")
        shm = str(self.root / "shm").replace(" ", "\\040")
        (self.root / "shm").mkdir(exist_ok=True)
        self.write(
            "proc/self/mountinfo",
            "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
            f"23 22 253:0 / {point} rw,relatime - {kind} /dev/x {options}\n"
            f"24 23 0:25 / {shm} rw,nosuid - tmpfs tmpfs rw\n",
        )


@pytest.fixture
def machine(tmp_path):
    """A machine on which every promise can be kept."""
    machine = Machine(tmp_path)
    machine.write("proc/swaps", SWAPS)
    machine.write("proc/sys/kernel/core_pattern", "core\n")
    machine.write("proc/self/limits", LIMITS.format(0))
    machine.write("proc/meminfo", "MemTotal:       65536000 kB\n")
    machine.write("proc/cpuinfo", "flags\t\t: fpu vme sse2\n")
    machine.write("proc/self/ns/net")
    machine.write("proc/self/ns/user")
    machine.write("proc/1/comm", "systemd\n")
    machine.mount("ext4")
    return machine
