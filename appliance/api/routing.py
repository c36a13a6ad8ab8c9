"""How a view becomes a route of the API and a line of its document, in one declaration."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from appliance.api.admission import Admission, Body, admit
from appliance.api.problems import MEDIA_TYPE, Problem

PREFIX = "/api/v1"
View = TypeVar("View", bound=Callable[..., Response])

_PROBLEM: dict[str, Any] = {
    "description": "What went wrong, for a person and for a program (RFC 9457).",
    "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
}


def resource(name: str, title: str) -> APIBlueprint:
    """A group of routes under `/api/v1`, each of which is admitted before anything of it is read."""
    group = APIBlueprint(
        f"api_{name}",
        __name__,
        url_prefix=PREFIX,
        abp_tags=[Tag(name=title)],
    )
    group.before_request(admit)
    return group


def route(
    group: APIBlueprint,
    method: str,
    rule: str,
    *,
    answers: type[BaseModel] | dict[str, Any] | None,
    status: int = 200,
    admission: Admission | None = None,
) -> Callable[[View], View]:
    """Declare a route. `answers`: the model it answers with, or a response object, or None."""

    def declare(view: View) -> View:
        takes_json = "body" in view.__annotations__
        admitted = admission or Admission(body=Body.JSON if takes_json else Body.NOTHING)
        vars(view)["admission"] = admitted
        add = getattr(group, method.lower())
        security: list[dict[str, list[str]]] = (
            [{"bearer": []}, {"cookie": []}] if admitted.needs_sign_in else []
        )
        responses = {str(status): answers, "422": dict(_PROBLEM), "default": dict(_PROBLEM)}
        # A view's own name is unique, and fit for a generated client.
        add(rule, responses=responses, security=security, operation_id=view.__name__)(view)
        return view

    return declare
