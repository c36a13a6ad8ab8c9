"""The doctor's checks of what surrounds the box: host, backups, isolation, engines, energy, TLS."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.adapters.machine.certificate import check_certificate
from appliance.adapters.machine.checks import run_checks
from appliance.adapters.machine.clock import (
    kernel_clock_is_synchronised,
)
from appliance.adapters.machine.copies import check_backup_agents, check_hypervisor
from appliance.adapters.machine.disk import (
    disk_space_of,
)
from appliance.adapters.machine.energy import check_energy
from appliance.adapters.machine.engines import check_notes, check_python, check_speech
from appliance.adapters.machine.finding import EngineInUse, MachineInputs, Verdict
from appliance.adapters.machine.isolation import check_isolation
from appliance.adapters.machine.root_keeper import check_root_keeper
from appliance.domain.energy import EnergyReading, GpuEnergy, Measured, NotMeasured
from tests.machines import NOW


def test_a_virtual_machine_voids_the_promise_if_anybody_takes_snapshots(machine):
    machine.write("proc/cpuinfo", "flags\t\t: fpu hypervisor sse2\n")
    machine.write("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n")
    finding = check_hypervisor(machine.inputs)
    assert finding.verdict is Verdict.WARN
    assert "VMware" in finding.says
    assert "keyring" in finding.says
    assert "void" in finding.says


def test_an_arm_virtual_machine_is_known_by_its_firmware(machine):
    machine.write("proc/cpuinfo", "Features\t: fp asimd\n")
    assert check_hypervisor(machine.inputs).verdict is Verdict.OK
    machine.write("sys/class/dmi/id/sys_vendor", "QEMU\n")
    assert check_hypervisor(machine.inputs).verdict is Verdict.WARN


def test_rented_bare_metal_with_the_hosts_name_in_its_firmware_is_no_virtual_machine(machine):
    machine.write("sys/class/dmi/id/sys_vendor", "Amazon EC2\n")
    assert check_hypervisor(machine.inputs).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("path", "text", "product"),
    [
        ("proc/812/comm", "veeamservice\n", "Veeam"),
        ("proc/812/comm", "borg\n", "Borg"),
        ("proc/812/comm", "bacula-fd\n", "Bacula"),
        ("proc/812/comm", "urbackupclientb\n", "UrBackup"),
        ("etc/systemd/system/timers.target.wants/snapper-timeline.timer", "", "Snapper"),
        ("etc/systemd/system/timers.target.wants/restic-backup.timer", "", "restic"),
        ("etc/cron.daily/rsnapshot", "", "rsnapshot"),
    ],
)
def test_a_backup_program_is_named_whether_it_runs_or_is_scheduled(machine, path, text, product):
    machine.write(path, text)
    finding = check_backup_agents(machine.inputs)
    assert finding.verdict is Verdict.WARN
    assert product in finding.says


@pytest.mark.parametrize("name", ["borgbackupless", "cvdump", "burpsuite", "cron", "python3"])
def test_other_programs_are_not_taken_for_backup_programs(machine, name):
    machine.write("proc/812/comm", name)
    assert check_backup_agents(machine.inputs).verdict is Verdict.OK


# What keeps the root ------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["file", "credential"])
def test_a_tpm_that_lies_idle_is_named(machine, provider):
    inputs = replace(machine.inputs, keyring_provider=provider)
    assert check_root_keeper(inputs).verdict is Verdict.OK
    assert "no TPM 2.0" in check_root_keeper(inputs).says
    machine.write("sys/class/tpm/tpm0/tpm_version_major", "1\n")
    assert check_root_keeper(inputs).verdict is Verdict.OK
    machine.write("sys/class/tpm/tpm1/tpm_version_major", "2\n")
    finding = check_root_keeper(inputs)
    assert finding.verdict is Verdict.WARN
    assert "TPM 2.0" in finding.says
    assert "QUIETROOM_KEYRING_PROVIDER=tpm" in finding.mend


def test_a_root_that_a_tpm_should_keep_needs_one_that_answers(machine):
    inputs = replace(machine.inputs, keyring_provider="tpm")
    assert check_root_keeper(inputs).verdict is Verdict.FAIL
    machine.write("sys/class/tpm/tpm0/tpm_version_major", "2\n")
    assert check_root_keeper(inputs).verdict is Verdict.OK
    late = check_root_keeper(replace(inputs, is_root_late=True))
    assert late.verdict is Verdict.FAIL
    assert "certificate" in late.says


# Isolation, engines, energy, certificate ----------------------------------------------------------


def test_without_network_namespaces_serving_is_not_isolated(machine):
    assert check_isolation(machine.inputs).verdict is Verdict.OK
    machine.write("proc/sys/user/max_net_namespaces", "0\n")
    assert check_isolation(replace(machine.inputs, is_root=True)).verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("proc/sys/user/max_user_namespaces", "0"),
        ("proc/sys/kernel/unprivileged_userns_clone", "0"),
        ("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"),
    ],
)
def test_where_only_root_may_isolate_an_ordinary_user_is_told(machine, path, text):
    machine.write(path, text)
    assert check_isolation(machine.inputs).verdict is Verdict.WARN
    assert check_isolation(replace(machine.inputs, is_root=True)).verdict is Verdict.OK


def test_the_demo_engine_is_named_as_one_and_the_built_in_writer_breaks_nothing(machine):
    demo = EngineInUse(name="PocketSphinx", is_demo=True)
    assert check_speech(replace(machine.inputs, speech=demo)).verdict is Verdict.WARN
    assert "demo engine" in check_speech(replace(machine.inputs, speech=demo)).says
    assert check_notes(replace(machine.inputs, notes=demo)).verdict is Verdict.OK
    assert check_speech(replace(machine.inputs, speech=None)).verdict is Verdict.WARN
    assert check_notes(replace(machine.inputs, notes=None)).verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("trouble", "says"), [("out_of_memory", "memory"), ("broken", "The GPU failed")]
)
def test_an_engine_that_is_there_and_cannot_hear_is_a_failure_that_says_why(machine, trouble, says):
    finding = check_speech(replace(machine.inputs, speech=None, speech_trouble=trouble))
    assert finding.verdict is Verdict.FAIL
    assert says in finding.says
    assert finding.mend


def test_a_python_that_is_too_old_does_not_do(machine):
    assert check_python(replace(machine.inputs, python_version=(3, 10))).verdict is Verdict.FAIL
    assert check_python(replace(machine.inputs, python_version=(3, 14))).verdict is Verdict.OK


def _reading(*energies, gaps=0):
    gpus = tuple(
        GpuEnergy(
            uuid=f"GPU-{n}", name="x", energy=e, power_milliwatts=1, gaps=gaps, gap_seconds=0.0
        )
        for n, e in enumerate(energies)
    )
    return EnergyReading(meter_id="m", taken_at=NOW, gpus=gpus)


def test_energy_is_in_order_only_where_every_gpu_is_measured(machine):
    measured, split = Measured(millijoules=5), NotMeasured(reason="the GPU is split into slices")
    ok = check_energy(replace(machine.inputs, energy=_reading(measured, measured)))
    assert ok.verdict is Verdict.OK
    partly = check_energy(replace(machine.inputs, energy=_reading(measured, split)))
    assert partly.verdict is Verdict.WARN
    assert split.reason in partly.says
    assert check_energy(replace(machine.inputs, energy=_reading())).verdict is Verdict.WARN
    gaps = check_energy(replace(machine.inputs, energy=_reading(measured, gaps=3)))
    assert "gaps since the meter's start: 3" in gaps.says


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(-1, Verdict.FAIL), (0, Verdict.FAIL), (10, Verdict.WARN), (90, Verdict.OK)],
)
def test_a_certificate_is_doubted_two_weeks_before_its_end(machine, days, verdict):
    inputs = replace(machine.inputs, certificate_expires_at=NOW + timedelta(days=days))
    assert check_certificate(inputs).verdict is verdict


def test_without_a_certificate_nothing_is_recorded(machine):
    inputs = replace(machine.inputs, certificate_expires_at=None)
    assert check_certificate(inputs).verdict is Verdict.FAIL


def test_the_checks_run_on_this_machine_as_it_is(tmp_path):
    inputs = MachineInputs(
        state_directory=Path(tmp_path),
        now=datetime.now(UTC),
        disk_space=disk_space_of,
        clock_is_synchronised=kernel_clock_is_synchronised,
    )
    assert {finding.key for finding in run_checks(inputs)} >= {"swap", "hypervisor", "file_system"}
