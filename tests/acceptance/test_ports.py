"""From another machine on the network: only the web port answers, whatever Ray listens on."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.adapters.machine.process import family_of
from appliance.demo.running import RunningBox, running_box

pytestmark = [
    pytest.mark.serving,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.needs_root,
    pytest.mark.needs_program("ip"),
]

BOX, PC = "198.18.7.1", "198.18.7.2"
LISTENING = "0A"
HERE = Path("/proc/net")
RAYS_USUAL_PORTS = (6379, 8000, 8076, 8077, 8265, 9000, 10001, 52365)
TRY = """
import json, socket, sys
host, answered = sys.argv[1], []
for port in json.loads(sys.argv[2]):
    try:
        socket.create_connection((host, port), timeout=2).close()
        answered.append(port)
    except OSError:
        pass
print(json.dumps(answered))
"""


@pytest.fixture
def clinic_pc() -> Iterator[int]:
    """A process in a network namespace of its own, wired to this one; its id."""
    pc = subprocess.Popen(["unshare", "--net", "sleep", "600"])
    try:
        _run("ip", "link", "add", "qr-box", "type", "veth", "peer", "name", "qr-pc")
        _wait_for_namespace(pc.pid)
        _run("ip", "link", "set", "qr-pc", "netns", str(pc.pid))
        _run("ip", "address", "add", f"{BOX}/24", "dev", "qr-box")
        _run("ip", "link", "set", "qr-box", "up")
        _on(pc.pid, "ip", "address", "add", f"{PC}/24", "dev", "qr-pc")
        _on(pc.pid, "ip", "link", "set", "qr-pc", "up")
        yield pc.pid
    finally:
        pc.kill()
        pc.wait()
        subprocess.run(["ip", "link", "delete", "qr-box"], check=False, capture_output=True)


def test_only_the_web_port_answers_on_the_lan_address(clinic_pc: int, tmp_path: Path) -> None:
    with running_box(tmp_path, host="0.0.0.0") as box:
        inside = _listening_inside_serving(box)
        assert len(inside) >= 5, "Ray listens on many ports, in there"
        here = _listening(HERE)
        ours = _listening(HERE, _sockets_of(family_of(os.getpid())))
        assert ours == {box.settings.web_port}, "no other program of the box listens here"
        ports = sorted({*inside, *ours, *RAYS_USUAL_PORTS} - (here - ours))
        answered = json.loads(_on(clinic_pc, sys.executable, "-c", TRY, BOX, json.dumps(ports)))
        assert answered == [box.settings.web_port]


def _listening_inside_serving(box: RunningBox) -> set[int]:
    process = box.programs.children["serving"].process
    assert process is not None
    for pid in family_of(process.pid):
        if _network_of(pid) != _network_of(os.getpid()):
            return _listening(Path(f"/proc/{pid}/net"))
    raise AssertionError("serving has no network of its own")


def _listening(net: Path, sockets: set[str] | None = None) -> set[int]:
    """TCP ports listened on in a namespace; with `sockets`, only those of these inodes."""
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in (net / name).read_text().splitlines()[1:]
    ]
    return {
        int(row[1].rpartition(":")[2], 16)
        for row in rows
        if row[3] == LISTENING and (sockets is None or row[9] in sockets)
    }


def _sockets_of(processes: set[int]) -> set[str]:
    """Inodes of the sockets that these processes hold."""
    found = set()
    for pid in processes:
        for handle in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(handle.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found


def _network_of(pid: int) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())


def _wait_for_namespace(pid: int) -> None:
    for _ in range(200):
        if _network_of(pid) != _network_of(os.getpid()):
            return
        time.sleep(0.02)
    raise AssertionError("no namespace")


def _on(pid: int, *command: str) -> str:
    return _run("nsenter", "--target", str(pid), "--net", *command)


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout
