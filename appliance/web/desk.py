"""What every page is given, who is asking, and that a change really comes from one of our pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, make_response, redirect, request

from appliance.domain.errors import QuietroomError, Refused
from appliance.domain.paper import Paper
from appliance.domain.people import Account
from appliance.domain.tokens import COOKIE, csrf_for, csrf_matches
from appliance.steps.box import Box
from appliance.steps.sign_in import keep_alive, who
from appliance.web.rendering import render
from appliance.web.shown_time import LocalTime, long_day, until

UNPROCESSABLE = 422
RECORDING_NEEDS_FREE_BYTES = 1024**3


class StalePage(Refused):
    """This page belongs to an earlier sign-in. Press the button once more, or reload the page."""

    code = "stale_page"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One sentence to show on a page, and the part of the page that it belongs to.

    `field` is the name of the one field that it is about, empty when it is not about one.
    """

    where: str
    sentence: str
    field: str = ""


def problem_of(where: str, error: QuietroomError) -> Problem:
    """The error's own sentence, at the field that it names."""
    return Problem(where=where, sentence=error.message, field=str(error.details.get("field", "")))


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the pages reach the box through."""

    box: Box
    energy_line: Callable[[], str]
    free_disk_bytes: Callable[[], int]
    print_pdf: Callable[[Paper], bytes]
    local: LocalTime

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        typed: Mapping[str, Any] | None = None,
        problem: Problem | None = None,
        **values: Any,
    ) -> Response:
        """A whole page; `typed` is what the person sent, shown again after a problem."""
        account: Account | None = g.get("account")
        html = render(
            template,
            account=account,
            csrf=csrf_for(g.token) if account else "",
            here=request.path,
            local=self.local,
            long_day=long_day,
            until=until,
            now=self.box.clock.now(),
            typed=typed if typed is not None else {},
            problem=problem,
            **values,
        )
        return _shown(make_response(html, status))

    def has_room_to_record(self) -> bool:
        return self.free_disk_bytes() >= RECORDING_NEEDS_FREE_BYTES


def account() -> Account:
    """Who is signed in on this request."""
    signed_in: Account = g.account
    return signed_in


def admit(desk: Desk, *, keeps_alive: bool) -> None:
    """Put the account into the request's context. Raises SignInNeeded, StalePage."""
    token = request.cookies.get(COOKIE, "")
    g.account = who(desk.box, token)
    g.token = token
    if request.method == "POST" and not csrf_matches(token, _given_csrf()):
        raise StalePage
    if keeps_alive:
        keep_alive(desk.box, token)


def is_from_elsewhere() -> bool:
    """True when the browser says that another site's page made this request.

    By Fetch Metadata; a browser without it still names the page's origin with every POST (RFC 6454).
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in {"cross-site", "same-site"}
    origin = request.headers.get("Origin")
    return (
        origin is not None and urlsplit(origin).hostname != urlsplit(f"//{request.host}").hostname
    )


def is_from_script() -> bool:
    """True for a request that htmx or one of our modules made."""
    return "HX-Request" in request.headers


def go(path: str) -> Response:
    """After a change: read the page again at `path`."""
    return make_response(redirect(path, 303))


def _given_csrf() -> str:
    return request.headers.get("X-Quietroom-CSRF") or request.form.get("csrf", "")


def _shown(response: Response) -> Response:
    """Tell our script the address that the answer belongs to, after it followed a redirect."""
    if is_from_script() and request.method == "GET":
        response.headers["X-Quietroom-Address"] = request.full_path.rstrip("?")
    return response
