"""The energy counters of a real GPU; `make gpu` runs this."""

import time
from itertools import pairwise

import pytest

from appliance.adapters.gpu.nvml import NvmlCounters
from appliance.domain.energy import Measured, NotMeasured

pytestmark = pytest.mark.gpu

WATCHED_SECONDS = 3.0
PLAUSIBLE_WATTS = (1.0, 2000.0)


@pytest.fixture
def counters():
    counters = NvmlCounters()
    first = counters.read()
    if isinstance(first, NotMeasured):
        pytest.skip(first.reason)
    yield counters
    counters.close()


def _measured(counters):
    return {
        sample.uuid: sample.counter.millijoules
        for sample in counters.read()
        if isinstance(sample.counter, Measured)
    }


def test_each_measured_gpu_draws_a_plausible_power_over_three_seconds(counters):
    before, started_at_seconds = _measured(counters), time.monotonic()
    if not before:
        pytest.skip("no GPU here has a counter of its own")
    time.sleep(WATCHED_SECONDS)
    after, seconds = _measured(counters), time.monotonic() - started_at_seconds
    for uuid, millijoules in before.items():
        watts = (after[uuid] - millijoules) / 1000 / seconds
        print(f"{uuid}: {watts:.1f} W over {seconds:.2f} s")
        assert PLAUSIBLE_WATTS[0] < watts < PLAUSIBLE_WATTS[1]


def test_a_real_counter_never_goes_down_and_moves_on_at_least_every_half_second(counters):
    if not _measured(counters):
        pytest.skip("no GPU here has a counter of its own")
    looks = []
    until_seconds = time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < until_seconds:
        looks.append((time.monotonic(), _measured(counters)))
        time.sleep(0.005)
    for uuid in looks[0][1]:
        steps = [looks[0][0]]
        for (_, before), (at_seconds, after) in pairwise(looks):
            assert after[uuid] >= before[uuid]
            if after[uuid] > before[uuid]:
                steps.append(at_seconds)
        longest = max(b - a for a, b in pairwise(steps))
        print(f"{uuid}: {len(steps) - 1} steps, at most {longest * 1000:.0f} ms apart")
        assert longest < 0.5


def test_the_counter_agrees_with_power_added_up_within_five_percent(counters):
    if not _measured(counters):
        pytest.skip("no GPU here has a counter of its own")
    before, summed, last = _measured(counters), {}, time.monotonic()
    until_seconds = last + 20.0
    while time.monotonic() < until_seconds:
        time.sleep(0.05)
        now = time.monotonic()
        for sample in counters.read():
            if sample.power_milliwatts is not None:
                used = sample.power_milliwatts * (now - last)
                summed[sample.uuid] = summed.get(sample.uuid, 0.0) + used
        last = now
    after = _measured(counters)
    for uuid, millijoules in summed.items():
        ratio = (after[uuid] - before[uuid]) / millijoules
        print(f"{uuid}: counter to power {ratio:.3f}")
        assert ratio == pytest.approx(1, abs=0.05)
