"""The clinician's pages as one Flask blueprint, with its headers, its gate and its error pages."""

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, request

from appliance.domain.errors import (
    Absent,
    Destroyed,
    NotReady,
    QuietroomError,
    Refused,
    SignInNeeded,
    Unusable,
)
from appliance.domain.paper import Paper
from appliance.steps.box import Box
from appliance.web import (
    administrator_pages,
    certificate_pages,
    client_pages,
    draft_pages,
    encounter_pages,
    energy_pages,
    findings_pages,
    inventory_pages,
    preference_pages,
    sign_in_pages,
    signing_pages,
    today_pages,
    words_pages,
)
from appliance.web.desk import Desk, StalePage, admit, is_from_elsewhere, is_from_script
from appliance.web.rendering import render
from appliance.web.shown_time import LocalTime

SECURITY_HEADERS: dict[str, str] = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "media-src 'self' blob:",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every page is sent with; the application around it may only be stricter."""

_TITLES = {
    401: "Please sign in",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not this way",
    409: "Not now",
    410: "Destroyed, as it should be",
    413: "Too large",
    429: "Too many tries",
    503: "Getting ready",
}
_OPEN_TO_ALL = frozenset({"pages.show_sign_in", "pages.take_sign_in", "pages.static"})
_QUIET = frozenset({"pages.show_progress", "pages.give_csrf"})
"""Asked by the page itself, not by a person: they do not prolong a sign-in."""


def create_pages(
    box: Box,
    *,
    energy_line: Callable[[], str],
    free_disk_bytes: Callable[[], int],
    print_pdf: Callable[[Paper], bytes],
) -> Blueprint:
    """The pages, to be registered at the root.

    `energy_line` is one sentence of measured energy or why there is none; `print_pdf` makes a file
    of a paper. Every answer carries `SECURITY_HEADERS` and is not stored.
    """
    desk = Desk(
        box=box,
        energy_line=energy_line,
        free_disk_bytes=free_disk_bytes,
        print_pdf=print_pdf,
        local=LocalTime(zone=box.zone),
    )
    blueprint = Blueprint("pages", __name__, static_folder="static", static_url_path="/assets")
    for pages in (
        sign_in_pages,
        today_pages,
        encounter_pages,
        words_pages,
        findings_pages,
        draft_pages,
        signing_pages,
        preference_pages,
        client_pages,
        inventory_pages,
        certificate_pages,
        energy_pages,
        administrator_pages,
    ):
        pages.register(blueprint, desk)
    blueprint.before_request(lambda: _admit(desk))
    blueprint.after_request(_harden)
    # What is broken or not answering goes to the application around the pages, which reports it.
    for branch in (Refused, Unusable, Absent):
        blueprint.register_error_handler(branch, _explain)
    return blueprint


def render_error_page(status: int, sentence: str) -> str:
    """A page that reads well even without its style sheet. 503 asks again every five seconds."""
    title = _TITLES.get(status, "Something went wrong")
    return render("error.html", status=status, title=title, sentence=sentence)


def _admit(desk: Desk) -> None:
    if request.method == "POST" and is_from_elsewhere():
        raise StalePage
    if request.endpoint not in _OPEN_TO_ALL:
        admit(desk, keeps_alive=request.endpoint not in _QUIET)


def _harden(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    is_asset = request.endpoint == "pages.static"
    response.headers["Cache-Control"] = "no-cache" if is_asset else "no-store"
    return response


def _explain(error: QuietroomError) -> Response:
    """An error that no form took: the sign-in page, or a page with one sentence."""
    if isinstance(error, SignInNeeded) and request.method == "GET" and not is_from_script():
        return make_response(redirect(sign_in_pages.address_back_to(request.full_path), 303))
    status = status_of(error)
    response = make_response(render_error_page(status, error.message), status)
    response.headers["X-Quietroom-Code"] = error.code
    if isinstance(error, SignInNeeded) and request.method == "GET":
        response.headers["HX-Redirect"] = "/sign-in"
    return response


def status_of(error: QuietroomError) -> int:
    """The branch of the tree decides."""
    for branch, status in (
        (SignInNeeded, 401),
        (NotReady, 503),
        (Destroyed, 410),
        (Absent, 404),
        (Unusable, 422),
    ):
        if isinstance(error, branch):
            return status
    return 403
