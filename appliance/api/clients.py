"""Clients of the clinician who asks."""

from flask import Response

from appliance.api.answers import ClientAnswer, ClientsAnswer
from appliance.api.asked import ClientBody, ClientPath, SafeWordsBody
from appliance.api.current import actor, answer, box
from appliance.api.routing import PREFIX, resource, route
from appliance.domain.people import Client
from appliance.steps import keep_clients as steps

group = resource("clients", "Clients")


@route(group, "GET", "/clients", answers=ClientsAnswer)
def list_clients() -> Response:
    """One's own clients, by name."""
    clients = steps.list_clients(box(), actor())
    return answer(ClientsAnswer(clients=tuple(map(_client, clients))))


@route(group, "POST", "/clients", answers=ClientAnswer, status=201)
def add_client(body: ClientBody) -> Response:
    """A new client; the names in the record are what masking looks for first."""
    client = steps.add_client(box(), actor(), body.as_record())
    return answer(_client(client), 201, location=f"{PREFIX}/clients/{client.id}")


@route(group, "GET", "/clients/<uuid:client_id>", answers=ClientAnswer)
def read_client(path: ClientPath) -> Response:
    """One client's record."""
    return answer(_client(steps.read_client(box(), actor(), str(path.client_id))))


@route(group, "PUT", "/clients/<uuid:client_id>", answers=ClientAnswer)
def change_client(path: ClientPath, body: ClientBody) -> Response:
    """Replace a client's record."""
    client = steps.change_client(box(), actor(), str(path.client_id), body.as_record())
    return answer(_client(client))


@route(group, "POST", "/clients/<uuid:client_id>/safe-words/forget", answers=ClientAnswer)
def forget_safe_words(path: ClientPath, body: SafeWordsBody) -> Response:
    """Take back that words identify nobody: the check before the note model looks at them again."""
    client = steps.forget_safe_words(box(), actor(), str(path.client_id), body.phrase)
    return answer(_client(client))


def _client(client: Client) -> ClientAnswer:
    return ClientAnswer(id=client.id, record=client.record)
