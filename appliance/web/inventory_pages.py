"""What exists about a client, legal holds, and the destruction of all of it."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from appliance.domain.artefact import Artefact
from appliance.domain.errors import QuietroomError
from appliance.domain.hold import HoldReason
from appliance.domain.inventory import Existing, Inventory
from appliance.steps.destroy_client import destroy_client, take_inventory
from appliance.steps.legal_hold import (
    is_readable_under_hold,
    lift_hold,
    place_hold,
    read_held,
)
from appliance.web import forms
from appliance.web.desk import UNPROCESSABLE, Desk, Problem, account, go, problem_of
from appliance.web.receipts import KIND_WORDS

NOTICES: dict[str, str] = {
    "held": "Nothing of this client is destroyed until you lift the hold.",
    "lifted": "The hold is lifted. What it kept beyond its time is destroyed within a minute.",
    "destroyed": "Out of reach now, and destroyed within a minute. Each thing gets a certificate.",
}


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One line of the inventory; `until` is the rule in words, `artefact` says by which date.

    `is_readable`: only a hold keeps it, and its text can be opened for whom the hold is.
    """

    what: str
    encounter_id: str | None
    session: str
    where: str
    until: str
    artefact: Artefact
    is_readable: bool


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""
    _register_inventory(blueprint, desk)
    _register_destruction(blueprint, desk)


def _register_inventory(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/clients/<client_id>/inventory")
    def show_inventory(client_id: str) -> Response:
        return _show(desk, client_id)

    @blueprint.get("/clients/<client_id>/held/<artefact_id>")
    def show_held(client_id: str, artefact_id: str) -> Response:
        held = read_held(desk.box, account(), client_id, artefact_id)
        what = KIND_WORDS[held.artefact.kind]
        return desk.page("held.html", held=held, what=what, client_id=client_id)

    @blueprint.post("/clients/<client_id>/holds")
    def take_hold(client_id: str) -> Response:
        try:
            place_hold(desk.box, account(), client_id, _reason())
        except QuietroomError as error:
            return _show(desk, client_id, problem_of("holds", error))
        return go(f"/clients/{client_id}/inventory?did=held")

    @blueprint.post("/clients/<client_id>/holds/lift")
    def end_hold(client_id: str) -> Response:
        try:
            lift_hold(desk.box, account(), client_id, _reason())
        except QuietroomError as error:
            return _show(desk, client_id, problem_of("holds", error))
        return go(f"/clients/{client_id}/inventory?did=lifted")


def _register_destruction(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/clients/<client_id>/destroy")
    def show_destruction(client_id: str) -> Response:
        return _show_destruction(desk, client_id)

    @blueprint.post("/clients/<client_id>/destroy")
    def take_destruction(client_id: str) -> Response:
        if request.form.get("confirm") != "yes":
            sentence = "Tick the box first: what is destroyed cannot be brought back."
            problem = Problem(where="destroy", sentence=sentence, field="confirm")
            return _show_destruction(desk, client_id, problem)
        try:
            destroy_client(desk.box, account(), client_id)
        except QuietroomError as error:
            return _show_destruction(desk, client_id, problem_of("destroy", error))
        return go(f"/clients/{client_id}/inventory?did=destroyed")


def _show(desk: Desk, client_id: str, problem: Problem | None = None) -> Response:
    found = take_inventory(desk.box, account(), client_id)
    standing = {hold.reason for hold in found.holds}
    return desk.page(
        "inventory.html",
        status=UNPROCESSABLE if problem else 200,
        problem=problem,
        inventory=found,
        things=[_thing(desk, existing) for existing in found.existing],
        open_reasons=[reason for reason in HoldReason if reason not in standing],
        notice=NOTICES.get(request.args.get("did", ""), ""),
    )


def _show_destruction(desk: Desk, client_id: str, problem: Problem | None = None) -> Response:
    found: Inventory = take_inventory(desk.box, account(), client_id)
    return desk.page(
        "destroy_client.html",
        status=UNPROCESSABLE if problem else 200,
        problem=problem,
        inventory=found,
        going=[_thing(desk, existing) for existing in found.to_destroy],
        staying=[_thing(desk, existing) for existing in found.kept_by_rule],
    )


def _thing(desk: Desk, existing: Existing) -> Thing:
    encounter = existing.encounter
    return Thing(
        what=KIND_WORDS[existing.artefact.kind],
        encounter_id=encounter.id if encounter else None,
        session=f"{encounter.kind.label}, {desk.local.short(encounter.scheduled_at)}"
        if encounter
        else "",
        where=existing.where,
        until=existing.kept_until,
        artefact=existing.artefact,
        is_readable=is_readable_under_hold(existing.artefact),
    )


def _reason() -> HoldReason:
    try:
        return HoldReason(request.form.get("reason", ""))
    except ValueError:
        raise forms.invalid("reason for the hold") from None
