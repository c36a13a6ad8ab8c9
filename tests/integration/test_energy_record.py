"""The record's ledger: taken once, summed as it is, stated and signed, and nothing of a person in it."""

import csv
import io
import json

import pypdf
import pytest

from appliance.adapters.database.energy_tables import energy_hours, energy_requests
from appliance.adapters.paper import as_pdf
from appliance.domain.energy import NotMeasured
from appliance.domain.errors import FieldsInvalid
from appliance.domain.metering.carbon import Retirement
from appliance.domain.metering.errors import StatementUnusable
from appliance.domain.metering.ledger import encounter_line
from appliance.domain.metering.work import RequestKind
from appliance.steps.keep_energy import (
    choose_energy,
    collect_energy,
    make_statement,
    note_retirement,
    verify_statement,
    view_energy,
)
from tests.boxes import make_box, make_setting
from tests.energy_rows import HEARD, METER, NOTE, fill, numbered, period_row, request_row, usual
from tests.fakes import NOON
from tests.flow import draft_now, sign_now, summarise, turn

START, END = NOON.replace(day=1, hour=0), NOON.replace(month=12, day=1, hour=0)
pytestmark = pytest.mark.both_databases


class FlakyMeter:
    """Sends its rows until it hears that they were taken, which it does not always."""

    def __init__(self, rows):
        self.rows, self.deaf = rows, True

    def rows_after(self, sequence):
        return METER, tuple(row for row in self.rows if row.sequence > sequence)

    def rows_taken(self, sequence):
        if not self.deaf:
            self.rows = [row for row in self.rows if row.sequence > sequence]


def _summary(setting):
    return view_energy(setting.box, setting.clinician, START, END).summary


def test_rows_that_come_again_are_taken_once(setting):
    meter = FlakyMeter(numbered(request_row(), period_row()))
    assert collect_energy(setting.box, meter) == 2
    assert collect_energy(setting.box, meter) == 0
    meter.deaf = False
    meter.rows += numbered(period_row(), start=3)
    assert collect_energy(setting.box, meter) == 1
    assert meter.rows == []
    summary = _summary(setting)
    assert (summary.active, summary.idle, summary.unattributed) == (4_000_000, 13_800_000, 200_000)
    assert summary.notes == 1


def test_active_idle_and_host_are_three_sums_and_a_note_and_a_minute_have_their_joules(setting):
    usual(setting)
    summary = _summary(setting)
    assert (summary.active, summary.idle, summary.host) == (2_000_000, 6_900_000, 2_400_000)
    assert summary.joules_a_note == 1908
    assert summary.joules_a_minute_of_audio == 92
    assert summary.coverage_share == pytest.approx(59 / 60)


def test_an_encounters_energy_stays_when_its_content_is_gone(setting):
    summarise(setting)
    draft_now(setting)
    usual(setting)
    sign_now(setting)
    turn(setting)
    with setting.box.database.read() as records:
        used = records.energy.of_encounter(setting.encounter.id)
    assert encounter_line(used) == "0.56 Wh, measured and shared by rule, ±10%"


def test_what_a_gap_cut_or_no_counter_saw_is_not_measured(setting):
    fill(setting, request_row(is_whole=False))
    with setting.box.database.read() as records:
        used = records.energy.of_encounter(setting.encounter.id)
    assert isinstance(used.energy, NotMeasured)
    assert "gap" in encounter_line(used)


def test_a_request_without_a_gpu_is_not_measured_and_never_0(setting):
    fill(setting, request_row(millijoules=None, gpu="host", is_whole=False))
    with setting.box.database.read() as records:
        used = records.energy.of_encounter(setting.encounter.id)
    assert encounter_line(used) == "not measured: no GPU counter saw this work"


def test_clinicians_see_their_own_sum_and_administrators_everybodys(setting):
    usual(setting)
    view = view_energy(setting.box, setting.clinician, START, END)
    assert view.own_millijoules == 2_000_000
    assert view.summary.by_clinician == {}


