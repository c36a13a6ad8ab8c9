"""The document of the API: valid OpenAPI 3.1, whole, and true."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from appliance.steps.take_summary import take_summary
from tests.api_caller import Caller, each_route, make_app, sign_in_as
from tests.boxes import Setting

# The OpenAPI Initiative's own schema of 2022-10-07 (Apache-2.0).
OPENAPI_SCHEMA = Path(__file__).parent / "openapi-3.1.schema.json"
METHODS = {"get", "put", "post", "patch", "delete"}


@pytest.fixture
def app(setting: Setting) -> Flask:
    return make_app(setting.box)


@pytest.fixture
def document(app: Flask) -> dict:
    return app.test_client().get("/api/v1/openapi.json").json


def operations(document: dict) -> dict[tuple[str, str], dict]:
    return {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_the_document_is_valid_openapi_3_1(document: dict) -> None:
    schema = json.loads(OPENAPI_SCHEMA.read_text())
    problems = [e.message for e in Draft202012Validator(schema).iter_errors(document)]
    assert problems == []
    assert document["openapi"].startswith("3.1.")


def test_the_validator_finds_what_is_wrong(document: dict) -> None:
    schema = json.loads(OPENAPI_SCHEMA.read_text())
    del document["info"]
    assert not Draft202012Validator(schema).is_valid(document)


def test_every_schema_in_it_is_a_json_schema_and_every_reference_leads_somewhere(
    document: dict,
) -> None:
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    named = set(re.findall(r"#/components/schemas/([\w.-]+)", json.dumps(document)))
    assert named <= set(schemas)


def test_every_route_of_the_api_stands_in_it_and_nothing_else(app: Flask, document: dict) -> None:
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule))
        for method, rule in each_route(app, lambda rule: rule.startswith("/api/"))
        if rule != "/api/v1/openapi.json"
    }
    assert set(operations(document)) == routes


def test_every_operation_says_what_it_does_who_may_ask_and_how_it_fails(document: dict) -> None:
    names = []
    for (_method, path), operation in operations(document).items():
        names.append(operation["operationId"])
        assert operation["summary"].endswith("."), path
        assert "application/problem+json" in operation["responses"]["default"]["content"]
        assert "application/json" not in operation["responses"]["422"]["content"]
        if not path.endswith("/sign-in"):
            assert operation["security"] == [{"bearer": []}, {"cookie": []}]
        asked = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert asked == set(re.findall(r"{(\w+)}", path))
    assert len(set(names)) == len(names)


def test_no_shape_that_is_sent_takes_unknown_fields(document: dict) -> None:
    schemas = document["components"]["schemas"]
    sent = {name for name in schemas if name.endswith("Body")}
    assert len(sent) > 10
    for name in sent:
        assert schemas[name]["additionalProperties"] is False, name


def shape(
    document: dict, path: str, method: str = "get", status: str = "200"
) -> Draft202012Validator:
    content = document["paths"][path][method]["responses"][status]["content"]
    reference = content["application/json"]["schema"]["$ref"]
    registry = Registry().with_resource(
        "urn:document", Resource.from_contents({**document, "$schema": _DIALECT})
    )
    return Draft202012Validator({"$ref": f"urn:document{reference}"}, registry=registry)


_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def test_answers_have_the_shapes_that_the_document_says(
    app: Flask, document: dict, setting: Setting
) -> None:
    from appliance.steps.draft_note import draft_note
    from appliance.steps.mask import mask

    take_summary(setting.box, setting.clinician, setting.encounter.id, "Dana slept badly.")
    mask(setting.box, setting.now_at())
    draft_note(setting.box, setting.now_at())
    ask: Caller = sign_in_as(app, setting.box, "amara")
    encounter = {"{encounter_id}": setting.encounter.id, "{client_id}": setting.client.id}
    checked = 0
    for method, path in operations(document):
        if method != "GET" or path.endswith(("/recording", "/live")):
            continue
        asked = path.removeprefix("/api/v1")
        for variable, value in encounter.items():
            asked = asked.replace(variable, value)
        queries = {"/encounters": "?unfinished=1", "/certificates": "?month=2026-11-01"}
        answer = ask("GET", asked + queries.get(asked, ""))
        assert answer.status_code == 200, path
        shape(document, path).validate(answer.json)
        checked += 1
    assert checked > 9
