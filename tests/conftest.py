"""No test reaches out of the machine.

pytest-socket blocks connections. What it leaves open, looking up names and sending datagrams, is
blocked here by an audit hook, which sees every such call of the interpreter. Programs that tests
start are outside of both: .ci/run starts the whole run in a network namespace without a way out.
"""

import ipaddress
import os
import socket
import sys

import pytest
from pytest_socket import SocketBlockedError

pytest_plugins = (
    "pytester",
    "tests.skipping",
    "tests.databases",
    "tests.boxes",
    "tests.tpms",
    "tests.keyrings",
    "tests.machines",
    "tests.meters",
    "tests.page_visitor",
)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Some programs' entries, which tests call in this process, narrow the umask for good."""
    os.umask(0o022)


_LOOKED_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_SENT_TO = frozenset({"socket.connect", "socket.sendmsg", "socket.sendto"})


def is_on_this_machine(host: object) -> bool:
    """True for loopback, for "any address" (binding), and for this machine's own names."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or not isinstance(host, str):
        return host is None
    if host in {"", "localhost", "ip6-localhost", socket.gethostname()}:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _host_of(event: str, args: tuple[object, ...]) -> object:
    if event in _LOOKED_UP:
        return args[0]
    address = args[1] if len(args) > 1 else None
    is_internet = isinstance(address, tuple) and isinstance(args[0], socket.socket)
    is_internet = is_internet and args[0].family in (socket.AF_INET, socket.AF_INET6)
    return address[0] if is_internet else None


def _refuse_to_leave(event: str, args: tuple[object, ...]) -> None:
    if event not in _LOOKED_UP and event not in _SENT_TO:
        return
    host = _host_of(event, args)
    if not is_on_this_machine(host):
        raise SocketBlockedError(f"A test tried to use socket: {event} with {host!r}.")


sys.addaudithook(_refuse_to_leave)
