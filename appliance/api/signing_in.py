"""Signing in and out, and who one is."""

from flask import Response

from appliance.api.admission import Admission, Body
from appliance.api.answers import AccountAnswer, SignInAnswer
from appliance.api.asked import SignInBody
from appliance.api.current import actor, answer, answer_nothing, box, token
from appliance.api.routing import resource, route
from appliance.steps import sign_in as steps

group = resource("signing_in", "Signing in")


@route(
    group,
    "POST",
    "/sign-in",
    answers=SignInAnswer,
    admission=Admission(body=Body.JSON, limit_bytes=4096, needs_sign_in=False),
)
def sign_in(body: SignInBody) -> Response:
    """Sign in with a local account; the token stands for it until it idles out or is signed out."""
    account, fresh = steps.sign_in(box(), body.user_name, body.password)
    return answer(SignInAnswer(token=fresh, account=account))


@route(group, "POST", "/sign-out", answers=None, status=204)
def sign_out() -> Response:
    """End this sign-in."""
    steps.sign_out(box(), token())
    return answer_nothing()


@route(group, "GET", "/me", answers=AccountAnswer)
def me() -> Response:
    """The account that is signed in."""
    return answer(AccountAnswer(account=actor()))
