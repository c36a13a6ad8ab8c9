"""One line of JSON on stderr for each event: a fixed name and identifiers, and nothing else.

No text can get into a log by accident: a value that is not a number, a truth value or a short
identifier is written as "withheld".
"""

import json
import math
import re
import sys
from datetime import UTC, datetime

WITHHELD = "withheld"
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

LogValue = str | int | float | bool


def event(name: str, /, **identifiers: object) -> None:
    """Writes one line, e.g. `event("draft_made", encounter_id="e-41", seconds=2.5)`.

    `name` is a literal in the code. Never pass objects, text or str(exception): they are withheld.
    """
    line = {key: _allowed(value) for key, value in identifiers.items()}
    line |= {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": _allowed(name)}
    sys.stderr.write(json.dumps(line, sort_keys=True) + "\n")
    sys.stderr.flush()


def _allowed(value: object) -> LogValue:
    if isinstance(value, float):
        return value if math.isfinite(value) else WITHHELD
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
        return value
    return WITHHELD
