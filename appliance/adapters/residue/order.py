"""The newest canary, left by the worker for root's hunt; on an installed box in memory only.

It lies under a pad of random bytes: the hunt must not find its own order.
"""

import json
import secrets
from datetime import datetime
from pathlib import Path

from appliance.adapters.residue.patterns import Canary
from appliance.domain.errors import Misconfigured

_SOUND_BYTES = 400_000
_MOST_BYTES = 4_000_000


def write_order(path: Path, canary: Canary, made_at: datetime) -> None:
    """Leave it in the place of the one before."""
    said = {
        "made_at": made_at.isoformat(),
        "typed": canary.typed,
        "spoken": canary.spoken,
        "pcm": canary.pcm[:_SOUND_BYTES].hex(),
    }
    plain = json.dumps(said).encode()
    pad = secrets.token_bytes(len(plain))
    half_made = path.with_name(path.name + ".new")
    half_made.write_bytes(pad + _xored(plain, pad))
    half_made.replace(path)


def read_order(path: Path) -> tuple[Canary, datetime] | None:
    """The canary and when it was made; None where there is none.

    Raises Misconfigured where it is there and cannot be read.
    """
    try:
        with path.open("rb") as file:
            whole = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError:
        reason = "the worker's newest canary cannot be read: run this as root"
        raise Misconfigured(details={"reason": reason}) from None
    half = len(whole) // 2
    try:
        said = json.loads(_xored(whole[half:], whole[:half]))
        return _canary(said), datetime.fromisoformat(said["made_at"])
    except (ValueError, KeyError, TypeError, OverflowError):
        reason = "the worker's newest canary is damaged: the next one will be hunted for"
    raise Misconfigured(details={"reason": reason})


def _canary(said: dict[str, object]) -> Canary:
    typed, spoken = (tuple(map(str, said[name])) for name in ("typed", "spoken"))  # type: ignore[call-overload]
    return Canary(typed=typed, spoken=spoken, pcm=bytes.fromhex(str(said["pcm"])))


def _xored(data: bytes, pad: bytes) -> bytes:
    mixed = int.from_bytes(data, "big") ^ int.from_bytes(pad, "big")
    return mixed.to_bytes(len(data), "big")
