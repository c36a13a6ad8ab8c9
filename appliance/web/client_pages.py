"""Clients: who they are, and the names in their life that the note writer must never see."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from appliance.domain.errors import QuietroomError
from appliance.domain.people import ClientRecord, RelationRole
from appliance.domain.preferences import choose
from appliance.steps.keep_clients import (
    add_client,
    change_client,
    forget_safe_words,
    list_clients,
    read_client,
)
from appliance.steps.read_record import view_preferences
from appliance.web import forms
from appliance.web.desk import UNPROCESSABLE, Desk, Problem, account, go, problem_of
from appliance.web.preference_pages import CHOICES

EMPTY_RELATION_ROWS = 3


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.get("/clients")
    def show_clients() -> Response:
        clients = list_clients(desk.box, account())
        return desk.page("clients.html", clients=clients)

    @blueprint.get("/clients/new")
    def show_new_client() -> Response:
        return _show(desk, ClientRecord(name=""))

    @blueprint.post("/clients")
    def take_new_client() -> Response:
        try:
            add_client(desk.box, account(), forms.client_record_from(request.form))
        except QuietroomError as error:
            return _show_again(desk, ClientRecord(name=""), error)
        return go("/clients")

    @blueprint.get("/clients/<client_id>")
    def show_client(client_id: str) -> Response:
        record = read_client(desk.box, account(), client_id).record
        return _show(desk, record, client_id=client_id, is_saved="saved" in request.args)

    @blueprint.post("/clients/<client_id>/safe-words")
    def take_back_safe_words(client_id: str) -> Response:
        """The check looks at these words again."""
        forget_safe_words(desk.box, account(), client_id, request.form.get("phrase", ""))
        return go(f"/clients/{client_id}?saved=yes")

    @blueprint.post("/clients/<client_id>")
    def take_client(client_id: str) -> Response:
        try:
            record = forms.client_record_from(request.form)
            change_client(desk.box, account(), client_id, record)
        except QuietroomError as error:
            before = read_client(desk.box, account(), client_id).record
            return _show_again(desk, before, error, client_id=client_id)
        return go(f"/clients/{client_id}?saved=yes")


def _show_again(
    desk: Desk, record: ClientRecord, error: QuietroomError, *, client_id: str | None = None
) -> Response:
    return _show(desk, record, client_id=client_id, problem=problem_of("client", error))


def _show(
    desk: Desk,
    record: ClientRecord,
    *,
    client_id: str | None = None,
    is_saved: bool = False,
    problem: Problem | None = None,
) -> Response:
    rows = _typed_rows() if problem else [(r.name, r.role.value) for r in record.relations]
    return desk.page(
        "client.html",
        status=UNPROCESSABLE if problem else 200,
        problem=problem,
        typed=request.form if problem else {},
        client_id=client_id,
        record=record,
        relation_rows=[*rows, *[("", "")] * EMPTY_RELATION_ROWS],
        relation_roles=tuple(RelationRole),
        own=record.preferences,
        usual=choose(view_preferences(desk.box, account())),
        is_saved=is_saved,
        **CHOICES,
    )


def _typed_rows() -> Sequence[tuple[str, str]]:
    names = request.form.getlist("relation_name")
    roles = request.form.getlist("relation_role")
    return [(name, role) for name, role in zip(names, roles, strict=False) if name.strip()]
