"""Signing in and out."""

import re
from urllib.parse import quote

from flask import Blueprint, Response, g, request

from appliance.domain.errors import QuietroomError, Unavailable
from appliance.domain.tokens import COOKIE, csrf_for
from appliance.steps.sign_in import sign_in, sign_out
from appliance.web.desk import UNPROCESSABLE, Desk, Problem, go

PATH_LIMIT_CHARACTERS = 1024
_OURS = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%?/-]*)?")


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.get("/sign-in")
    def show_sign_in() -> Response:
        return desk.page("sign_in.html", next_path=_safe(request.args.get("next", "/")))

    @blueprint.post("/sign-in")
    def take_sign_in() -> Response:
        next_path = _safe(request.form.get("next", "/"))
        name = request.form.get("user_name", "")
        try:
            _account, token = sign_in(desk.box, name, request.form.get("password", ""))
        except Unavailable:
            raise
        except QuietroomError as error:
            return desk.page(
                "sign_in.html",
                status=UNPROCESSABLE,
                typed={"user_name": name},
                problem=Problem(where="sign_in", sentence=error.message),
                next_path=next_path,
            )
        response = go(next_path)
        response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Strict", path="/")
        return response

    @blueprint.post("/sign-out")
    def take_sign_out() -> Response:
        sign_out(desk.box, g.token)
        response = go("/sign-in")
        response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    @blueprint.get("/csrf")
    def give_csrf() -> Response:
        """For a page that was open while its person signed in again in another tab."""
        return Response(csrf_for(g.token), mimetype="text/plain")


def address_back_to(path: str) -> str:
    """The sign-in page that leads back to `path`."""
    plain = path.rstrip("?")
    return "/sign-in" if plain == "/" else f"/sign-in?next={quote(plain)}"


def _safe(path: str) -> str:
    """Only a path on this box; anything else leads to the first page.

    Parsers of addresses drop tabs and line ends, and what is left could then begin with "//": only
    the characters of an address (RFC 3986, appendix A) are let through, and not too many.
    """
    is_ours = _OURS.fullmatch(path) is not None and len(path) <= PATH_LIMIT_CHARACTERS
    return path if is_ours else "/"
