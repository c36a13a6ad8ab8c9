"""What Prometheus is told of energy: base units, four labels, and nobody's id."""

import re
from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from appliance.adapters.telemetry.energy_metrics import BookCollector
from appliance.adapters.telemetry.meter_wire import reading_to_metrics
from appliance.domain.energy import CounterSample, Measured
from appliance.domain.metering.book import EnergyBook
from appliance.domain.metering.rows import Mode, PeriodRow, RequestRow
from appliance.domain.metering.work import Part, RequestKind, StepEvent, Work
from appliance.meter import Meter

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
UUID = "GPU-5c2a91e0-1111-2222-3333-444455556666"
ALLOWED = {"gpu", "model", "stage", "scope", "le"}
AN_ID = re.compile(r"[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}")


def _sample(at):
    return CounterSample(
        uuid=UUID,
        name="H100",
        counter=Measured(millijoules=int(at * 250_000)),
        power_milliwatts=250_000,
    )


def _worked_book():
    rows = []
    book = EnergyBook(
        emit=rows.append, idle_milliwatts={UUID: 50_000.0}, refresh_seconds={UUID: 0.05}
    )
    book.look([_sample(0)], 0.0, NOW)
    for kind, span in ((RequestKind.NOTE, "a" * 32), (RequestKind.SPEECH, "b" * 32)):
        for part, at in ((Part.BEGIN, 0.1), (Part.END, 1.0)):
            work = Work(decode_tokens=9, audio_milliseconds=4000)
            event = StepEvent(
                request_id=span,
                span_id=span,
                part=part,
                kind=kind,
                model="a model",
                gpus=(UUID,),
                at_seconds=at,
                work=work if part is Part.END else Work(),
            )
            book.take_event(event, at, NOW)
    for tick in range(1, 30):
        book.look([_sample(tick / 10)], tick / 10, NOW)
    book.look_at_host(4_000, Mode.DECLARED, 1.0, NOW)
    return book, rows


def _families():
    book, _rows = _worked_book()
    meter = Meter(lambda: (_sample(1),))
    meter.fresh_reading()
    text = reading_to_metrics(meter.latest_reading(), BookCollector(book, 3, 0)).decode()
    return list(text_string_to_metric_families(text))


def test_no_family_has_a_label_besides_gpu_model_stage_and_scope():
    wrong = {
        (family.name, label)
        for family in _families()
        for sample in family.samples
        for label in sample.labels
        if label not in ALLOWED
    }
    assert wrong == set()


def test_no_labels_value_is_an_id_of_a_request_or_a_whole_serial():
    values = [
        value for family in _families() for s in family.samples for value in s.labels.values()
    ]
    assert values
    assert [value for value in values if AN_ID.search(value)] == []


def test_every_named_family_is_there_in_base_units():
    names = {family.name for family in _families()}
    assert names >= {
        "quietroom_gpu_energy_joules",
        "quietroom_energy_attributed_joules",
        "quietroom_energy_idle_joules",
        "quietroom_energy_unattributed_joules",
        "quietroom_host_energy_joules",
        "quietroom_note_energy_joules",
        "quietroom_audio_seconds",
        "quietroom_notes",
        "quietroom_energy_conservation_error_joules",
        "quietroom_gpu_counter_resets",
        "quietroom_gpu_counter_refresh_seconds",
        "quietroom_gpu_counter_power_ratio",
        "quietroom_gpu_energy_mode",
    }
    assert not {name for name in names if "milli" in name or name.endswith("_kwh")}


def test_the_exported_parts_add_up_to_what_was_settled():
    found = {
        sample.name: sample.value
        for family in _families()
        for sample in family.samples
        if not sample.labels.keys() - {"gpu"}
    }
    assert found["quietroom_energy_conservation_error_joules"] == 0
    assert found["quietroom_gpu_counter_power_ratio"] > 0.9


def test_requests_of_a_book_are_rows_and_its_periods_add_up():
    book, rows = _worked_book()
    book.close(3.0, NOW)
    requests = [row for row in rows if isinstance(row, RequestRow)]
    periods = [row for row in rows if isinstance(row, PeriodRow) and row.mode is Mode.COUNTER]
    assert {row.kind for row in requests} == {RequestKind.NOTE, RequestKind.SPEECH}
    total = sum(row.requests_millijoules for row in periods)
    assert total == sum(row.millijoules for row in requests)
    for row in periods:
        parts = row.requests_millijoules + row.idle_millijoules + row.unattributed_millijoules
        assert parts == row.counter_millijoules
    assert sum(row.counter_millijoules for row in periods) == 725_000
