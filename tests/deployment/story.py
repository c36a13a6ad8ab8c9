"""What happens to one machine, once, for all tests to look at: from a bare Debian to a signed note.

The parts run in one order; what each left is kept, and the tests assert on that in any order.
"""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deployment import cache
from tests.deployment.clinic import BOX, BOX_6, LAN, LAN_6, OUTSIDE, OUTSIDE_6, PC, PC_6, Clinic
from tests.deployment.machine import Machine

ANSIBLE = cache.REPOSITORY / "ansible"
PLAY_SECONDS = 1200  # a guard against a play that hangs
DEMO_SECONDS = 900
READY_SECONDS = 300
TAKEN_OVER_SECONDS = 180
PROGRAMS = ("web", "worker", "keyring", "serving", "meter")
_RECAP = re.compile(
    r"^box +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.MULTILINE
)

TRACE = "/run/network.trace"
BODY_TRACE = "/run/nginx.trace"
# Every process that a program of the box has now, and every one that it starts while we look.
START_TRACE = f"""
pids=; for unit in {" ".join(f"quietroom-{name}" for name in PROGRAMS)}; do
    for pid in $(cat /sys/fs/cgroup/system.slice/$unit.service/cgroup.procs); do
        pids="$pids -p $pid"
    done
done
exec strace -f -qq -e trace=connect,sendto,sendmsg,sendmmsg -o {TRACE} $pids
"""
# The proxy: whom it calls, and every file that it opens or writes to.
START_BODY_TRACE = f"""
pids=; for pid in $(pgrep nginx); do pids="$pids -p $pid"; done
exec strace -f -qq -y -o {BODY_TRACE} \\
    -e trace=connect,sendto,sendmsg,open,openat,creat,write,pwrite64,writev,pwritev,sendfile $pids
"""
FLY = """
exec systemd-run --quiet --wait --collect --pipe --property=User=quietroom-worker \\
    --property=Group=quietroom --property=UMask=0007 --property=PrivateNetwork=yes \\
    --property=LoadCredential=serving:/etc/quietroom/secrets/serving \\
    sh -c 'QUIETROOM_SERVING_SECRET_FILE="$CREDENTIALS_DIRECTORY/serving" exec "$@"' \\
    fly /opt/quietroom/current/venv/bin/python -
"""
FLIGHT = """
import threading
from appliance.canary import _hunting, run_canary
from appliance.settings import read_settings
from appliance.wiring import box_for_a_while
settings = read_settings()
with box_for_a_while(settings) as box:
    result = run_canary(box, _hunting(settings), threading.Event().wait, root_follows=True)
print(result.outcome.value if result.outcome else "not finished")
"""


@dataclass(frozen=True, kw_only=True)
class Play:
    """One run of ansible-playbook."""

    returned: int
    said: str
    seconds: float

    @property
    def changed(self) -> int:
        return int(self._recap()[2])

    @property
    def changes(self) -> list[str]:
        """The tasks that changed something."""
        tasks = re.split(r"^(?:TASK|RUNNING HANDLER) \[", self.said, flags=re.MULTILINE)[1:]
        return [task.partition("]")[0] for task in tasks if "\nchanged: " in task]

    @property
    def failed(self) -> int:
        return int(self._recap()[4])

    def _recap(self) -> re.Match[str]:
        found = _RECAP.search(self.said)
        assert found, self.said[-3000:]
        return found


