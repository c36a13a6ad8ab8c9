"""How gunicorn serves the application: one process, threads, TLS, and a log without requests.

Nobody on the network can use the box up by being slow: a silent connection holds no thread, a slow
one holds its thread for a bounded time, and one address has a bounded number of connections.
"""

import errno
import ipaddress
import logging
import os
import selectors
import signal
import ssl
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from socket import socket
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from appliance.adapters.machine.process import die_with_parent
from appliance.api.headers import ALWAYS

THREADS = 64
PROXY = "proxy"
CONNECTIONS_PER_ADDRESS = 24
"""Open at once; a browser opens six. An IPv6 address counts as its /64, which one device owns."""
FIRST_DATA_SECONDS = 2
"""A connection that says nothing for so long after it was opened is closed. It holds no thread."""
HEADER_SECONDS = 10
"""For the TLS handshake, and then for a request's whole header."""
BODY_SECONDS = 60
"""For a request's whole body. A recording that takes longer is cut here; what came is safe, and its
sender goes on from there."""
ANSWER_SECONDS = 60
"""For taking a whole answer."""
SERVER = "quietroom"
REQUEST_LINE_LIMIT_BYTES = 2048
HEADERS_LIMIT = 60
HEADER_LIMIT_BYTES = 8190
WORKER_SILENT_SECONDS = 60
GRACE_SECONDS = 30
KEEP_ALIVE_SECONDS = 15
STALLED_SECONDS = 20
"""A client that sends nothing for so long in the middle of a request loses its connection."""


def options(bind: str | list[str], certificate: str, private_key: str) -> dict[str, Any]:
    """gunicorn's settings. `certificate` and `private_key` are paths of PEM files.

    One process, because the sign-ins seen lately and the gate live in its memory; SQLite has one
    writer anyway. No request body is ever put into a file: gunicorn hands it on as it comes.
    """
    return {
        "bind": bind,
        "workers": 1,
        "worker_class": PatientWorker,
        "threads": THREADS,
        "certfile": certificate,
        "keyfile": private_key,
        "ssl_context": _modern,
        "timeout": WORKER_SILENT_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": KEEP_ALIVE_SECONDS,
        "limit_request_line": REQUEST_LINE_LIMIT_BYTES,
        "limit_request_fields": HEADERS_LIMIT,
        "limit_request_field_size": HEADER_LIMIT_BYTES,
        # The worker's sign of life, a file that is touched; never on a disk.
        "worker_tmp_dir": "/dev/shm",  # noqa: S108 - a memory file system, and the file has no content
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "proc_name": "quietroom-web",
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "logger_class": WordlessLogger,
        "post_fork": _after_fork,
    }


class BoundedSocket(ssl.SSLSocket):
    """A connection that waits `STALLED_SECONDS` for the other side where it would wait for ever.

    gunicorn's threads block on their sockets without a limit: a laptop that falls asleep while it
    sends would hold one of them, and stopping the program would wait for it. Sending a byte now and
    then does not help either: what is under way is done by a moment, or raises TimeoutError.
    """

    _due_at_seconds: float | None = None
    _answers = False

    def due_in(self, seconds: float, *, answers: bool = False) -> None:
        """From now on all that is received, or all that is sent, has `seconds` together."""
        self._due_at_seconds, self._answers = time.monotonic() + seconds, answers
        self.settimeout(None)

    def settimeout(self, value: float | None) -> None:
        super().settimeout(STALLED_SECONDS if value is None else value)

    def setblocking(self, flag: bool) -> None:
        self.settimeout(None if flag else 0.0)

    def do_handshake(self, block: bool = False) -> None:
        self.due_in(HEADER_SECONDS)
        self._keep_time()
        super().do_handshake(block)
        self.due_in(HEADER_SECONDS)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        self._keep_time()
        return super().recv(buflen, flags)

    def send(self, data: Any, flags: int = 0) -> int:
        if not self._answers and self.gettimeout() != 0:
            self.due_in(ANSWER_SECONDS, answers=True)
        self._keep_time()
        return super().send(data, flags)

    def _keep_time(self) -> None:
        waits_seconds = self.gettimeout()
        if self._due_at_seconds is None or waits_seconds == 0:
            return
        left_seconds = self._due_at_seconds - time.monotonic()
        if left_seconds <= 0:
            raise TimeoutError
        super().settimeout(min(waits_seconds or STALLED_SECONDS, left_seconds))


