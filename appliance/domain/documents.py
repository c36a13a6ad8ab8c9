"""The record's types as JSON bytes, to be sealed, and back again."""

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from appliance.domain.errors import SealBroken

Document = TypeVar("Document")


def to_bytes(document: object) -> bytes:
    """Canonical JSON (UTF-8) of a frozen dataclass."""
    return json.dumps(_plain(document), ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(kind: type[Document], data: bytes) -> Document:
    """The dataclass `kind` again. Raises SealBroken when the bytes are not such a document."""
    try:
        built: Document = _build(kind, json.loads(data))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SealBroken from None
    return built


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _build(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else _build(_not_none(kind), value)
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in value)
    if get_origin(kind) is not None:  # Mapping[str, X]
        return {key: _build(get_args(kind)[1], item) for key, item in value.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _build(hints[name], item) for name, item in value.items()})
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value


def _not_none(kind: Any) -> Any:
    return next(arm for arm in get_args(kind) if arm is not types.NoneType)
