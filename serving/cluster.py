"""Ray itself: started small, silent and in memory, and watched for as long as it serves."""

import fcntl
import http.client
import logging
import math
import os
import secrets
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from serving.door import Door
from serving.lifetime import STOP_SIGNAL
from serving.privacy import hide_memory
from serving.settings import ServingSettings

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own inside, mode 0700
NODE_ADDRESS = "127.0.0.2"
"""Loopback under a name that Ray does not replace: for 127.0.0.1 it looks for a way to the internet."""
LOOK_EVERY_SECONDS = 5.0
LOOKS_BEFORE_GIVING_UP = 6
_FOLDER = "quietroom-serving-"
_LOG_BYTES = 2 * 1024 * 1024
_INLINE_BYTES = 2 * 1024 * 1024
"""More than any request: it travels within messages, and never into the object store, whose memory
keeps what it held until something else is written over it."""
log = logging.getLogger("serving")


def run(settings: ServingSettings, listening: socket.socket) -> int:
    """Serve until asked to stop (0) or until Ray no longer answers (1)."""
    hide_memory()
    stop = Stop()
    port = _free_port()
    Door(listening, port).open_in_background()
    directory = _own_directory()
    try:
        _prepare_environment(directory)
        with stop.at_once():
            _start(settings, directory, port)
        log.info("serving is ready")
        return _watch(stop, port)
    except StopAsked:
        return 0
    finally:
        _stop()
        shutil.rmtree(directory, ignore_errors=True)


class StopAsked(BaseException):
    """Serving was asked to stop before it was ready."""


class Stop:
    """Remembers that somebody asked to stop; during the start, ends it there and then."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._is_starting = False
        for number in (STOP_SIGNAL, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._ask())

    def _ask(self) -> None:
        self._asked.set()
        if self._is_starting:
            self._is_starting = False
            raise StopAsked

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What runs inside is broken off by StopAsked."""
        self._is_starting = not self._asked.is_set()
        if self._asked.is_set():
            raise StopAsked
        yield
        self._is_starting = False

    def wait(self, seconds: float) -> bool:
        """True as soon as somebody asked, False after `seconds`."""
        return self._asked.wait(seconds)


def _own_directory() -> Path:
    """A new folder in memory, locked for as long as this process lives; those of the dead go."""
    for path in SHARED_MEMORY.glob(f"{_FOLDER}*"):
        if path.stat().st_uid == os.geteuid() and _lock(path) is not None:
            shutil.rmtree(path, ignore_errors=True)
    directory = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=SHARED_MEMORY))
    _lock(directory)
    return directory


def _lock(directory: Path) -> int | None:
    """A lock on `directory` until this process ends; None where a living process has it."""
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return None
    return descriptor


def _prepare_environment(directory: Path) -> None:
    """Everything Ray would write or send: in memory, small, and to nobody.

    Even with usage reports off, Ray asks the cloud's metadata addresses where it runs, unless it
    finds a cluster file in the home folder: so it gets a home with an empty one.
    """
    (directory / "ray_bootstrap_config.yaml").write_text("{}\n")
    os.environ |= {
        "HOME": str(directory),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_DEDUP_LOGS": "0",
        "RAY_ROTATION_MAX_BYTES": str(_LOG_BYTES),
        "RAY_ROTATION_BACKUP_COUNT": "1",
        "RAY_SERVE_LOG_TO_STDERR": "0",
        "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
        # A busy machine beside large libraries takes longer to start the proxy than Ray's 5 s.
        "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
        "DO_NOT_TRACK": "1",
        # Engines share the GPU and are not counted in it; Ray would hide it from them for that.
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
        "TMPDIR": str(directory),
    }


def _start(settings: ServingSettings, directory: Path, port: int) -> None:
    import ray
    from ray import serve

    from serving.app import QUIET, application, cpus

    logging.getLogger("ray").setLevel(logging.WARNING)
    ray.init(
        num_cpus=math.ceil(cpus(settings)),
        num_gpus=0,
        object_store_memory=settings.object_store_bytes,
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        _temp_dir=str(directory / "ray"),
        _node_ip_address=NODE_ADDRESS,
        _system_config={
            "automatic_object_spilling_enabled": False,
            "max_direct_call_object_size": _INLINE_BYTES,
            "task_rpc_inlined_bytes_limit": 8 * _INLINE_BYTES,
        },
    )
    serve.start(
        proxy_location="HeadOnly",
        http_options={"host": "127.0.0.1", "port": port},
        logging_config=QUIET,
    )
    serve.run(application(settings), name="quietroom", logging_config=QUIET)


def _watch(stop: Stop, port: int) -> int:
    misses = 0
    while not stop.wait(LOOK_EVERY_SECONDS):
        misses = 0 if _answers(port) else misses + 1
        if misses >= LOOKS_BEFORE_GIVING_UP:
            log.error("serving stopped answering and ends")
            return 1
    return 0


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LOOK_EVERY_SECONDS)
    try:
        connection.request("GET", "/-/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop() -> None:
    import ray

    ray.shutdown()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
