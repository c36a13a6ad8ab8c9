"""`quietroom bench energy` in its short form: same code, same faults, less of it."""

import pytest

from appliance.bench.energy import SCENARIOS, SHORT, conservation, judge


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_lost_or_made_up_over_thousands_of_ticks_with_faults():
    kept = conservation(SHORT)
    assert kept.ticks >= SHORT.conservation_ticks
    assert kept.gaps > 0
    assert kept.error_millijoules == 0
    assert kept.unattributed_share <= 0.05


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["busy", "mixed"])
def test_the_rule_is_near_the_true_shapley_share_and_nearer_than_simpler_ways(name):
    judged = judge(SCENARIOS[name], SHORT)
    assert judged.rule["median"] <= 0.02
    assert judged.rule["p95"] <= 0.10
    assert judged.rule["median"] < judged.alike["median"]
    assert judged.rule["median"] < judged.by_token["median"]
