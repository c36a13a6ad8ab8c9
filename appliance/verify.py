"""`quietroom verify`: tries on the box what must fail, a way out or a read of what is destroyed.

Every attempt goes to an address that RFC 5737 and RFC 3849 keep free for documentation: where it
gets through, it reaches nobody. An attempt that nothing answers proves little by itself; so one
made from this machine counts as stopped only where the firewall's own counter went up with it, or
where the program that made it has no network but loopback.
"""

import contextlib
import ctypes
import errno
import json
import os
import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance.domain.errors import Misconfigured
from appliance.domain.verification import Fault, Verification
from appliance.settings import Settings
from appliance.steps.verify_destruction import verify_destruction
from appliance.wiring import box_for_a_while

TABLE = ("inet", "quietroom")
DROPPED = "out_dropped"
PROGRAMS = ("web", "worker", "keyring", "serving", "meter")
PATIENCE_SECONDS = 1.5
SHOWN_PLACES = 10
_CLONE_NEWNET = 0x40000000


class Outcome(StrEnum):
    """What became of one attempt."""

    NO_NETWORK = "no network"
    """There was no interface to leave by."""
    COUNTED = "stopped by the firewall, and counted"
    """No answer, and the firewall's counter went up."""
    NOT_COUNTED = "no answer, and not counted"
    """Nothing came back, but the firewall did not stop it: it may have left the box."""
    ANSWERED = "got out"
    """Something outside this machine answered."""

    @property
    def keeps_the_promise(self) -> bool:
        return self in (Outcome.NO_NETWORK, Outcome.COUNTED)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way out to try: `name` for people, the rest for the socket."""

    name: str
    family: socket.AddressFamily
    kind: socket.SocketKind
    address: str
    port: int


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Who tried which way, and what became of it. `counted_packets` is the counter's rise."""

    who: str
    way: str
    outcome: Outcome
    counted_packets: int


WAYS = (
    Way(
        name="a page over IPv4",
        family=socket.AF_INET,
        kind=socket.SOCK_STREAM,
        address="203.0.113.1",
        port=443,
    ),
    Way(
        name="a page over IPv6",
        family=socket.AF_INET6,
        kind=socket.SOCK_STREAM,
        address="2001:db8:113::1",
        port=443,
    ),
    Way(
        name="a name over IPv4",
        family=socket.AF_INET,
        kind=socket.SOCK_DGRAM,
        address="203.0.113.1",
        port=53,
    ),
    Way(
        name="a time server over IPv4",
        family=socket.AF_INET,
        kind=socket.SOCK_DGRAM,
        address="203.0.113.1",
        port=123,
    ),
)


def run_verify_egress(ways: Sequence[Way] = WAYS) -> int:
    """Try every way from the machine and from each program that runs; 1 where one got out.

    Raises Misconfigured where it may not look, or where there is no firewall to ask.
    """
    if os.geteuid() != 0:
        raise Misconfigured(details={"reason": "run it as root: only root may read the firewall"})
    before = read_counters()
    attempts = [attempt("this machine", way, read_counters) for way in ways]
    for program, pid in running_programs():
        attempts += [attempt_inside(program, pid, way) for way in ways]
    for line in report(attempts, before, read_counters()):
        print(line)
    return 0 if all(each.outcome.keeps_the_promise for each in attempts) else 1


def report(attempts: Sequence[Attempt], before: dict[str, int], after: dict[str, int]) -> list[str]:
    """A line for each attempt, then each counter and how far it rose, then the verdict."""
    width = max((len(f"{each.who}: {each.way}") for each in attempts), default=0)
    lines = [
        f"{'ok  ' if each.outcome.keeps_the_promise else 'FAIL'} "
        f"{f'{each.who}: {each.way}':{width}}  {each.outcome.value}"
        for each in attempts
    ]
    lines += [
        f"counter {name}: {packets} packets, {packets - before.get(name, 0)} of them just now"
        for name, packets in sorted(after.items())
    ]
    escaped = [each for each in attempts if not each.outcome.keeps_the_promise]
    if escaped:
        lines.append("Not every way out is closed: apply the playbook again, and look at nft list.")
    else:
        lines.append(f"All {len(attempts)} ways out that were tried are closed.")
    return lines


def read_counters() -> dict[str, int]:
    """Packets each counter of the box's firewall has seen. Raises Misconfigured without one."""
    command = ("nft", "--json", "list", "counters", "table", *TABLE)
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        raise Misconfigured(details={"reason": "nft cannot be run"}) from None
    if done.returncode != 0:
        reason = "the box's firewall is not loaded (systemctl start quietroom-firewall)"
        raise Misconfigured(details={"reason": reason})
    entries = [
        entry["counter"] for entry in json.loads(done.stdout)["nftables"] if "counter" in entry
    ]
    return {str(entry["name"]): int(entry["packets"]) for entry in entries}


