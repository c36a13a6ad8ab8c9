"""Under which names and addresses this machine is reached on its network; asks nobody."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

LOOPBACK_NAME = "localhost"
LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
_HOST_NAME = re.compile(
    r"(?!.{254})[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
_GLOBAL_SCOPE = 0x00
# Linux include/uapi/linux/if_addr.h: temporary, failed duplicate detection, deprecated, tentative.
_PASSING_FLAGS = 0x01 | 0x08 | 0x20 | 0x40


def machine_names(
    *, hostname: str | None = None, proc: Path = Path("/proc")
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Host names, then IP addresses as text; both in a settled order, without doubles.

    The host name, with ".local" where it has no domain (as mDNS announces it), and localhost;
    loopback and every lasting address of the machine's interfaces, as the kernel lists them.
    """
    own = (socket.gethostname() if hostname is None else hostname).lower().rstrip(".")
    names = [own, LOOPBACK_NAME]
    if "." not in own:
        names.insert(1, f"{own}.local")
    usable = tuple(dict.fromkeys(name for name in names if _HOST_NAME.fullmatch(name)))
    found = [*sorted(_ipv4(proc)), *sorted(_ipv6(proc))]
    return usable, tuple(dict.fromkeys([*LOOPBACK_ADDRESSES, *map(str, found)]))


def _ipv4(proc: Path) -> set[IPv4Address]:
    """The kernel's routing trie names each local address above a line "/32 host LOCAL"."""
    addresses: set[IPv4Address] = set()
    last = ""
    for line in _lines(proc / "net" / "fib_trie"):
        words = line.split()
        if words[:1] == ["|--"]:
            last = words[1]
        elif words == ["/32", "host", "LOCAL"]:
            addresses.add(IPv4Address(last))
    return {found for found in addresses if not (found.is_loopback or found.is_link_local)}


def _ipv6(proc: Path) -> set[IPv6Address]:
    """Lines of: address in hexadecimal, interface number, prefix, scope, flags, interface."""
    addresses: set[IPv6Address] = set()
    for line in _lines(proc / "net" / "if_inet6"):
        words = line.split()
        is_lasting = not int(words[4], 16) & _PASSING_FLAGS
        if int(words[3], 16) == _GLOBAL_SCOPE and is_lasting:
            addresses.add(IPv6Address(int(words[0], 16)))
    return addresses


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