class Connection(TConn):  # type: ignore[misc]
    """A connection that is counted until it is closed."""

    def __init__(self, *arguments: Any, when_closed: Callable[[], None]) -> None:
        super().__init__(*arguments)
        self._when_closed: Callable[[], None] | None = when_closed

    def close(self, graceful: bool = False) -> None:
        """At once: whoever had to wait for the other side has done so in the request's thread."""
        if self._when_closed is not None:
            self._when_closed()
            self._when_closed = None
        util.close(self.sock)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads, of which a stranger cannot hold many, nor any for long."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._open: Counter[str] = Counter()

    def accept(self, listener: socket) -> None:
        """Let the poller wait for the first byte: until there is one, no thread is needed."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        # The box's own proxy on a Unix socket has no address, and limits its callers itself.
        place = place_of(address[0]) if isinstance(address, tuple) else PROXY
        if place != PROXY and self._open[place] >= CONNECTIONS_PER_ADDRESS:
            accepted.close()
            return
        self._open[place] += 1
        self.nr_conns += 1
        server = listener.getsockname()
        leave = partial(self._leave, place)
        connection = Connection(self.cfg, accepted, address, server, when_closed=leave)
        connection.timeout = time.monotonic() + FIRST_DATA_SECONDS
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(accepted, selectors.EVENT_READ, readable)

    def _leave(self, place: str) -> None:
        self._open[place] -= 1
        if not self._open[place]:
            del self._open[place]

    def handle(self, conn: Connection) -> object:
        """One request. A connection that ends is seen off here, not in the thread of all others."""
        if conn.initialized and isinstance(conn.sock, BoundedSocket):
            conn.sock.due_in(HEADER_SECONDS)
        goes_on = super().handle(conn)
        if not goes_on:
            util.close_graceful(conn.sock)
        return goes_on

    def handle_request(self, req: Any, conn: Connection) -> object:
        if isinstance(conn.sock, BoundedSocket):
            conn.sock.due_in(BODY_SECONDS)
        return super().handle_request(req, conn)

    def handle_error(self, _req: Any, client: socket, _addr: Any, exc: BaseException) -> None:
        """What never became a request: a fixed sentence, which repeats nothing of what was sent."""
        if isinstance(exc, errors.ParseException | ssl.SSLError):
            self.log.warning("Invalid request")
        else:
            self.log.error("Error handling request", exc_info=exc)
        try:
            util.write_nonblock(client, refusal(_status_of(exc)))
        except OSError:
            self.log.debug("A refusal could not be sent")


def place_of(address: str) -> str:
    """Whose connections are counted together: an IPv4 address, or an IPv6 address's /64."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or ipaddress.ip_network((found, 64), strict=False))


_STATUS = {
    errors.InvalidResponseHeader: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InvalidResponseHeaderName: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.ParseException: HTTPStatus.BAD_REQUEST,
    ssl.SSLError: HTTPStatus.BAD_REQUEST,
    BaseException: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def _status_of(error: BaseException) -> HTTPStatus:
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def refusal(status: HTTPStatus) -> bytes:
    """The whole answer to what could not be read."""
    fault = "The box could not answer" if status is HTTPStatus.INTERNAL_SERVER_ERROR else ""
    sentence = f"{fault or 'The box could not read this request'} ({status.value}).\n"
    headers = ALWAYS | {
        "Cache-Control": "no-store",
        "Connection": "close",
        "Content-Length": str(len(sentence)),
        "Content-Type": "text/plain; charset=utf-8",
        "Server": SERVER,
    }
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", sentence]).encode("ascii")


class WordlessLogger(Logger):  # type: ignore[misc]
    """gunicorn's log without what was asked: no address, no header, no traceback's values."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_without_request)


_OF_REQUESTS = ("Invalid request", "Error handling request", "Socket error")


def _without_request(record: logging.LogRecord) -> bool:
    """Keep the sentence and the type of what was raised; drop the rest."""
    kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
    said = str(record.msg)
    if said.startswith(_OF_REQUESTS):
        said = next(opening for opening in _OF_REQUESTS if said.startswith(opening))
        record.msg, record.args = said, ()
    if kind:
        record.msg, record.args = f"{record.msg.split('%')[0].strip()} {kind}", ()
    record.exc_info = record.exc_text = None
    return True


def _modern(_config: object, make_default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """TLS 1.2 at least (NIST SP 800-52 Rev. 2)."""
    context = make_default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = BoundedSocket
    return context


def _after_fork(_server: object, worker: Any) -> None:
    """In the new worker: leave the port as soon as the master is gone, and name nothing.

    A master that is killed cannot stop its worker, which would hold the port for a second and more
    while the next master wants it. What was acknowledged is durable, so it may be killed too.
    """
    from gunicorn.http import wsgi

    die_with_parent(signal.SIGKILL)
    if os.getppid() != worker.ppid:  # the master was quicker to die
        os._exit(1)
    wsgi.SERVER = SERVER  # do not tell strangers what serves
