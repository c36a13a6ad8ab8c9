"""A way to the box that breaks: connections are cut once so many bytes have gone through them."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

READ_BYTES = 16 * 1024
OUTAGE_SECONDS = 0.7
"""After a cut nobody gets through: a browser would mend a single reset on another connection that it
keeps open, without telling its page."""


class CuttingProxy:
    """Carries bytes to `127.0.0.1:target_port` and back; TLS passes through it unopened.

    After `cut_from_now` each of the next connections that has carried so many bytes to the box is
    reset in the middle of whatever it was sending, with all others, and the network is away a while. `cuts`
    counts them.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._lock = threading.Lock()
        self._left: list[int] = []
        self._open: set[socket.socket] = set()
        self._back_at_seconds = 0.0
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_from_now(self, after_bytes: list[int]) -> None:
        with self._lock:
            self._left = list(after_bytes)
            self.cuts = 0

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                came, _ = self._listener.accept()
            except OSError:
                return
            if time.monotonic() < self._back_at_seconds:
                _reset(came)
                continue
            threading.Thread(target=self._carry, args=(came,), daemon=True).start()

    def _carry(self, came: socket.socket) -> None:
        box = socket.create_connection(("127.0.0.1", self._target_port))
        self._open.add(came)
        with came, box:
            back = threading.Thread(target=_pump, args=(box, came), daemon=True)
            back.start()
            carried_bytes = 0
            with contextlib.suppress(OSError):
                while read := came.recv(READ_BYTES):
                    box.sendall(read)
                    carried_bytes += len(read)
                    if self._is_cut(carried_bytes):
                        self._reset_all()
                        return
                box.shutdown(socket.SHUT_WR)
            back.join(timeout=60)
        self._open.discard(came)

    def _reset_all(self) -> None:
        for connection in tuple(self._open):
            self._open.discard(connection)
            _reset(connection)

    def _is_cut(self, carried_bytes: int) -> bool:
        with self._lock:
            if not self._left or carried_bytes < self._left[0]:
                return False
            self._left.pop(0)
            self.cuts += 1
            self._back_at_seconds = time.monotonic() + OUTAGE_SECONDS
            return True


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while read := source.recv(READ_BYTES):
            target.sendall(read)
        target.shutdown(socket.SHUT_WR)


def _reset(connection: socket.socket) -> None:
    """Close at once, with RST, as a lost network looks to the other side."""
    linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        # Another thread may wait in it, and would keep it open until then.
        connection.shutdown(socket.SHUT_RD)
        connection.close()


@contextlib.contextmanager
def cutting_proxy(target_port: int) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(target_port)
    try:
        yield proxy
    finally:
        proxy.close()
