"""Ray itself: started small, silent and in memory, and watched for as long as it serves."""

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
from pathlib import Path

from serving.door import Door
from serving.settings import ServingSettings

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own inside, mode 0700
LOOK_EVERY_SECONDS = 5.0
LOOKS_BEFORE_GIVING_UP = 6
_LOG_BYTES = 2 * 1024 * 1024
log = logging.getLogger("serving")


def run(settings: ServingSettings, listening: socket.socket) -> int:
    """Serve until asked to stop (0) or until Ray no longer answers (1)."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    port = _free_port()
    Door(listening, port).open_in_background()
    directory = Path(tempfile.mkdtemp(prefix="quietroom-serving-", dir=SHARED_MEMORY))
    try:
        _prepare_environment(directory)
        _start(settings, directory, port)
        for number in (signal.SIGTERM, signal.SIGINT):  # Ray put its own in their place
            signal.signal(number, lambda *_: stop.set())
        log.info("serving is ready")
        return _watch(stop, port)
    finally:
        _stop()
        shutil.rmtree(directory, ignore_errors=True)


def _prepare_environment(directory: Path) -> None:
    """Everything Ray would write or send: in memory, small, and to nobody."""
    os.environ |= {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_DEDUP_LOGS": "0",
        "RAY_ROTATION_MAX_BYTES": str(_LOG_BYTES),
        "RAY_ROTATION_BACKUP_COUNT": "1",
        "RAY_SERVE_LOG_TO_STDERR": "0",
        "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
        "DO_NOT_TRACK": "1",
        "TMPDIR": str(directory),
    }


def _start(settings: ServingSettings, directory: Path, port: int) -> None:
    import ray
    from ray import serve

    from serving.app import QUIET, application, cpus

    ray.init(
        num_cpus=math.ceil(cpus(settings)),
        num_gpus=0,
        object_store_memory=settings.object_store_bytes,
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        _temp_dir=str(directory / "ray"),
        _node_ip_address="127.0.0.1",
        _system_config={"automatic_object_spilling_enabled": False},
    )
    serve.start(
        proxy_location="HeadOnly",
        http_options={"host": "127.0.0.1", "port": port},
        logging_config=QUIET,
    )
    serve.run(application(settings), name="quietroom", logging_config=QUIET)


def _watch(stop: threading.Event, port: int) -> int:
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
