"""What the box can show for itself: what exists, what was destroyed, and the energy it used."""

from datetime import UTC, date, datetime, time

from flask import Response

from appliance.api.answers import EnergyAnswer
from appliance.api.asked import (
    ClientPath,
    DestroyBody,
    EncounterPath,
    HoldBody,
    HoldPath,
    MonthAsked,
)
from appliance.api.current import actor, answer, box, parts
from appliance.api.proof_answers import (
    CertificatesAnswer,
    InventoryAnswer,
    certificates_of,
    inventory_of,
)
from appliance.api.routing import resource, route
from appliance.steps import destroy_client, legal_hold, show_certificates

group = resource("proofs", "Proofs")


@route(group, "GET", "/certificates", answers=CertificatesAnswer)
def read_certificates_of_month(query: MonthAsked) -> Response:
    """What was destroyed in one month: of one's own clients; for administrators, of all."""
    start, end = query.month, query.following
    book = show_certificates.certificates_between(box(), actor(), _first(start), _first(end))
    return answer(certificates_of(book))


@route(group, "GET", "/certificates/<uuid:encounter_id>", answers=CertificatesAnswer)
def read_certificates(path: EncounterPath) -> Response:
    """What was destroyed of one encounter, each signed, and the key to check the signatures with."""
    book = show_certificates.certificates_of_encounter(box(), actor(), path.id)
    return answer(certificates_of(book))


@route(group, "GET", "/clients/<uuid:client_id>/certificates", answers=CertificatesAnswer)
def read_certificates_of_client(path: ClientPath) -> Response:
    """What was destroyed of one client."""
    book = show_certificates.certificates_of_client(box(), actor(), str(path.client_id))
    return answer(certificates_of(book))


@route(group, "GET", "/clients/<uuid:client_id>/inventory", answers=InventoryAnswer)
def read_inventory(path: ClientPath) -> Response:
    """What exists about one client: each thing, where, until when, and under which rule."""
    return answer(inventory_of(destroy_client.take_inventory(box(), actor(), str(path.client_id))))


@route(group, "POST", "/clients/<uuid:client_id>/holds", answers=InventoryAnswer)
def place_hold(path: ClientPath, body: HoldBody) -> Response:
    """A legal hold: nothing of the client is destroyed until it is lifted."""
    legal_hold.place_hold(box(), actor(), str(path.client_id), body.reason)
    return read_inventory(path)


@route(group, "DELETE", "/clients/<uuid:client_id>/holds/<reason>", answers=InventoryAnswer)
def lift_hold(path: HoldPath) -> Response:
    """Lift one hold; with the last one, destruction resumes at once."""
    legal_hold.lift_hold(box(), actor(), str(path.client_id), path.reason)
    return read_inventory(path)


@route(group, "POST", "/clients/<uuid:client_id>/destroy", answers=InventoryAnswer)
def destroy_everything(path: ClientPath, body: DestroyBody) -> Response:
    """Destroy everything of a client that neither a hold nor the record-keeping rule keeps."""
    del body  # its shape says that it is meant
    left = destroy_client.destroy_client(box(), actor(), str(path.client_id))
    return answer(inventory_of(left))


@route(group, "GET", "/energy", answers=EnergyAnswer)
def read_energy() -> Response:
    """What the GPU has used, or that it is not measured and why."""
    return answer(EnergyAnswer(sentence=parts().energy_line()))


def _first(day: date) -> datetime:
    """The day's first moment, by the box's own time zone."""
    return datetime.combine(day, time.min).astimezone(UTC)
