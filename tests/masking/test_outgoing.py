"""The gate's last look is at the very bytes that go out, with all that was put around the masked text."""

import json
from dataclasses import replace

import pytest

from appliance.adapters.identifiers.gated import GatedMasker
from appliance.adapters.inference.fixed_text import FIXED_TEXT
from appliance.adapters.inference.translation import draft_request
from appliance.domain.encounter import EncounterKind, Header, Observations, Sheet
from appliance.domain.errors import GateBlocked, GateBroken, NameModelMissing
from appliance.domain.formats import FORMATS
from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.masked import MaskedLine, MaskMap
from appliance.domain.people import ClientRecord
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.transcript import Origin
from appliance.steps.sources import fact_lines, observation_lines
from tests.masking.conftest import lines_of

EMPTY = MaskMap(canonical={}, occurrences=())


@pytest.fixture
def admitted(gate, record):
    """A clean text, admitted with the record of a client called Hope Delgado."""
    lines = lines_of("I slept badly and I feel guilty.")
    return gate.admit(Origin.TYPED, lines, (), (), record, EMPTY)


def request_for(text, preferences=None):
    request = draft_request(
        text, EncounterKind.INDIVIDUAL, FORMATS["soap"], preferences or ChosenPreferences()
    )
    return json.loads(request.model_dump_json())


def check(text, request):
    text.check(json.dumps(request).encode(), FIXED_TEXT)


@pytest.mark.parametrize("format_key", sorted(FORMATS))
@pytest.mark.parametrize("kind", list(EncounterKind))
def test_a_clean_request_goes_out_in_every_format_and_kind(admitted, format_key, kind):
    body = draft_request(admitted, kind, FORMATS[format_key], ChosenPreferences()).model_dump_json()
    admitted.check(body.encode(), FIXED_TEXT)


def test_what_a_sheet_and_a_record_hold_goes_out_under_the_names_of_their_fields(gate, record):
    observed = observation_lines(
        Observations(appearance="neat", affect="flat", orientation="full", risk="none", other="-")
    )
    facts = fact_lines(
        ClientRecord(name="Hope Delgado", diagnosis="F41.1 anxiety", plan_goals=("Sleep well",)),
        Sheet(header=Header(plan_goal="Go for walks")),
    )
    lines = lines_of("I slept badly and I feel guilty.")
    text = gate.admit(Origin.TYPED, lines, observed, facts, record, EMPTY)
    assert [line.speaker for line in facts] == ["diagnosis", "plan_goal", "plan_goal"]
    check(text, request_for(text))


def plant_in_title(request, leak):
    request["sections"][0]["title"] = leak


def plant_in_kind(request, leak):
    request["encounter_kind"] = leak


def plant_in_speaker(request, leak):
    request["utterances"][0]["speaker"] = leak


def plant_in_id(request, leak):
    request["utterances"][0]["id"] = leak


def plant_in_term(request, leak):
    request["style"]["client_term"] = leak


def plant_in_methods(request, leak):
    request["style"]["methods"] = ["CBT", leak]


def plant_in_a_new_field(request, leak):
    request["system"] = {"history": [leak]}


def plant_in_a_field_name(request, leak):
    request["style"][leak] = True


@pytest.mark.parametrize("leak", ["rajesh", "for Delgado", "415 555 0199", "kim@example.org"])
@pytest.mark.parametrize(
    "plant",
    [
        *(plant_in_title, plant_in_kind, plant_in_speaker, plant_in_id, plant_in_term),
        *(plant_in_methods, plant_in_a_new_field, plant_in_a_field_name),
    ],
)
def test_an_identifier_beside_the_masked_text_does_not_go_out(admitted, plant, leak):
    request = request_for(admitted)
    check(admitted, request)
    plant(request, leak)
    with pytest.raises(GateBlocked) as refusal:
        check(admitted, request)
    assert leak not in str(refusal.value.details) + refusal.value.message


def test_a_stranger_s_name_in_the_preferences_does_not_go_out(admitted):
    request = request_for(admitted)
    plant_in_methods(request, "what Tamika taught me")
    with pytest.raises(GateBlocked):
        check(admitted, request)


def test_a_number_that_is_no_string_is_searched_too(admitted):
    request = request_for(admitted)
    request["account"] = 4155550199
    with pytest.raises(GateBlocked):
        check(admitted, request)


def test_a_client_whose_name_is_a_title_of_the_product_is_not_stopped_by_it(gate):
    known = KnownRecord(names=(KnownName(text="Birp Subjective", role="CLIENT"),))
    text = gate.admit(Origin.TYPED, lines_of("All is well."), (), (), known, EMPTY)
    check(text, request_for(text))
    request = request_for(text)
    plant_in_speaker(request, "Ms Subjective")
    with pytest.raises(GateBlocked):
        check(text, request)


def test_ids_that_the_box_makes_up_are_not_taken_for_codes(admitted):
    request = request_for(admitted)
    plant_in_id(request, "u12345")
    check(admitted, request)


def test_bytes_that_cannot_be_read_do_not_go_out(admitted):
    with pytest.raises(GateBroken):
        admitted.check(b"{", FIXED_TEXT)


def test_every_request_proves_the_gate_on_the_bytes(gate, record):
    eyes = list(gate.detectors)
    switched = replace(gate, detectors=tuple(eyes))
    text = switched.admit(Origin.TYPED, lines_of("Fine."), (), (), record, EMPTY)
    object.__setattr__(switched, "detectors", tuple(d for d in eyes if d.kind != "phone"))
    with pytest.raises(GateBroken):
        check(text, request_for(text))


def test_bytes_do_not_go_out_when_a_configured_model_was_lost_since(gate, record):
    missing = []
    watching = replace(gate, missing_models=lambda: tuple(missing))
    text = watching.admit(Origin.TYPED, lines_of("Fine."), (), (), record, EMPTY)
    check(text, request_for(text))
    missing.append("a-name-model")
    with pytest.raises(NameModelMissing):
        check(text, request_for(text))


def test_no_program_starts_with_a_gate_that_misses_a_canary(masker, gate):
    GatedMasker(masker, gate)
    for kind in {detector.kind for detector in gate.detectors}:
        blind = replace(gate, detectors=tuple(d for d in gate.detectors if d.kind != kind))
        with pytest.raises(GateBroken):
            GatedMasker(masker, blind)


def test_a_diagnosis_in_the_record_goes_out_as_it_is(gate, record):
    fact = MaskedLine(id="r1", speaker="diagnosis", text="F33.2 Major Depressive Disorder, Severe")
    text = gate.admit(Origin.TYPED, (), (), (fact,), record, EMPTY)
    check(text, request_for(text))
