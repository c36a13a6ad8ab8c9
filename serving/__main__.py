"""`python -m serving`: speech recognition and drafting, in the foreground, until SIGTERM.

Exit status 0: asked to stop. 1: it broke. 78: not set up in a way it may start with.
"""

import logging
import socket
import sys

from serving.door import hang_door
from serving.errors import CannotStart
from serving.isolation import start_inside, why_impossible
from serving.lifetime import Watch, kill_descendants, start_guarded
from serving.privacy import forbid_core_dumps, sweep_shared_memory
from serving.settings import Isolation, ServingSettings, read_secret, read_settings

NOT_CONFIGURED = 78
log = logging.getLogger("serving")


def main() -> int:
    """Start, wait, clean up; returns the exit status."""
    forbid_core_dumps()
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    try:
        settings = read_settings()
        read_secret(settings.secret_file)
        isolated = _is_to_be_isolated(settings.isolation)
        listening = hang_door(settings.socket, settings.socket_group)
    except CannotStart as reason:
        log.error("cannot start: %s", reason)  # noqa: TRY400 - a sentence, not a traceback
        return NOT_CONFIGURED
    try:
        return _serve(settings, listening, isolated)
    finally:
        settings.socket.unlink(missing_ok=True)


def _is_to_be_isolated(wanted: Isolation) -> bool:
    if wanted is Isolation.OFF:
        return False
    reason = why_impossible()
    if reason is None:
        return True
    if wanted is Isolation.REQUIRED:
        raise CannotStart(f"isolation is required and cannot be had: {reason}")
    log.warning(
        "starting without isolation (%s): Ray's ports are open, a firewall must close them", reason
    )
    return False


def _serve(settings: ServingSettings, listening: socket.socket, isolated: bool) -> int:
    def inside() -> int:
        from serving import cluster  # Ray is imported in the child only: this one stays small

        return cluster.run(settings, listening)

    if not isolated:  # else its shared memory is its own, and new
        _sweep()
    pid = start_inside(inside) if isolated else start_guarded(inside)
    listening.close()  # the child holds it; when the child is gone, nobody answers
    try:
        return Watch(pid, stop_with_parent=settings.stop_with_parent).until_it_ends()
    finally:
        if not isolated:
            kill_descendants()
            _sweep()


def _sweep() -> None:
    if gone := sweep_shared_memory():
        log.info("swept %d segments of shared memory that an earlier run left", gone)


if __name__ == "__main__":
    sys.exit(main())
