"""A way to the box that breaks: connections are cut once so many bytes have gone through them."""

import contextlib
import socket
import threading
from collections.abc import Iterator

READ_BYTES = 16 * 1024


class CuttingProxy:
    """Carries bytes to `127.0.0.1:target_port` and back; TLS passes through it unopened.

    After `cut_from_now` each of the next connections that has carried so many bytes to the box is
    reset in the middle of whatever it was sending. `cuts` counts them.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._lock = threading.Lock()
        self._left: list[int] = []
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
            threading.Thread(target=self._carry, args=(came,), daemon=True).start()

    def _carry(self, came: socket.socket) -> None:
        box = socket.create_connection(("127.0.0.1", self._target_port))
        with came, box:
            back = threading.Thread(target=_pump, args=(box, came), daemon=True)
            back.start()
            carried_bytes = 0
            with contextlib.suppress(OSError):
                while read := came.recv(READ_BYTES):
                    box.sendall(read)
                    carried_bytes += len(read)
                    if self._is_cut(carried_bytes):
                        _reset(came)
                        return
                box.shutdown(socket.SHUT_WR)
            back.join(timeout=60)

    def _is_cut(self, carried_bytes: int) -> bool:
        with self._lock:
            if not self._left or carried_bytes < self._left[0]:
                return False
            self._left.pop(0)
            self.cuts += 1
            return True


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while read := source.recv(READ_BYTES):
            target.sendall(read)
        target.shutdown(socket.SHUT_WR)


def _reset(connection: socket.socket) -> None:
    """Close at once, with RST, as a lost network looks to the other side."""
    linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()


@contextlib.contextmanager
def cutting_proxy(target_port: int) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(target_port)
    try:
        yield proxy
    finally:
        proxy.close()
