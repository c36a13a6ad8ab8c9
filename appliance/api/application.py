"""Flask as the box uses it: bodies stay in memory, JSON is read strictly, nothing is logged by itself."""

import io
import json
from types import TracebackType
from typing import IO, Any, NoReturn

from flask import Request
from flask.json.provider import DefaultJSONProvider
from flask_openapi3.openapi import OpenAPI

from appliance.api.tus import meant_method

ExceptionInfo = (
    tuple[type, BaseException, TracebackType | None] | tuple[type[None] | None, None, None]
)


class MemoryRequest(Request):
    """A request of which nothing is ever written to a disk: what it may hold is limited first."""

    def _get_file_stream(self, *args: object, **named: object) -> IO[bytes]:
        """Werkzeug's hook for a form's file; its own answer spools to a temporary file."""
        return io.BytesIO()


class StrictJson(DefaultJSONProvider):
    """JSON between strangers (I-JSON, RFC 7493): UTF-8, no NaN, no name twice, no half characters.

    Raises ValueError.
    """

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            text = s.decode("utf-8") if isinstance(s, bytes) else s
            found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_refuse_constant)
            if "\\u" in text:
                _refuse_half_characters(found)
        except (ValueError, RecursionError):
            # The parser's own words could hold what was sent.
            raise ValueError("not JSON") from None
        return found


class Application(OpenAPI):
    """The Flask application of the box."""

    request_class = MemoryRequest
    json_provider_class = StrictJson

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """The method that an upload's sender means counts, before anything looks at the request."""
        environ["REQUEST_METHOD"] = meant_method(environ)
        return super().wsgi_app(environ, start_response)

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Flask would log the path and the traceback; `wsgi` reports the type's name instead."""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse_half_characters(found: Any) -> None:
    """A lone surrogate, escaped, passes the parser and breaks whatever stores the text."""
    json.dumps(found, ensure_ascii=False).encode()


def _refuse_constant(_constant: str) -> NoReturn:
    raise ValueError("not a number")
