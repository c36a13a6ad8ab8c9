"""What the box can show for itself: certificates of destruction, and the energy it used."""

from flask import Response

from appliance.api.answers import CertificatesAnswer, EnergyAnswer, certificates_of
from appliance.api.asked import EncounterPath
from appliance.api.current import actor, answer, box, parts
from appliance.api.routing import resource, route
from appliance.steps import read_record

group = resource("proofs", "Proofs")


@route(group, "GET", "/certificates/<uuid:encounter_id>", answers=CertificatesAnswer)
def read_certificates(path: EncounterPath) -> Response:
    """What was destroyed of one encounter, each signed, and the key to check the signatures with."""
    found = read_record.read_certificates(box(), actor(), path.id)
    return answer(certificates_of(path.id, found, box().vault.status().public_key))


@route(group, "GET", "/energy", answers=EnergyAnswer)
def read_energy() -> Response:
    """What the GPU has used, or that it is not measured and why."""
    return answer(EnergyAnswer(sentence=parts().energy_line()))
