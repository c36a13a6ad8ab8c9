"""A diagnosis is not a name, however many capitals a chart gives it."""

import pytest

from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.transcript import Origin
from tests.boxes import shipped_masker

DIAGNOSES = [
    "F33.1 Major depressive disorder, recurrent, moderate",
    "F33.2 Major Depressive Disorder, Recurrent, Severe",
    "F41.1 Generalized Anxiety Disorder",
    "F43.10 Post-Traumatic Stress Disorder, Unspecified",
    "F90.2 Attention-Deficit/Hyperactivity Disorder, Combined Presentation",
    "F60.3 Borderline Personality Disorder",
    "F10.20 Alcohol Use Disorder, Moderate",
]


@pytest.mark.parametrize("diagnosis", DIAGNOSES)
def test_a_diagnosis_goes_to_the_writer_as_it_is(diagnosis: str) -> None:
    fact = MaskedLine(id="r1", speaker="diagnosis", text=diagnosis)
    masked, _ = shipped_masker().mask_and_admit(
        Origin.TYPED, (), (), (fact,), KnownRecord(names=())
    )
    assert masked.record_facts[0].text == diagnosis


def test_somebody_called_major_is_still_somebody() -> None:
    said = MaskedLine(id="u1", speaker="typed", text="Client went with Sandra Major to the lake.")
    masked, _ = shipped_masker().mask_and_admit(
        Origin.TYPED, (said,), (), (), KnownRecord(names=())
    )
    assert "Major" not in masked.utterances[0].text
