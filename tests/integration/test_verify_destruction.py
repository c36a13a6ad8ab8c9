"""`quietroom verify destruction` holds for an honest box, and finds each way of cheating."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.domain.verification import Fault, Verification
from appliance.steps.destroy import link_chain
from appliance.steps.verify_destruction import verify_destruction
from appliance.verify import destruction_report
from tests.boxes import Setting
from tests.flow import draft_now, sign_now, summarise, turn

COPY = (
    "insert into {0} (artefact_id, root, generation, wrapped) select ?, root, generation, wrapped"
)


@pytest.fixture
def destroyed(setting: Setting) -> Setting:
    """Four things destroyed and certified, the audit chain linked."""
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    link_chain(setting.box)
    assert turn(setting) == 4
    while link_chain(setting.box):
        pass
    return setting


@pytest.fixture
def tamper(tmp_path: Path) -> Callable[..., None]:
    def run(statement: str, *values: object) -> None:
        connection = sqlite3.connect(tmp_path / "state" / "record.sqlite", isolation_level=None)
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(statement, values)
        connection.close()

    return run


def faults(setting: Setting) -> set[Fault]:
    return {finding.fault for finding in verify_destruction(setting.box).findings}


def test_an_honest_box_holds(destroyed: Setting) -> None:
    found = verify_destruction(destroyed.box)
    assert found.holds, found.findings
    assert (found.certificate_count, found.reads_tried, found.waiting_count) == (4, 4, 0)
    assert "nothing certified can be read" in destruction_report(found)[-1]


def test_what_is_doomed_and_not_yet_certified_is_counted_as_waiting(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    found = verify_destruction(setting.box)
    assert (found.holds, found.waiting_count) == (True, 4)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("delete from certificates where number = 2", Fault.MISSING),
        ("delete from certificates where number = 4", Fault.MISSING),
        ("delete from certificates where number = 4", Fault.UNCERTIFIED),
        ("update certificates set rule = 'deadline reached' where number = 2", Fault.NOT_CHAINED),
        ("update certificates set client_id = null where number = 4", Fault.WRONG_SIGNATURE),
        ("update certificates set signature = 'AAAA' where number = 1", Fault.WRONG_SIGNATURE),
        (
            "update certificates set signature = 'not base64!' where number = 1",
            Fault.WRONG_SIGNATURE,
        ),
        ("delete from audit_links where position > 3", Fault.UNKNOWN_HEAD),
        ("update audit_events set action = 'signed_out' where id = 3", Fault.AUDIT_BROKEN),
        ("update artefacts set destroyed_at = null, doomed_at = null", Fault.NOT_DESTROYED),
        ("delete from artefacts where destroyed_at is not null", Fault.NOT_DESTROYED),
        (
            "insert into chunks select id, 0, x'00' from artefacts where destroyed_at is not null",
            Fault.REMNANT,
        ),
        (
            "update certificates set root_generation_gone = (select generation from root_state)",
            Fault.ROOT_STILL_THERE,
        ),
    ],
)
def test_each_way_of_cheating_is_found(
    destroyed: Setting, tamper: Callable[..., None], statement: str, fault: Fault
) -> None:
    tamper(statement)
    found = verify_destruction(destroyed.box)
    assert fault in {finding.fault for finding in found.findings}
    assert any(line.startswith(f"FAIL {fault.value}: ") for line in destruction_report(found))


def test_a_proof_that_is_cut_off_at_its_end_is_missed(
    destroyed: Setting, tamper: Callable[..., None]
) -> None:
    """Certificate, artefact and audit rows taken away together: only the keyring knows."""
    tamper("delete from audit_links where position > (select max(position) from audit_links) - 5")
    tamper("delete from audit_events where id not in (select event_id from audit_links)")
    tamper("delete from artefacts where id = (select artefact_id from certificates where number=4)")
    tamper("delete from certificates where number = 4")
    assert Fault.NOT_TOGETHER in faults(destroyed)


def test_a_key_that_was_kept_and_opens_nothing_is_a_remnant(
    destroyed: Setting, tamper: Callable[..., None]
) -> None:
    certified = "select id, 'live', 1, x'00112233' from artefacts where destroyed_at is not null"
    tamper(f"insert into artefact_keys {certified}")
    assert faults(destroyed) == {Fault.REMNANT}


def test_a_key_that_was_brought_back_and_opens_is_still_readable(destroyed: Setting) -> None:
    box = destroyed.box
    with box.database.write() as records:
        (certificate, *_) = records.certificates.all()
        from appliance.domain.vault import Root

        generation = records.artefacts.generation()
        fresh = box.vault.new_key(certificate.artefact_id, Root.LIVE, generation)
        artefact = records.artefacts.get(certificate.artefact_id)
        restore_key(records, artefact.id, fresh.wrapped)
    assert faults(destroyed) == {Fault.STILL_READABLE}


def restore_key(records: object, artefact_id: str, wrapped: object) -> None:
    from sqlalchemy import insert

    from appliance.adapters.database.tables import artefact_keys

    connection = records._connection
    connection.execute(insert(artefact_keys).values(**vars(wrapped)))


def test_the_report_says_no_more_than_numbers_and_ids() -> None:
    found = Verification(
        certificate_count=0, reads_tried=0, audit_links=0, waiting_count=0, findings=()
    )
    assert len(destruction_report(found)) == 5
