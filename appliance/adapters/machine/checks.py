"""All checks in the order people read them."""

from collections.abc import Callable

from appliance.adapters.machine.canary import check_canary
from appliance.adapters.machine.certificate import check_certificate
from appliance.adapters.machine.clock import check_clock
from appliance.adapters.machine.copies import check_backup_agents, check_hypervisor
from appliance.adapters.machine.disk import (
    check_disk_space,
    check_file_system,
    check_permissions,
)
from appliance.adapters.machine.energy import check_energy
from appliance.adapters.machine.engines import (
    check_identifiers,
    check_notes,
    check_python,
    check_speech,
)
from appliance.adapters.machine.finding import Finding, MachineInputs
from appliance.adapters.machine.isolation import check_isolation
from appliance.adapters.machine.memory import (
    check_core_dumps,
    check_memory_size,
    check_scratch,
    check_swap,
)
from appliance.adapters.machine.root_keeper import check_root_keeper

CHECKS: tuple[Callable[[MachineInputs], Finding], ...] = (
    check_certificate,
    check_isolation,
    check_clock,
    check_swap,
    check_core_dumps,
    check_scratch,
    check_permissions,
    check_file_system,
    check_root_keeper,
    check_hypervisor,
    check_backup_agents,
    check_canary,
    check_disk_space,
    check_memory_size,
    check_python,
    check_speech,
    check_notes,
    check_identifiers,
    check_energy,
)


def run_checks(inputs: MachineInputs) -> tuple[Finding, ...]:
    """One finding for each check; reads files of this machine, changes and contacts nothing."""
    return tuple(check(inputs) for check in CHECKS)
