"""From a counter and engines' events to the record's ledger: the real meter, a scripted driver."""

import os
import secrets
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.domain.energy import Measured
from appliance.domain.metering.ledger import encounter_line
from appliance.steps.keep_energy import collect_energy, view_energy
from serving.step_events import StepReporter
from serving.wire import Engine
from tests.meters import LedgerMeter

pytestmark = pytest.mark.needs_program("gcc")


@pytest.fixture
def meter(ledger_meter):
    return ledger_meter


def _book_step(records, encounter_id, request_id):
    records.encounters.add_step_run(
        encounter_id, "draft_note", datetime.now(UTC), 1.0, "done", None, request_id
    )


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_sessions_share_reaches_the_record_once_and_a_killed_meter_loses_and_doubles_nothing(
    meter,
    setting,
):
    meter.rest_until_known()
    request_id = secrets.token_hex(16)
    with setting.box.database.write() as records:
        _book_step(records, setting.encounter.id, request_id)
    found = meter.settled(meter.work(request_id))
    # 200 W above rest for a second; the driver's file is read at looks, some 100 ms apart.
    assert found["millijoules"] == pytest.approx(200_000, rel=0.35)
    meter.stop(signal.SIGKILL)
    meter.start()
    assert collect_energy(setting.box, meter.client) > 0
    collect_energy(setting.box, meter.client)
    with setting.box.database.read() as records:
        used = records.energy.of_encounter(setting.encounter.id)
    assert used.energy == Measured(millijoules=found["millijoules"])
    assert "measured; shared by time alone" in encounter_line(used)
    now = datetime.now(UTC)
    meter.stop()
    day = timedelta(days=1)
    view = view_energy(setting.box, setting.clinician, now - day, now + day)
    assert view.own_millijoules == found["millijoules"]
    assert view.summary.notes == 1


@pytest.mark.slow
def test_the_parts_add_up_the_host_is_apart_and_the_program_costs_little(meter):
    meter.rest_until_known()
    before = _cpu_seconds(meter.process.pid), time.monotonic()
    spans = [meter.work(secrets.token_hex(16)) for _ in range(3)]
    for span_id in spans:
        assert meter.settled(span_id)["is_whole"]
    spent = _cpu_seconds(meter.process.pid) - before[0]
    print(f"the meter took {spent / (time.monotonic() - before[1]):.4f} of a core")
    assert meter.metric("quietroom_energy_conservation_error_joules") == 0
    text = meter.client.metrics_text()
    assert 'quietroom_host_energy_joules_total{scope="declared"}' in text
    assert (
        'quietroom_energy_attributed_joules_total{gpu="GPU-a",model="a note model",stage="note"}'
        in text
    )
    assert 'quietroom_gpu_energy_mode{gpu="GPU-a",scope="counter"} 1.0' in text


def test_an_engine_without_a_gpu_is_told_as_not_measured(meter):
    label = Engine(name="built-in writer", version="2")
    reporter = StepReporter("note", object(), label, meter.folder / "s.sock")
    with reporter.begin(secrets.token_hex(16)) as span:
        pass
    reporter.close()
    assert meter.settled(span.id)["millijoules"] is None


def test_nobody_but_the_engines_user_may_tell_the_meter(tmp_path, live_nvml):
    meter = LedgerMeter(tmp_path, live_nvml, sender=os.getuid() + 4242)
    meter.work(secrets.token_hex(16), seconds=0.1)
    time.sleep(0.5)
    text = meter.client.metrics_text()
    meter.stop()
    meter.notes.close()
    assert "quietroom_energy_refused_events_total 2.0" in text
    assert "quietroom_energy_attributed_joules_total{" not in text


def _cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