@dataclass
class Story:
    """The clinic, the machine, and what happened."""

    clinic: Clinic
    machine: Machine
    bundle: Path
    inventory: Path
    plays: dict[str, Play] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    demo: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    def play(self, *arguments: str, inventory: Path | None = None) -> Play:
        """Run site.yml from the PC."""
        tools = cache.tools() / "bin"
        line = (str(tools / "ansible-playbook"), "--inventory", str(inventory or self.inventory))
        environment = os.environ | {
            "ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg"),
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_LOCAL_TEMP": str(self.machine.scratch / "ansible"),
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONWARNINGS": "ignore",
        }
        started = time.monotonic()
        done = subprocess.run(
            self.clinic.inside("pc", *line, str(ANSIBLE / "site.yml"), *arguments),
            capture_output=True,
            text=True,
            env=environment,
            cwd=ANSIBLE,
            timeout=PLAY_SECONDS,
            check=False,
        )
        said = done.stdout + done.stderr
        return Play(returned=done.returncode, said=said, seconds=time.monotonic() - started)

    def keep_play(self, name: str, *arguments: str, must_work: bool = True) -> None:
        self.plays[name] = play = self.play(*arguments)
        self.seconds[name] = play.seconds
        if must_work and play.returned:
            raise RuntimeError(f"{name} failed: {play.said[-4000:]}")

    def reaches(self, place: str, address: str, port: int) -> bool:
        """Whether a TCP connection from a place of the clinic is answered."""
        code = (
            f"import socket; socket.create_connection(({address!r}, {port}), timeout=2).recv(1)"
            if port == 22
            else f"import socket; socket.create_connection(({address!r}, {port}), timeout=2)"
        )
        line = self.clinic.inside(place, sys.executable, "-c", code)
        return subprocess.run(line, capture_output=True, timeout=20, check=False).returncode == 0

    def box_reaches(self, address: str) -> bool:
        """Whether the box gets an answer from outside on 443."""
        code = f"import socket; socket.create_connection(('{address}', 443), timeout=2)"
        return self.machine.ssh(f'python3 -c "{code}"', check=False).returncode == 0

    def counter(self) -> int:
        """Packets the firewall kept from leaving, since its rules were loaded."""
        listed = self.machine.ssh("nft -j list counter inet quietroom out_dropped").stdout
        [packets] = [
            e["counter"]["packets"] for e in json.loads(listed)["nftables"] if "counter" in e
        ]
        return int(packets)

    def run_demo(self) -> dict[str, Any]:
        """The clinician's PC, with the certificate authority that the box shows to everybody."""
        authority = self.machine.scratch / "ca.pem"
        authority.write_text(self.machine.copy_from("/var/lib/quietroom-ca.pem"))
        told = {"host": BOX, "authority": str(authority), "user_name": "amara"}
        done = subprocess.run(
            self.clinic.inside("pc", sys.executable, "-m", "tests.deployment.clinic_pc"),
            input=json.dumps(told | {"password": self.password}),
            capture_output=True,
            text=True,
            cwd=cache.REPOSITORY,
            timeout=DEMO_SECONDS,
            check=False,
        )
        if done.returncode:
            journal = self.machine.ssh("journalctl -u 'quietroom*' -n 40 --no-pager -o cat").stdout
            raise RuntimeError(f"the demo ended: {done.stdout}{done.stderr[-2000:]}\n{journal}")
        return dict(json.loads(done.stdout))


def write_inventory(path: Path, machine: Machine, bundle: Path, sha256: str) -> Path:
    """As an administrator would write it, with this test's key."""
    path.write_text(
        f"""[quietroom]
box ansible_host={BOX} ansible_user=root ansible_ssh_private_key_file={machine.key}
[quietroom:vars]
quietroom_names=["quietroom.clinic.lan", "{BOX}", "{BOX_6}"]
quietroom_lan=["{LAN}", "{LAN_6}"]
quietroom_administration=["{PC}/32", "{PC_6}/128"]
quietroom_metrics_readers=["{PC}/32"]
quietroom_bundle={bundle}
quietroom_bundle_sha256={sha256}
"""
    )
    return path


