"""The trials of destruction in short: the commands an administrator runs, with smaller numbers."""

import json
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from appliance.adapters.database.database import SqlDatabase
from appliance.bench import crash_findings, resurrection
from appliance.bench.crash import Kill, crash
from appliance.bench.resurrection import resurrect
from appliance.bench.retention import Scale, bench_retention
from appliance.domain.vault import WrappedKey
from appliance.steps.apply_retention import apply_retention
from appliance.steps.destroy import destroy_doomed, link_chain
from tests.boxes import Setting
from tests.flow import draft_now, summarise

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
KILLS_WHILE_RECEIVING = [Kill(whom="flow", boundary=number) for number in (33, 36, 39)]
ON_EACH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgresql)]


@pytest.mark.parametrize("database", ON_EACH)
def test_no_old_file_brings_back_what_was_destroyed(database: str) -> None:
    found = resurrect(database, 60)
    assert found.holds
    assert (found.destroyed, found.opened_before, found.opened_after) == (60, 60, 0)
    assert found.keys_tried == 60 * (resurrection.TURNS_BEFORE + 1)
    assert found.keys_in_old_files > 0, "the search would not find a key that is there"


def test_the_trial_tells_of_a_root_that_was_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = resurrection.RememberingVault.open_key

    def as_if_the_old_root_were_there(
        vault: resurrection.RememberingVault, wrapped: WrappedKey
    ) -> bytes:
        is_last = wrapped == vault.given[wrapped.artefact_id][-1]
        return b"k" * 32 if is_last and vault.given.get("destroyed") else real(vault, wrapped)

    def destroy(box: object) -> int:
        count = destroy_doomed(box)
        if count > 1:
            box.vault.given["destroyed"] = [None]
        return count

    monkeypatch.setattr(resurrection, "destroy_doomed", destroy)
    monkeypatch.setattr(resurrection.RememberingVault, "open_key", as_if_the_old_root_were_there)
    found = resurrect("sqlite", 9)
    assert (found.opened_after, found.holds) == (9, False)


@pytest.mark.parametrize("database", ON_EACH)
def test_retention_is_measured_with_the_promised_keys(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    small = Scale(due=9, surviving=50, short_past=20, long_past=200)
    assert bench_retention(as_json=True, database=database, scale=small) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["sweep_ratio"] > 0
    assert figures["certificates_per_second"] > 0
    assert figures["root_turn_seconds_50"] > 0


@pytest.fixture
def plans(setting: Setting) -> Iterator[list[str]]:
    """How SQLite goes about each statement from now on."""
    database = setting.box.database
    assert isinstance(database, SqlDatabase)
    found: list[str] = []

    def explain(_conn, cursor, statement, parameters, _context, many) -> None:
        if re.match(r"(SELECT|UPDATE|DELETE|INSERT)", statement) and not many:
            steps = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.extend(f"{row[3]}  <- {statement}" for row in steps)

    event.listen(database._engine, "before_cursor_execute", explain)
    yield found
    event.remove(database._engine, "before_cursor_execute", explain)


def test_no_part_of_destruction_looks_at_all_that_was_ever_there(
    setting: Setting, plans: list[str]
) -> None:
    summarise(setting)
    draft_now(setting)
    setting.box.clock.move(days=8)
    plans.clear()
    assert apply_retention(setting.box) == 3
    setting.box.clock.move(seconds=11)
    assert destroy_doomed(setting.box) == 3
    link_chain(setting.box)
    growing = r"SCAN (artefacts|certificates|audit_events|audit_links|chunks|encounters)\b"
    scans = [plan for plan in plans if re.match(growing, plan)]
    # The last link and the last certificate are where an index read backwards begins.
    newest = r"ORDER BY (audit_links\.position|certificates\.number) DESC"
    assert [plan for plan in scans if not re.search(newest, plan)] == []
    assert any("ix_artefacts_doomed" in plan for plan in plans)
    assert any("ix_artefacts_due" in plan for plan in plans)


# kill -9 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ON_EACH)
def test_programs_killed_along_the_flow_break_no_promise(database: str) -> None:
    found = crash(database, 4, seed=20261123)
    assert found.holds
    assert found.kills == 4
    assert found.is_chain_valid


def test_the_trial_tells_of_a_recording_that_was_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: a record that forgets its sound at a kill is not called whole."""
    monkeypatch.setattr(crash_findings, "sound_of", lambda number: b"other sound" * 2_000)
    monkeypatch.setattr("appliance.bench.crash._plan", lambda *_: KILLS_WHILE_RECEIVING)
    found = crash("sqlite", len(KILLS_WHILE_RECEIVING))
    assert found.recordings_lost > 0
    assert not found.holds
