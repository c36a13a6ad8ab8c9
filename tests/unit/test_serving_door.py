"""The Unix socket in front of serving: who may come in, and what passes through."""

import asyncio
import socket
import stat

import pytest

from serving.door import Door, hang_door
from serving.errors import CannotStart


def test_only_the_owner_can_open_the_door(tmp_path):
    path = tmp_path / "run" / "serving.sock"
    with hang_door(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_directory_that_others_can_enter_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)  # whatever the umask
    with pytest.raises(CannotStart, match="0700"):
        hang_door(tmp_path / "open" / "serving.sock")


def test_a_dead_socket_of_an_earlier_run_is_replaced(tmp_path):
    path = tmp_path / "run" / "serving.sock"
    hang_door(path).close()
    hang_door(path).close()


def test_a_second_serving_at_the_same_socket_is_refused(tmp_path):
    path = tmp_path / "run" / "serving.sock"
    with hang_door(path), pytest.raises(CannotStart, match="already running"):
        hang_door(path)


def test_a_file_at_the_socket_s_path_is_left_alone(tmp_path):
    path = tmp_path / "run" / "serving.sock"
    path.parent.mkdir(mode=0o700)
    path.write_text("precious")
    with pytest.raises(CannotStart):
        hang_door(path)
    assert path.read_text() == "precious"


def test_bytes_pass_both_ways_unchanged(tmp_path):
    sent = bytes(range(256)) * 4096

    async def echo(reader, writer):
        received = await reader.readexactly(len(sent))
        writer.write(received[::-1])
        await writer.drain()
        writer.close()

    async def through_the_door():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            return await _ask(tmp_path, server.sockets[0].getsockname()[1], sent)

    assert asyncio.run(through_the_door()) == sent[::-1]


def test_until_serving_is_up_the_door_answers_503(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        answer = asyncio.run(_ask(tmp_path, taken.getsockname()[1], b"GET / HTTP/1.1\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert answer.endswith(b'{"code":"unavailable"}')


async def _ask(directory, port, sent):
    path = directory / "run" / "serving.sock"
    serving = asyncio.create_task(Door(hang_door(path), port).serve())
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(sent)
    received = await reader.read(-1)
    writer.close()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    return received