def attempt(who: str, way: Way, counters: Callable[[], dict[str, int]]) -> Attempt:
    """One attempt from this process's network."""
    before = counters().get(DROPPED, 0)
    number = knock(way)
    rise = counters().get(DROPPED, 0) - before
    return Attempt(who=who, way=way.name, outcome=judge(number, rise), counted_packets=rise)


def judge(number: int, counted_packets: int) -> Outcome:
    """From the error of the attempt (0: none) and the counter's rise to what became of it."""
    if number == errno.ENETUNREACH:
        return Outcome.NO_NETWORK
    if number in (0, errno.ECONNREFUSED, errno.ECONNRESET):
        return Outcome.ANSWERED
    return Outcome.COUNTED if counted_packets > 0 else Outcome.NOT_COUNTED


def knock(way: Way) -> int:
    """The error number of a connection or of a question and its answer; 0 where there was one."""
    with socket.socket(way.family, way.kind) as knocking:
        knocking.settimeout(PATIENCE_SECONDS)
        try:
            knocking.connect((way.address, way.port))
            if way.kind is socket.SOCK_DGRAM:
                knocking.send(b"\0" * 12)
                knocking.recv(1)
        except TimeoutError:
            return errno.ETIMEDOUT
        except OSError as error:
            return error.errno or errno.EIO
    return 0


# From inside the programs ------------------------------------------------------------------------


def running_programs() -> list[tuple[str, int]]:
    """The box's programs and their first processes, as systemd says; those that do not run are out."""
    found = []
    for program in PROGRAMS:
        command = ("systemctl", "show", "-P", "MainPID", f"quietroom-{program}.service")
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
            if said.stdout.strip().isdigit() and int(said.stdout) > 0:
                found.append((program, int(said.stdout)))
    return found


def attempt_inside(program: str, pid: int, way: Way) -> Attempt:
    """One attempt in the network that a running program has.

    Raises Misconfigured where that network cannot be entered.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _knock_inside(pid, way, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    if not said:
        raise Misconfigured(details={"reason": f"the network of {program} cannot be entered"})
    number, rise = (int(part) for part in said.split())
    return Attempt(who=program, way=way.name, outcome=judge(number, rise), counted_packets=rise)


def _knock_inside(pid: int, way: Way, writing: int) -> None:
    """In the child: enter, knock, write the error number and the firewall's rise, and end."""
    try:
        here = os.open("/proc/self/ns/net", os.O_RDONLY)
        before = read_counters().get(DROPPED, 0)
        _enter(Path(f"/proc/{pid}/ns/net"))
        number = knock(way)
        if ctypes.CDLL(None).setns(here, _CLONE_NEWNET) == 0:
            rise = read_counters().get(DROPPED, 0) - before
            os.write(writing, f"{number} {rise}".encode())
    finally:
        os._exit(0)


def _enter(namespace: Path) -> None:
    descriptor = os.open(namespace, os.O_RDONLY)
    if ctypes.CDLL(None).setns(descriptor, _CLONE_NEWNET) != 0:
        os._exit(1)


# Destruction -------------------------------------------------------------------------------------


def run_verify_destruction(settings: Settings, *, as_json: bool) -> int:
    """Try every certificate of the box; 1 where one does not hold. Raises Unavailable."""
    with box_for_a_while(settings) as box:
        found = verify_destruction(box)
    for line in [json.dumps(_as_json(found))] if as_json else destruction_report(found):
        print(line)
    return 0 if found.holds else 1


def _as_json(found: Verification) -> dict[str, object]:
    return {
        "holds": found.holds,
        "certificates": found.certificate_count,
        "reads_tried": found.reads_tried,
        "audit_links": found.audit_links,
        "waiting": found.waiting_count,
        "findings": [{"fault": f.fault.name.lower(), "where": f.where} for f in found.findings],
    }


def destruction_report(found: Verification) -> list[str]:
    """A line for each thing that was checked, one for each fault, and the verdict."""
    lines = []
    for fault in Fault:
        places = [finding.where for finding in found.findings if finding.fault is fault]
        if places:
            shown = ", ".join(places[:SHOWN_PLACES]) + (", …" if len(places) > SHOWN_PLACES else "")
            lines.append(f"FAIL {fault.value}: {shown}")
    lines += [
        f"{found.certificate_count} certificates: numbers, chain and signatures checked",
        f"{found.reads_tried} reads of what is certified tried",
        f"{found.audit_links} links of the audit chain computed again",
        f"{found.waiting_count} doomed and not certified yet",
    ]
    if found.holds:
        lines.append("Every certificate holds, and nothing certified can be read.")
    else:
        lines.append("Do not rely on these certificates. Keep the box as it is, and find out why.")
    return lines
