"""The practice's own settings."""

import pytest

from appliance.domain.encounter import RequirementProfile
from appliance.domain.errors import Misconfigured
from appliance.domain.people import RecordKept
from appliance.steps.box import Box
from appliance.steps.run_practice import choose_practice

pytestmark = pytest.mark.both_databases


def test_settings_are_changed_one_by_one_and_the_others_stay(box: Box) -> None:
    choose_practice(box, {"record_kept": "elsewhere", "transcript_days": 3})
    practice = choose_practice(box, {"requirement_profile": "insurance"})
    assert practice.record_kept is RecordKept.ELSEWHERE
    assert practice.requirement_profile is RequirementProfile.INSURANCE
    assert (practice.transcript_days, practice.name) == (3, "Laurel Street")


@pytest.mark.parametrize("days", [0, 8])
def test_words_cannot_be_kept_longer_than_promised(box: Box, days: int) -> None:
    with pytest.raises(Misconfigured) as caught:
        choose_practice(box, {"transcript_days": days})
    assert "1 to 7 days" in caught.value.message
    assert choose_practice(box, {}).transcript_days == 7
