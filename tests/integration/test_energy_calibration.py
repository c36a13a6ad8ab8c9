"""A sweep over the meter's socket finds what requests cost, keeps it, and weighs by it from then on."""

import json
import secrets
import time

import pytest

from appliance.domain.metering.errors import SweepUnusable

FIXED_MILLIWATTS, TOKEN_MILLIJOULES = 120_000, 400


@pytest.mark.slow
@pytest.mark.needs_program("gcc")
@pytest.mark.timeout(300)
def test_a_sweep_is_kept_over_a_restart_and_requests_are_calibrated_from_then_on(ledger_meter):
    meter = ledger_meter
    meter.rest_until_known()
    meter.client.sweep("begin")
    for run in range(10):
        tokens, seconds = (100, 400, 900)[run % 3], (0.6, 1.2)[run % 2]
        power = FIXED_MILLIWATTS + TOKEN_MILLIJOULES * tokens / seconds
        meter.draw(int(50_000 + power))
        with meter.notes.begin(secrets.token_hex(16)) as span:
            time.sleep(seconds)
            span.done(decode_tokens=tokens)
        meter.draw(50_000)
        time.sleep(0.6)
        meter.client.sweep("run")
    (found,) = meter.client.sweep("end")["costs"]
    assert found["of"] == {
        "model": "a note model",
        "quantisation": "fp8",
        "gpu": "H100",
        "driver": "550.0-fake",
        "engine": "9",
    }
    assert found["cost"]["decode_millijoules"] == pytest.approx(TOKEN_MILLIJOULES, rel=0.4)
    meter.stop()
    meter.start()
    assert meter.settled(meter.work(secrets.token_hex(16), tokens=200))["is_calibrated"]
    assert json.loads((meter.folder / "spool" / "idle.json").read_text())["GPU-a"] > 0


@pytest.mark.needs_program("gcc")
def test_a_sweep_without_rest_or_requests_is_refused(ledger_meter):
    with pytest.raises(SweepUnusable):
        ledger_meter.client.sweep("end")
    with pytest.raises(SweepUnusable):
        ledger_meter.client.sweep("begin")
