"""A clinic in network namespaces: the box's LAN, a PC on it, a router, and an outside to reach.

    box ──┐
          ├── LAN 10.77.0.0/24, fd77::/64 ── router ── 203.0.113.0/24, 2001:db8:113::/64 ── outside
    pc  ──┘

The road out is open: only the box's own firewall keeps it in. All of it goes when it is closed, and
what an earlier run that was killed left behind goes when the next one starts.
"""

import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path

BOX, BOX_6 = "10.77.0.2", "fd77::2"
PC, PC_6 = "10.77.0.3", "fd77::3"
ROUTER, ROUTER_6 = "10.77.0.1", "fd77::1"
OUTSIDE, OUTSIDE_6 = "203.0.113.9", "2001:db8:113::9"
LAN, LAN_6 = "10.77.0.0/24", "fd77::/64"
PLACES = ("box", "pc", "router", "outside")
NAMES = Path("/run/netns")
_OURS = re.compile(r"quietroom-(\d+)-\w+")


def _run(*command: str, given: str | None = None) -> str:
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=30
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return done.stdout


class Clinic:
    """Four network namespaces and the cables between them. Needs root."""

    def __init__(self) -> None:
        self._prefix = f"quietroom-{os.getpid()}"

    def name(self, place: str) -> str:
        """The namespace's name for `ip netns exec`."""
        return f"{self._prefix}-{place}"

    def path(self, place: str) -> Path:
        return NAMES / self.name(place)

    def inside(self, place: str, *command: str) -> tuple[str, ...]:
        """The command line that runs `command` in that place."""
        return ("ip", "netns", "exec", self.name(place), *command)

    def open(self) -> None:
        """Lay everything out; on failure nothing is left."""
        clear_leftovers()
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        for place in PLACES:
            _run("ip", "netns", "add", self.name(place))
            self._ip(place, "link", "set", "lo", "up")
            # Duplicate address detection would make an IPv6 address wait for a second or two.
            for setting in ("all.accept_dad=0", "default.accept_dad=0", "all.accept_ra=0"):
                _run(*self.inside(place, "sysctl", "-qw", f"net.ipv6.conf.{setting}"))
        self._ip("router", "link", "add", "lan", "type", "bridge")
        self._ip("router", "link", "set", "lan", "up")
        for place, address, address_6 in (("box", BOX, BOX_6), ("pc", PC, PC_6)):
            self._cable(place, "lan0", f"to-{place}")
            self._ip("router", "link", "set", f"to-{place}", "master", "lan")
            self._address(place, "lan0", f"{address}/24", f"{address_6}/64")
            self._gateway(place, ROUTER, ROUTER_6)
        self._cable("outside", "net0", "to-outside")
        self._address("router", "lan", f"{ROUTER}/24", f"{ROUTER_6}/64")
        self._address("router", "to-outside", "203.0.113.1/24", "2001:db8:113::1/64")
        self._address("outside", "net0", f"{OUTSIDE}/24", f"{OUTSIDE_6}/64")
        self._gateway("outside", "203.0.113.1", "2001:db8:113::1")
        for setting in ("ipv4.ip_forward=1", "ipv6.conf.all.forwarding=1"):
            _run(*self.inside("router", "sysctl", "-qw", f"net.{setting}"))

    def close(self) -> None:
        """Take everything away; processes in it lose their network."""
        for place in PLACES:
            if self.path(place).exists():
                with suppress(RuntimeError):
                    _run("ip", "netns", "delete", self.name(place))

    def _ip(self, place: str, *arguments: str) -> None:
        _run("ip", "-n", self.name(place), *arguments)

    def _cable(self, place: str, end: str, router_end: str) -> None:
        peer = ("peer", "name", router_end, "netns", self.name("router"))
        self._ip(place, "link", "add", end, "type", "veth", *peer)
        self._ip(place, "link", "set", end, "up")
        self._ip("router", "link", "set", router_end, "up")

    def _address(self, place: str, device: str, *addresses: str) -> None:
        for address in addresses:
            extra = ("nodad",) if ":" in address else ()
            self._ip(place, "address", "add", address, "dev", device, *extra)

    def _gateway(self, place: str, gateway: str, gateway_6: str) -> None:
        self._ip(place, "route", "add", "default", "via", gateway)
        self._ip(place, "-6", "route", "add", "default", "via", gateway_6)


def clear_leftovers() -> None:
    """Delete the namespaces of runs whose process is no more."""
    if not NAMES.is_dir():
        return
    for path in NAMES.iterdir():
        found = _OURS.fullmatch(path.name)
        if found and not Path(f"/proc/{found[1]}").exists():
            with suppress(RuntimeError):
                _run("ip", "netns", "delete", path.name)
