"""The API put together: its routes on an application, and its document (OpenAPI 3.1) made from them."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info

from appliance.api import (
    clients,
    encounters,
    findings,
    live,
    notes,
    proofs,
    room,
    signing_in,
    style,
    words,
)
from appliance.api.admission import CSRF_HEADER
from appliance.api.application import Application
from appliance.api.current import EXTENSION, ApiParts
from appliance.api.problems import Problem, refuse_fields
from appliance.api.routing import PREFIX
from appliance.domain.tokens import COOKIE

GROUPS: tuple[APIBlueprint, ...] = tuple(
    module.group
    for module in (
        signing_in,
        clients,
        encounters,
        words,
        live,
        room,
        findings,
        notes,
        style,
        proofs,
    )
)
DOCUMENT_PATH = f"{PREFIX}/openapi.json"
_DESCRIPTION = f"""From typed summary or recording to signed note, on the practice's own box.

Sign in for a token and send it as `Authorization: Bearer <token>`. A page of the box may use its
cookie instead; then every change carries the header `{CSRF_HEADER}`.
Errors are problems (RFC 9457); their `title` is for people, their `code` for programs. They never
hold content. `503` means that the box is not ready yet: try again after `Retry-After` seconds."""


def create_application(name: str) -> Application:
    """An application with nothing on it but how it reads requests. Serves no page of its own."""
    made = Application(
        name,
        info=Info(title="Quietroom", version="1", description=_DESCRIPTION),
        security_schemes={
            "bearer": {"type": "http", "scheme": "bearer"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        },
        validation_error_model=Problem,
        validation_error_callback=refuse_fields,
        doc_ui=False,
        static_folder=None,
    )
    # An address is right or wrong: no redirect to an absolute URL made of the Host that was sent.
    made.url_map.merge_slashes = made.url_map.strict_slashes = False
    return made


def add_api(app: Application, parts: ApiParts) -> None:
    """Put the API on an application."""
    app.extensions[EXTENSION] = parts
    for group in GROUPS:
        app.register_api(group)
    app.add_url_rule(DOCUMENT_PATH, "api_document", lambda: _document(app), methods=["GET"])


def _document(app: Application) -> Response:
    return Response(app.json.dumps(app.api_doc), mimetype="application/json")
