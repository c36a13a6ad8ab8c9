"""The rule: affine Shapley in whole millijoules, and a tick that adds up or is not made."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.metering.attribution import SettledTick
from appliance.domain.metering.sharing import affine_shapley, in_whole_parts
from appliance.domain.metering.ticks import Tick

WEIGHTS = st.lists(st.floats(0, 1e9), min_size=1, max_size=9).filter(lambda w: max(w) > 1e-6)


@given(st.integers(0, 10**15), WEIGHTS)
def test_parts_are_whole_never_negative_and_sum_to_the_total(total, weights):
    parts = in_whole_parts(total, weights)
    assert sum(parts) == total
    assert all(isinstance(part, int) and part >= 0 for part in parts)


@given(st.integers(0, 10**9), WEIGHTS)
def test_no_part_is_a_whole_millijoule_away_from_its_quota(total, weights):
    all_of_it = math.fsum(weights)
    for part, weight in zip(in_whole_parts(total, weights), weights, strict=True):
        assert abs(part - total * weight / all_of_it) < 1.01


def test_what_is_left_goes_to_the_largest_remainders():
    assert in_whole_parts(10, [1, 1, 1]) == [4, 3, 3]
    assert in_whole_parts(7, [0.2, 0.5, 0.3]) == [1, 4, 2]


@pytest.mark.parametrize("weights", [[], [0.0], [0.0, 0.0], [1.0, -1.0]])
def test_weights_that_say_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        in_whole_parts(1, weights)


def _by_definition(value, count):
    """Shapley's own formula, over every order in which requests could have come."""
    parts = [0.0] * count
    for order in itertools.permutations(range(count)):
        for position, each in enumerate(order):
            before = frozenset(order[:position])
            parts[each] += value(before | {each}) - value(before)
    return [part / math.factorial(count) for part in parts]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 100)), min_size=1, max_size=5))
def test_the_closed_form_is_the_shapley_value_of_the_affine_game(members):
    fixed = {"a": 30.0, "b": 12.0}

    def value(subset):
        groups = {members[i][0] for i in subset}
        common = 50.0 if subset else 0.0
        return common + sum(fixed[g] for g in groups) + sum(members[i][1] for i in subset)

    assert affine_shapley(50.0, fixed, members) == pytest.approx(
        _by_definition(value, len(members))
    )


def test_a_tick_whose_parts_do_not_add_up_cannot_be_made():
    tick = Tick(begin_seconds=0, end_seconds=0.1, millijoules=100)
    with pytest.raises(ValueError, match="add up"):
        SettledTick(
            tick=tick,
            requests_millijoules=60,
            idle_millijoules=30,
            unattributed_millijoules=9,
            is_busy=True,
        )
