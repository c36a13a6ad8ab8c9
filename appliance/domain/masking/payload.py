"""What stands in the bytes that are about to be sent: every string of them, as lines the gate can search."""

import json
from collections.abc import Iterator

from appliance.domain.errors import GateBroken
from appliance.domain.masking.masked import MaskedLine

_MADE_HERE = frozenset({"field id"})
"""Fields the box makes up itself, from no record: numbers in them are no codes of a person."""


def payload_lines(payload: bytes, fixed: frozenset[str]) -> tuple[MaskedLine, ...]:
    """Each string, and each name of a field, that is not word for word the product's own (`fixed`).

    `speaker` of a line says which field it stood in. Raises GateBroken for bytes that are no JSON.
    """
    try:
        read = json.loads(payload)
    except ValueError:
        raise GateBroken(details={"reason": "what would be sent cannot be read"}) from None
    strings = ((field, text) for field, text in _strings("", read) if text not in fixed)
    return tuple(
        MaskedLine(id=f"sent {number}", speaker=f"field {field}", text=text)
        for number, (field, text) in enumerate(strings)
    )


def is_made_here(line: MaskedLine) -> bool:
    """True for an id: it is searched for what is known, and not for strangers' codes."""
    return line.speaker in _MADE_HERE


def _strings(field: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(field, item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield "", str(name)
            yield from _strings(str(name), item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield field, str(value)
