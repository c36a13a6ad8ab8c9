"""How gunicorn serves the application: one process, threads, TLS, and a log without requests."""

import logging
import ssl
from collections.abc import Callable
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

THREADS = 16
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
        "worker_class": "gthread",
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
        "post_fork": _name_nothing,
    }


class BoundedSocket(ssl.SSLSocket):
    """A connection that waits `STALLED_SECONDS` for the other side where it would wait for ever.

    gunicorn's threads block on their sockets without a limit: a laptop that falls asleep while it
    sends would hold one of them, and stopping the program would wait for it.
    """

    def settimeout(self, value: float | None) -> None:
        super().settimeout(STALLED_SECONDS if value is None else value)

    def setblocking(self, flag: bool) -> None:
        self.settimeout(None if flag else 0.0)


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


def _name_nothing(_server: object, _worker: object) -> None:
    """Do not tell strangers what serves."""
    from gunicorn.http import wsgi  # type: ignore[import-untyped]

    wsgi.SERVER = "quietroom"
