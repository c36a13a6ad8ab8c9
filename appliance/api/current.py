"""What a view may ask for: the box, who is asking, and what the wiring lent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import Response, current_app, g
from pydantic import BaseModel

from appliance.domain.people import Account
from appliance.steps.box import Box

EXTENSION = "quietroom"


@dataclass(frozen=True, kw_only=True)
class ApiParts:
    """What the API needs of its application. `seen` is when each sign-in was last written down."""

    box: Box
    free_disk_bytes: Callable[[], int]
    free_disk_minimum_bytes: int
    energy_line: Callable[[], str]
    seen: dict[str, datetime] = field(default_factory=dict)


def parts() -> ApiParts:
    return cast("ApiParts", current_app.extensions[EXTENSION])


def box() -> Box:
    return parts().box


def actor() -> Account:
    """Whoever is signed in; there is always someone where a route needs sign-in."""
    return cast("Account", g.actor)


def token() -> str:
    return cast("str", g.token)


def answer_nothing(**headers: str) -> Response:
    """204: done, and there is nothing to say. Underscores in a header's name stand for hyphens."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def answer(body: BaseModel, status: int = 200, *, location: str | None = None) -> Response:
    """JSON; `location` is the address of what was made."""
    response = Response(body.model_dump_json(), status=status, mimetype="application/json")
    if location:
        response.headers["Location"] = location
    return response
