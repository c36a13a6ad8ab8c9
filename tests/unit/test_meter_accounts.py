"""The meter keeps one account a GPU, whatever the driver does in between."""

import threading

import pytest

from appliance.adapters.telemetry.meter_wire import (
    reading_from_json,
    reading_to_json,
    reading_to_metrics,
)
from appliance.domain.energy import CounterSample, Measured, NotMeasured, energy_between
from appliance.domain.errors import Unavailable
from appliance.meter import Meter

NO_DRIVER = NotMeasured(reason="no NVIDIA driver on this machine")
SPLIT = NotMeasured(reason="the GPU is split into slices")


def _gpu(uuid, counter):
    counter = Measured(millijoules=counter) if isinstance(counter, int) else counter
    return CounterSample(uuid=uuid, name="A GPU", counter=counter, power_milliwatts=71_500)


def _meter(*looks):
    """A meter whose driver answers these looks, a second apart."""
    answers, seconds = iter(looks), iter(range(1000))
    return Meter(lambda: next(answers), monotonic=lambda: float(next(seconds)))


def test_a_machine_without_a_driver_is_not_measured_and_says_why():
    meter = _meter(NO_DRIVER)
    assert meter.fresh_reading() == NO_DRIVER
    text = reading_to_metrics(meter.latest_reading()).decode()
    assert 'quietroom_gpu_measured{gpu="",scope="none"} 0.0' in text
    assert "quietroom_gpu_energy_joules_total{" not in text


def test_a_driver_that_goes_away_and_comes_back_is_a_gap():
    meter = _meter((_gpu("GPU-1", 100),), (_gpu("GPU-1", 400),), NO_DRIVER, (_gpu("GPU-1", 7),))
    meter.fresh_reading()
    assert meter.fresh_reading().gpus[0].energy == Measured(millijoules=300)
    gone = meter.fresh_reading().gpus[0]
    assert (gone.energy, gone.gaps) == (NO_DRIVER, 1)
    back = meter.fresh_reading().gpus[0]
    assert (back.energy, back.gaps, back.gap_seconds) == (Measured(millijoules=300), 1, 2.0)


def test_a_gpu_that_falls_off_the_bus_stays_visible_as_not_measured():
    meter = _meter((_gpu("GPU-1", 1), _gpu("GPU-2", 1)), (_gpu("GPU-1", 5),))
    before = meter.fresh_reading()
    after = meter.fresh_reading()
    assert [gpu.uuid for gpu in after.gpus] == ["GPU-1", "GPU-2"]
    assert isinstance(after.gpus[1].energy, NotMeasured)
    assert isinstance(energy_between(before, after), NotMeasured)


def test_a_gpu_that_was_never_read_is_forgotten_when_it_goes_away():
    meter = _meter((_gpu("index-0", SPLIT),), (_gpu("GPU-1", 5),))
    meter.fresh_reading()
    assert [gpu.uuid for gpu in meter.fresh_reading().gpus] == ["GPU-1"]


def test_while_a_counter_cannot_be_read_its_joules_are_absent_rather_than_flat():
    meter = _meter((_gpu("GPU-1", 0),), (_gpu("GPU-1", 1500),), (_gpu("GPU-1", SPLIT),))
    meter.fresh_reading()
    meter.fresh_reading()
    text = reading_to_metrics(meter.latest_reading()).decode()
    assert 'quietroom_gpu_energy_joules_total{gpu="GPU-1"} 1.5' in text
    assert 'quietroom_gpu_power_watts{gpu="GPU-1"} 71.5' in text
    meter.fresh_reading()
    text = reading_to_metrics(meter.latest_reading()).decode()
    assert "quietroom_gpu_energy_joules_total{" not in text
    assert 'quietroom_gpu_gaps_total{gpu="GPU-1"} 1.0' in text


def test_a_reading_survives_the_wire_to_the_millijoule():
    meter = _meter(
        (_gpu("GPU-1", 0), _gpu("GPU-2", SPLIT)), (_gpu("GPU-1", 3), _gpu("GPU-2", SPLIT))
    )
    meter.fresh_reading()
    reading = meter.fresh_reading()
    assert reading_from_json(reading_to_json(reading)) == reading
    assert reading_from_json(reading_to_json(NO_DRIVER)) == NO_DRIVER


def test_a_driver_call_that_hangs_does_not_hang_those_who_ask():
    hanging, released = threading.Event(), threading.Event()

    def read():
        hanging.set()
        released.wait(10)
        return NO_DRIVER

    meter = Meter(read)
    stuck = threading.Thread(target=meter.fresh_reading)
    stuck.start()
    hanging.wait(5)
    with pytest.raises(Unavailable):
        meter.fresh_reading()
    assert isinstance(meter.latest_reading(), NotMeasured)
    released.set()
    stuck.join(5)
