"""The one way into serving: a Unix socket whose bytes are passed on to Ray Serve's port inside.

Only the user that owns the socket can connect (mode 0600 in a directory of mode 0700), and one group
where the settings name it; whether a request is answered is for the shared secret to decide,
further in.
"""

import asyncio
import grp
import os
import socket
import stat
import threading
from contextlib import suppress
from pathlib import Path

from serving.errors import CannotStart

CONNECTIONS_AT_ONCE = 64
_BUFFER_BYTES = 64 * 1024
_BUSY = b'{"code":"unavailable"}'
_NOT_YET = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(_BUSY), _BUSY)
)


def hang_door(path: Path, group: str | None = None) -> socket.socket:
    """A listening Unix socket at `path`, for its owner only; a dead one of an earlier run is replaced.

    With `group`, that group may connect too. Raises CannotStart if serving already answers there,
    if something else lies at `path`, or if there is no such group that this user belongs to.
    """
    _secure(path.parent, may_be_entered_by_group=group is not None)
    _clear(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    previous = os.umask(0o177)
    try:
        listening.bind(str(path))
    except OSError:
        listening.close()
        raise CannotStart("the socket's path is too long or cannot be written") from None
    finally:
        os.umask(previous)
    if group is not None:
        _let_in(path, group, listening)
    listening.listen(CONNECTIONS_AT_ONCE)
    return listening


def _let_in(path: Path, group: str, listening: socket.socket) -> None:
    try:
        group_id = grp.getgrnam(group).gr_gid
        # A sandbox may forbid even a change that changes nothing.
        if path.stat().st_gid != group_id:
            os.chown(path, -1, group_id)
        path.chmod(0o660)
    except (KeyError, OSError):
        listening.close()
        raise CannotStart("the socket's group is none that this user belongs to") from None


def _secure(directory: Path, *, may_be_entered_by_group: bool) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = directory.stat().st_mode
    except OSError:
        raise CannotStart("the socket's directory cannot be made") from None
    if stat.S_IMODE(mode) & (0o027 if may_be_entered_by_group else 0o077):
        raise CannotStart("others may look into the socket's directory: set its mode to 0700")


def _clear(path: Path) -> None:
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise CannotStart("something that is not a socket lies at the socket's path")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial, suppress(OSError):
        trial.connect(str(path))
        raise CannotStart("serving is already running at this socket")
    path.unlink(missing_ok=True)


class Door:
    """Passes each connection on to `port` on loopback; answers 503 while nothing listens there."""

    def __init__(self, listening: socket.socket, port: int) -> None:
        self._listening = listening
        self._port = port
        self._places = asyncio.Semaphore(CONNECTIONS_AT_ONCE)

    def open_in_background(self) -> None:
        """Serve in a thread that ends with the process."""
        threading.Thread(target=lambda: asyncio.run(self.serve()), name="door", daemon=True).start()

    async def serve(self) -> None:
        """Pass connections on until cancelled."""
        server = await asyncio.start_unix_server(
            self._pass_on, sock=self._listening, limit=_BUFFER_BYTES
        )
        async with server:
            await server.serve_forever()

    async def _pass_on(
        self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        async with self._places:
            try:
                inside = await asyncio.open_connection("127.0.0.1", self._port, limit=_BUFFER_BYTES)
            except OSError:
                with suppress(OSError):
                    to_client.write(_NOT_YET)
                    await to_client.drain()
                to_client.close()
                return
            await _relay(from_client, to_client, *inside)


async def _relay(
    from_client: asyncio.StreamReader,
    to_client: asyncio.StreamWriter,
    from_serve: asyncio.StreamReader,
    to_serve: asyncio.StreamWriter,
) -> None:
    """Copy both ways until serve has said everything; a client that leaves ends it at once."""
    upward = asyncio.create_task(_copy(from_client, to_serve))
    downward = asyncio.create_task(_copy(from_serve, to_client))
    try:
        await asyncio.wait({upward, downward}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (upward, downward):
            task.cancel()
        for writer in (to_client, to_serve):
            writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(_BUFFER_BYTES):
            writer.write(chunk)
            await writer.drain()
