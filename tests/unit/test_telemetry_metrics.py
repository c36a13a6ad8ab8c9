"""What /metrics shows, and what can never become a label."""

from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from appliance.adapters.telemetry.meter_client import MeterClient
from appliance.adapters.telemetry.meter_wire import reading_to_metrics
from appliance.adapters.telemetry.metrics import Metrics
from appliance.domain.energy import EnergyReading, GpuEnergy, Measured


@pytest.fixture
def metrics():
    return Metrics()


def _lines(metrics):
    return metrics.render().decode().splitlines()


def test_requests_are_counted_by_route_template_method_and_status(metrics):
    metrics.request_answered("/encounters/<id>", "GET", 200, 0.02)
    metrics.request_answered("/encounters/<id>", "GET", 200, 0.02)
    metrics.request_answered(None, "GET", 404, 0.001)
    lines = _lines(metrics)
    labels = 'method="GET",route="/encounters/<id>",status="200"'
    assert f"quietroom_requests_total{{{labels}}} 2.0" in lines
    assert 'quietroom_requests_total{method="GET",route="unmatched",status="404"} 1.0' in lines


def test_text_and_made_up_methods_do_not_become_labels(metrics):
    metrics.request_answered("/search/Maria Lopez", "MARIA", 404, 0.1)
    metrics.worker_failed("she said that she slept badly")
    metrics.stage_finished("she slept badly", 1.0)
    page = metrics.render().decode()
    assert "Lopez" not in page
    assert "MARIA" not in page
    assert "slept" not in page
    assert 'quietroom_worker_failures_total{code="withheld"} 1.0' in page


def test_a_stage_that_has_emptied_is_not_shown_with_its_old_number(metrics):
    metrics.set_encounters_by_stage({"drafted": 3, "signed": 1})
    metrics.set_encounters_by_stage({"signed": 4})
    lines = _lines(metrics)
    assert 'quietroom_encounters{stage="signed"} 4.0' in lines
    assert not [line for line in lines if 'stage="drafted"' in line]


def test_before_the_first_sweep_its_age_is_endless_so_that_an_alert_fires(metrics):
    assert "quietroom_sweep_age_seconds +Inf" in _lines(metrics)
    metrics.set_sweep_age_seconds(12.5)
    assert "quietroom_sweep_age_seconds 12.5" in _lines(metrics)


def test_totals_are_taken_over_from_the_record_and_never_go_down(metrics):
    metrics.artefact_destroyed("transcript")
    metrics.take_over_totals(
        destroyed_by_kind={"transcript": 7, "upload": 2}, certificates=9, failures_by_code={}
    )
    metrics.take_over_totals(
        destroyed_by_kind={"transcript": 5}, certificates=8, failures_by_code={}
    )
    metrics.certificate_written()
    lines = _lines(metrics)
    assert 'quietroom_destroyed_artefacts_total{kind="transcript"} 7.0' in lines
    assert 'quietroom_destroyed_artefacts_total{kind="upload"} 2.0' in lines
    assert "quietroom_certificates_total 10.0" in lines


def test_stage_seconds_and_the_queue_are_shown(metrics):
    metrics.stage_finished("transcribe", 2.0)
    metrics.set_queue_length(5)
    lines = _lines(metrics)
    assert 'quietroom_stage_seconds_bucket{le="3.0",stage="transcribe"} 1.0' in lines
    assert "quietroom_queue_length 5.0" in lines


def test_two_programs_in_one_process_do_not_share_numbers(metrics):
    other = Metrics()
    metrics.set_queue_length(5)
    assert "quietroom_queue_length 0.0" in _lines(other)


def test_the_page_with_the_meters_part_behind_it_is_read_by_prometheus_without_doubles(
    metrics, tmp_path
):
    metrics.request_answered("/encounters/<id>", "GET", 200, 0.02)
    gpu = GpuEnergy(
        uuid="GPU-1",
        name='A "good" GPU',
        energy=Measured(millijoules=1500),
        power_milliwatts=71_500,
        gaps=1,
        gap_seconds=2.5,
    )
    reading = EnergyReading(meter_id="m", taken_at=datetime.now(UTC), gpus=(gpu,))
    silent = MeterClient(tmp_path / "absent").metrics_text()
    page = metrics.render() + reading_to_metrics(reading) + silent.encode()
    families = [family.name for family in text_string_to_metric_families(page.decode())]
    assert len(families) == len(set(families))
    assert all(name.startswith("quietroom_") for name in families)
    assert {"quietroom_gpu_energy_joules", "quietroom_meter_up"} <= set(families)