def make_bundle(folder: Path) -> tuple[Path, str]:
    """The bundle of this checkout, from the wheels in the cache; and its hash."""
    bundle = folder / "quietroom.tar"
    line = (sys.executable, str(ANSIBLE / "make_bundle.py"), "--python", sys.executable)
    done = subprocess.run(
        (*line, "--wheels", str(cache.wheels()), str(bundle)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"no bundle: {done.stdout}{done.stderr}")
    return bundle, cache.sha256_of(bundle)


def tell(story: Story) -> None:
    """Everything, in order. Raises RuntimeError where a part cannot go on."""
    machine, started = story.machine, time.monotonic()
    with listening_outside(story.clinic):
        story.seen["bare machine reaches outside"] = str(
            [story.box_reaches(address) for address in (OUTSIDE, OUTSIDE_6)]
        )
        story.keep_play("check", "--check")
        story.seen["after check"] = machine.ssh(
            "ls -d /opt/quietroom /etc/quietroom; getent group quietroom; nft list ruleset; "
            "systemctl list-unit-files --no-legend 'quietroom*'",
            check=False,
        ).stdout
        story.keep_play("apply")
        with capturing_outside(story.clinic, machine.scratch / "outside.pcap"):
            _from_applied_to_signed(story)
        story.seen["captured"] = read_capture(machine.scratch / "outside.pcap")
        story.seen["control"] = _planted_without_firewall(story)
    story.seconds["all of it"] = time.monotonic() - started


def _from_applied_to_signed(story: Story) -> None:
    machine = story.machine
    _wait_until_ready(machine)
    story.keep_play("again")
    machine.ssh("nft flush ruleset")
    story.keep_play("mend")
    story.seen["rules"] = machine.ssh("nft list table inet quietroom").stdout
    started = time.monotonic()
    machine.reboot()
    story.seconds["reboot"] = time.monotonic() - started
    account = "quietroom admin add-account amara --name 'Amara Reyes' --credentials LCSW --role supervisor"
    machine.ssh(account, given=f"{story.password}\n")
    machine.ssh("apt-get install -y -qq --no-install-recommends strace")
    _wait_until_ready(machine)
    traces = [
        machine.start_ssh(script, machine.scratch / f"strace-{number}")
        for number, script in enumerate((START_TRACE, START_BODY_TRACE))
    ]
    started = time.monotonic()
    story.demo = story.run_demo()
    story.seconds["demo"] = time.monotonic() - started
    machine.ssh("pkill -INT strace")
    for trace in traces:
        trace.wait(timeout=30)
    story.seen["proxy calls"] = machine.copy_from(BODY_TRACE)
    story.seen["network calls"] = machine.copy_from(TRACE) + story.seen["proxy calls"]
    story.seen["dropped during the demo"] = str(story.counter())
    _fly_a_canary(story)


def _fly_a_canary(story: Story) -> None:
    """A canary now, by the worker's user and steps; then root's hunt, and what the doctor says."""
    machine, started = story.machine, time.monotonic()
    machine.ssh("systemctl restart quietroom-worker")  # its own canary comes ten minutes later
    story.seen["canary by the worker"] = machine.ssh(
        FLY, given=FLIGHT, seconds=DEMO_SECONDS
    ).stdout.strip()
    machine.ssh("systemctl start quietroom-residue.service", check=False, seconds=DEMO_SECONDS)
    told = "journalctl -u quietroom-residue --no-pager -o cat"
    story.seen["root's hunt"] = machine.ssh(told).stdout
    deadline = time.monotonic() + TAKEN_OVER_SECONDS
    while time.monotonic() < deadline:
        said = machine.ssh("quietroom doctor --json", check=False).stdout
        [finding] = [each for each in json.loads(said)["findings"] if each["key"] == "canary"]
        story.seen["doctor on the canary"] = f"{finding['verdict']}: {finding['says']}"
        if finding["verdict"] == "ok":
            break
        time.sleep(5)
    story.seconds["canary"] = time.monotonic() - started


def _wait_until_ready(machine: Machine) -> None:
    """Until web answers that all its parts do."""
    code = (
        "import socket; s=socket.socket(socket.AF_UNIX); s.settimeout(20); "
        "s.connect('/run/quietroom-web.sock'); "
        "s.send(b'GET /readyz HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n'); "
        "raise SystemExit(b' 200 ' not in s.recv(100))"
    )
    deadline = time.monotonic() + READY_SECONDS
    while machine.ssh(f'python3 -c "{code}"', check=False).returncode:
        if time.monotonic() > deadline:
            said = machine.ssh("journalctl -u 'quietroom*' -n 60 --no-pager -o cat").stdout
            raise RuntimeError(f"the box was not ready in {READY_SECONDS} s: {said}")
        time.sleep(1)


def _planted_without_firewall(story: Story) -> str:
    """Take the rules away, and the capture must see what it did not see before; then mend."""
    path = story.machine.scratch / "control.pcap"
    with capturing_outside(story.clinic, path):
        story.machine.ssh("nft flush ruleset")
        story.box_reaches(OUTSIDE)
        story.machine.ssh("systemctl reload quietroom-firewall")
    return read_capture(path)


@contextmanager
def listening_outside(clinic: Clinic) -> Iterator[None]:
    """Somebody outside who answers on 443, over IPv4 and IPv6."""
    code = (
        "import socket, threading\n"
        "s = socket.create_server(('::', 443), family=socket.AF_INET6, dualstack_ipv6=True)\n"
        "while True: s.accept()[0].close()\n"
    )
    with _running(clinic.inside("outside", sys.executable, "-c", code)):
        time.sleep(0.5)
        yield


@contextmanager
def capturing_outside(clinic: Clinic, path: Path) -> Iterator[None]:
    """Everything from the clinic's LAN that arrives outside, in a capture file."""
    line = ("tcpdump", "-i", "net0", "-U", "-n", "-w", str(path), "net", LAN, "or", "net", LAN_6)
    with _running(clinic.inside("outside", *line)):
        deadline = time.monotonic() + 10
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.5)
        yield
        time.sleep(0.5)


def read_capture(path: Path) -> str:
    """One line a packet."""
    line = ("tcpdump", "-n", "-r", str(path))
    done = subprocess.run(line, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout


@contextmanager
def _running(line: tuple[str, ...]) -> Iterator[None]:
    guarded = ("setpriv", "--pdeathsig", "KILL", *line)
    process = subprocess.Popen(
        guarded, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)
