"""Energy is a difference of two looks at a counter, or it is not measured: nothing in between."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.energy import (
    CounterSample,
    EnergyReading,
    GpuAccount,
    GpuEnergy,
    Measured,
    NotMeasured,
    account_for,
    energy_between,
)

BROKEN = NotMeasured(reason="the GPU took too long to answer")
NOW = datetime(2031, 3, 4, tzinfo=UTC)


def _sample(millijoules):
    counter = BROKEN if millijoules is None else Measured(millijoules=millijoules)
    return CounterSample(uuid="GPU-1", name="A GPU", counter=counter)


def _account(*looks):
    account = GpuAccount(last=_sample(looks[0]))
    for look in looks[1:]:
        account = account_for(account, _sample(look), 1.0)
    return account


def _reading(*energies, meter_id="m1", gaps=0):
    return EnergyReading(
        meter_id=meter_id,
        taken_at=NOW,
        gpus=tuple(
            GpuEnergy(
                uuid=f"GPU-{index}",
                name="A GPU",
                energy=energy if isinstance(energy, NotMeasured) else Measured(millijoules=energy),
                power_milliwatts=None,
                gaps=gaps,
                gap_seconds=0.0,
            )
            for index, energy in enumerate(energies)
        ),
    )


def test_what_was_used_before_the_first_look_does_not_count():
    assert _account(5_000_000).millijoules == 0
    assert _account(5_000_000, 5_000_250).millijoules == 250


def test_a_counter_that_was_set_back_is_a_gap_and_adds_nothing():
    account = _account(1000, 1500, 40, 140)
    assert (account.millijoules, account.gaps, account.gap_seconds) == (600, 1, 1.0)


def test_failed_reads_in_a_row_are_one_gap_and_what_passed_meanwhile_is_not_counted():
    account = _account(1000, 1100, None, None, 9000, 9050)
    assert (account.millijoules, account.gaps, account.gap_seconds) == (150, 1, 3.0)


def test_a_gpu_that_was_never_read_has_no_gaps():
    account = _account(None, None, None)
    assert (account.gaps, account.gap_seconds) == (0, 0.0)
    assert account.shown().energy == BROKEN


@given(st.lists(st.none() | st.integers(0, 10**15), min_size=1, max_size=30))
def test_counted_energy_is_exactly_the_sum_of_the_stretches_with_two_good_ends(looks):
    pairs = list(pairwise(looks))
    good = [b - a for a, b in pairs if a is not None and b is not None and b >= a]
    account = _account(*looks)
    assert account.millijoules == sum(good)
    lost = [
        pair for pair in pairs if pair[0] is not None and (pair[1] is None or pair[1] < pair[0])
    ]
    assert account.gaps == len(lost)


def test_between_two_readings_all_gpus_count():
    assert energy_between(_reading(10, 5), _reading(110, 45)) == Measured(millijoules=140)


def test_between_two_readings_a_gap_an_unmeasured_gpu_or_a_new_meter_is_not_measured():
    before = _reading(10, 5)
    for after in (
        _reading(110, 45, gaps=1),
        _reading(110, BROKEN),
        _reading(110, 45, meter_id="m2"),
        _reading(110),
        BROKEN,
    ):
        assert isinstance(energy_between(before, after), NotMeasured)
    assert energy_between(BROKEN, before) == BROKEN


def test_a_difference_of_nothing_is_not_measured_rather_than_zero():
    assert isinstance(energy_between(_reading(10), _reading(10)), NotMeasured)
