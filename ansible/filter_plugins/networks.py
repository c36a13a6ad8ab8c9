"""Filters that judge what an administrator wrote: networks, peers, names. Standard library only."""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)
_WIDEST_PREFIX = {4: 8, 6: 32}


def wrong_networks(networks: Sequence[Any]) -> list[str]:
    """Those that are no network, or so wide that they are not a practice's own."""
    return [str(network) for network in networks if not _is_network(network)]


def _is_network(network: Any) -> bool:
    try:
        read = ipaddress.ip_network(network)
    except (TypeError, ValueError):
        return False
    return read.prefixlen >= _WIDEST_PREFIX[read.version] and "/" in str(network)


def of_version(networks: Sequence[str], version: int) -> list[str]:
    """The networks or addresses of IPv4 (4) or IPv6 (6)."""
    return [each for each in networks if ipaddress.ip_network(each).version == version]


def wrong_names(names: Sequence[Any]) -> list[str]:
    """Those that are neither a host name nor an address."""
    return [
        str(name)
        for name in names
        if not is_address(name) and not (isinstance(name, str) and _HOST_NAME.fullmatch(name))
    ]


def is_address(name: Any) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def host_names(names: Sequence[str]) -> list[str]:
    return [name for name in names if not is_address(name)]


def wrong_peers(peers: Sequence[Any]) -> list[str]:
    """Those without exactly an address, a port, a protocol (tcp or udp) and a reason."""
    return [str(peer) for peer in peers if not _is_peer(peer)]


def _is_peer(peer: Any) -> bool:
    return (
        isinstance(peer, Mapping)
        and set(peer) == {"address", "port", "protocol", "why"}
        and is_address(peer["address"])
        and isinstance(peer["port"], int)
        and 0 < peer["port"] < 65536
        and peer["protocol"] in {"tcp", "udp"}
        and bool(str(peer["why"]).strip())
    )


def holds_address(networks: Sequence[str], address: str) -> bool:
    """Whether one of the networks has the address (one that IPv4 wears in IPv6 counts as IPv4)."""
    read = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(read, "ipv4_mapped", None) or read
    return any(mapped in ipaddress.ip_network(network) for network in networks)


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        named: tuple[Callable[..., Any], ...] = (
            wrong_networks,
            of_version,
            wrong_names,
            host_names,
            wrong_peers,
            holds_address,
        )
        return {f"quietroom_{each.__name__}": each for each in named}
