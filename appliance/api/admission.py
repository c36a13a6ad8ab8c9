"""What is checked before a request's body is read: who asks, from where, how much, and of what kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from flask import current_app, g, request
from werkzeug.exceptions import BadRequest

from appliance.api.current import box, parts
from appliance.api.refusals import (
    BodyTooLarge,
    ForgedOrStale,
    LengthNeeded,
    NoBodyHere,
    NotJson,
    WrongMediaType,
)
from appliance.domain.errors import QuietroomError, SignInNeeded
from appliance.domain.tokens import COOKIE, csrf_matches
from appliance.steps.sign_in import keep_alive, who

KIB = 1024
SMALL_LIMIT_BYTES = 64 * KIB
CSRF_HEADER = "X-Quietroom-CSRF"
PIECE_MEDIA_TYPE = "application/offset+octet-stream"
SAFE_METHODS = frozenset({"GET", "HEAD"})
TOKEN_LIMIT_CHARACTERS = 200
SEEN_EVERY_SECONDS = 60
SEEN_AT_ONCE = 1000


class Body(Enum):
    """What a route is sent."""

    NOTHING = ""
    """No body."""
    JSON = "application/json"
    """One JSON object."""
    PIECE = PIECE_MEDIA_TYPE
    """Raw bytes of a recording, read by the view itself as they come."""


@dataclass(frozen=True, kw_only=True)
class Admission:
    """One route's conditions. `too_large` is told when Content-Length is over `limit_bytes`.

    `keeps_alive`: whether asking counts as being at the keyboard, for a sign-in that idles out.
    """

    body: Body = Body.NOTHING
    limit_bytes: int = SMALL_LIMIT_BYTES
    too_large: Callable[[], QuietroomError] | None = None
    needs_sign_in: bool = True
    keeps_alive: bool = True


def admit() -> None:
    """Before every request of the API. Raises Refused and Unusable errors; reads JSON bodies only."""
    admission: Admission = vars(current_app.view_functions[str(request.endpoint)])["admission"]
    if admission.needs_sign_in:
        _sign_in(admission)
    _check_size(admission)
    _check_kind(admission)


def _sign_in(admission: Admission) -> None:
    token, is_cookie = _token()
    if not token or len(token) > TOKEN_LIMIT_CHARACTERS:
        raise SignInNeeded
    g.actor, g.token = who(box(), token), token
    is_change = request.method not in SAFE_METHODS
    if is_cookie and is_change and not csrf_matches(token, request.headers.get(CSRF_HEADER, "")):
        raise ForgedOrStale
    if admission.keeps_alive:
        _see(token)


def _token() -> tuple[str, bool]:
    """The token, and whether a browser sent it by itself."""
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        return (token.strip() if scheme.lower() == "bearer" else ""), False
    return request.cookies.get(COOKIE, ""), True


def _see(token: str) -> None:
    """Note at most once a minute that a sign-in is in use: a write for each request is too many."""
    seen, now = parts().seen, box().clock.now()
    last: datetime | None = seen.get(token)
    if last is not None and timedelta(0) <= now - last < timedelta(seconds=SEEN_EVERY_SECONDS):
        return
    if len(seen) >= SEEN_AT_ONCE:
        seen.clear()
    seen[token] = now
    keep_alive(box(), token)


def _check_size(admission: Admission) -> None:
    if "Transfer-Encoding" in request.headers:
        raise LengthNeeded
    request.max_content_length = admission.limit_bytes
    if (request.content_length or 0) <= admission.limit_bytes:
        return
    if admission.too_large is not None:
        raise admission.too_large()
    raise BodyTooLarge(details={"limit_kib": admission.limit_bytes // KIB})


def _check_kind(admission: Admission) -> None:
    if admission.body is Body.NOTHING:
        if request.content_length:
            raise NoBodyHere
    elif request.mimetype != admission.body.value:
        raise WrongMediaType(details={"expected": admission.body.value})
    elif admission.body is Body.JSON:
        _read_json()


def _read_json() -> None:
    try:
        found = request.get_json()
    except BadRequest:
        raise NotJson from None
    if not isinstance(found, dict):
        raise NotJson
