"""The tests themselves cannot leave the machine."""

import socket

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

# RFC 5737: an address that belongs to nobody.
ELSEWHERE = "192.0.2.1"


def test_a_connection_out_of_the_machine_is_refused():
    with socket.socket() as outgoing, pytest.raises(SocketConnectBlockedError):
        outgoing.connect((ELSEWHERE, 443))


def test_a_connection_that_reports_by_number_is_refused_too():
    with socket.socket() as outgoing, pytest.raises(SocketBlockedError):
        outgoing.connect_ex((ELSEWHERE, 443))


def test_a_datagram_out_of_the_machine_is_refused():
    with (
        socket.socket(type=socket.SOCK_DGRAM) as outgoing,
        pytest.raises(SocketBlockedError),
    ):
        outgoing.sendto(b"", (ELSEWHERE, 53))


@pytest.mark.parametrize(
    "look_up", [socket.gethostbyname, lambda name: socket.getaddrinfo(name, 443)]
)
def test_a_name_is_not_looked_up(look_up):
    with pytest.raises(SocketBlockedError):
        look_up("quietroom.example")


def test_loopback_is_open():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as ours,
        server.accept()[0] as theirs,
    ):
        ours.sendall(b"here")
        assert theirs.recv(4) == b"here"


def test_a_unix_socket_is_open(tmp_path):
    path = str(tmp_path / "door")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as ours:
        server.bind(path)
        server.listen()
        ours.connect(path)