def test_the_ledgers_tables_have_no_column_for_a_client_or_for_words(setting):
    names = {column.name for table in (energy_requests, energy_hours) for column in table.columns}
    assert not names & {"client_id", "encounter_id", "account_id", "text", "note"}


def test_the_ledger_comes_back_with_a_backup(setting, tmp_path):
    usual(setting)
    with setting.box.database.rows() as rows:
        tables = {json.loads(row)["table"] for row in rows}
    assert {"energy_requests", "energy_hours", "energy_meters", "step_runs"} <= tables


@pytest.mark.parametrize(
    ("field", "value"),
    [("state", "XX"), ("tariff", -1.0), ("currency", "dollars"), ("lifetime_years", 0.0)],
)
def test_a_choice_that_cannot_be_is_refused_by_name(setting, field, value):
    with pytest.raises(FieldsInvalid) as refused:
        choose_energy(setting.box, {field: value})
    assert field in refused.value.message


def _state(setting):
    return make_statement(setting.box, "2026-11", START, END, print_pdf=as_pdf, version="0.1.0")


def test_a_statement_holds_and_says_its_figures_and_no_person(setting):
    usual(setting)
    choose_energy(setting.box, {"state": "NC", "contract_grams": 100.0})
    note_retirement(
        setting.box,
        Retirement(
            noted_at=NOON,
            registry="A registry",
            project="A forest",
            vintage="2025",
            serials="1-9",
            kilograms=9,
            certificate_sha256="0" * 64,
        ),
    )
    made = _state(setting)
    for data in (made.pdf, made.csv):
        assert verify_statement(setting.box, data)["month"] == "2026-11"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.pdf)).pages)
    for said in ("0.0006 kWh", "eGRID2023", "A forest", "1908 J", "affine Shapley", "98.33%"):
        assert said in text
    rows = list(csv.reader(io.StringIO(made.csv.decode().split("\n%quietroom")[0])))
    assert ["total", "active", "2000000", "mJ"] in rows
    for data in (text, made.csv.decode()):
        assert setting.clinician.display_name not in data
        assert setting.encounter.id not in data
        assert NOTE not in data


def test_statements_are_chained_and_an_earlier_one_still_holds(setting):
    usual(setting)
    first, second = _state(setting), _state(setting)
    assert second.kept.previous_hash == first.kept.hash
    assert verify_statement(setting.box, first.pdf)["number"] == 1
    assert verify_statement(setting.box, second.pdf)["number"] == 2


@pytest.mark.parametrize(
    "tamper",
    [
        lambda data: data.replace(b"2000000", b"1000000", 1),
        lambda data: data[:-40],
        lambda data: data + b"\n",
        lambda data: b"x" + data,
        lambda data: data.split(b"\n%quietroom")[0],
        lambda data: data.replace(b'\\"number\\":1', b'\\"number\\":2'),
        lambda data: data.replace(b'"signature": "', b'"signature": "A'),
        lambda data: b"",
    ],
)
def test_a_tampered_statement_is_refused(setting, tamper):
    usual(setting)
    for data in (_state(setting).csv, _state(setting).pdf):
        changed = tamper(data)
        if changed == data:
            continue
        with pytest.raises(StatementUnusable):
            verify_statement(setting.box, changed)


def test_another_boxes_statement_is_refused(setting, tmp_path):
    usual(setting)
    with make_box(tmp_path / "other") as other:
        theirs = make_setting(other)
        usual(theirs)
        made = _state(theirs)
    with pytest.raises(StatementUnusable):
        verify_statement(setting.box, made.pdf)


def test_the_keyring_signs_nothing_else_as_a_statement(setting):
    from appliance.domain.errors import QuietroomError

    for body in (b'{"what": "a certificate"}', b"[]", b"not json"):
        with pytest.raises(QuietroomError):
            setting.box.vault.sign_statement(body)


def test_speech_and_notes_are_told_apart_by_model(setting):
    usual(setting)
    uses = {use.kind: use for use in _summary(setting).models}
    assert uses[RequestKind.SPEECH.value].audio_milliseconds == 60_000
    assert uses[RequestKind.NOTE.value].decode_tokens == 500
    assert HEARD not in str(uses)
