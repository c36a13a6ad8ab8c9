"""Who else may hold a copy of the keyring: the hypervisor's snapshots and backup agents."""

from collections.abc import Iterable
from pathlib import Path

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict, text_of

_HYPERVISORS = {
    "qemu": "QEMU",
    "kvm": "KVM",
    "vmware": "VMware",
    "virtualbox": "VirtualBox",
    "innotek": "VirtualBox",
    "microsoft corporation virtual machine": "Hyper-V",
    "xen": "Xen",
    "parallels": "Parallels",
    "bhyve": "bhyve",
    "openstack": "OpenStack",
    "amazon ec2": "Amazon EC2",
    "google compute engine": "Google Compute Engine",
    "digitalocean": "DigitalOcean",
    "hetzner": "Hetzner Cloud",
    "nutanix": "Nutanix",
    "proxmox": "Proxmox",
}

# Beginnings of names of processes, service units and cron files, and the product as people know it.
_BACKUP_AGENTS = {
    "veeam": "Veeam",
    "borg": "Borg",
    "borgmatic": "Borg",
    "vorta": "Borg (Vorta)",
    "restic": "restic",
    "rustic": "rustic",
    "kopia": "Kopia",
    "duplicity": "duplicity",
    "duplicati": "Duplicati",
    "deja-dup": "Déjà Dup",
    "rsnapshot": "rsnapshot",
    "rdiff-backup": "rdiff-backup",
    "backintime": "Back In Time",
    "code42": "CrashPlan",
    "crashplan": "CrashPlan",
    "acronis": "Acronis",
    "aakore": "Acronis",
    "bacula": "Bacula",
    "bareos": "Bareos",
    "urbackup": "UrBackup",
    "timeshift": "Timeshift",
    "snapper": "Snapper",
    "btrbk": "btrbk",
    "sanoid": "Sanoid",
    "zrepl": "zrepl",
    "dsmc": "IBM Storage Protect",
    "dsmcad": "IBM Storage Protect",
    "nbdisco": "NetBackup",
    "bpcd": "NetBackup",
    "cvd": "Commvault",
    "cvlaunchd": "Commvault",
    "rubrik": "Rubrik",
    "cohesity": "Cohesity",
    "datto": "Datto",
    "dattobd": "Datto",
    "bzserv": "Backblaze",
    "syncthing": "Syncthing",
    "rclone": "rclone",
    "dropbox": "Dropbox",
    "nextcloud": "Nextcloud",
    "amanda": "Amanda",
    "backuppc": "BackupPC",
    "burp": "Burp",
    "proxmox-backup": "Proxmox Backup",
    "synology": "Synology Active Backup",
}
_WHOLE_NAMES_ONLY = frozenset({"cvd", "bpcd", "dsmc", "burp", "borg", "kopia"})


def check_hypervisor(inputs: MachineInputs) -> Finding:
    """A snapshot of a virtual machine copies memory and disk, the keyring among it."""
    if not _is_virtual(inputs):
        return _hypervisor(Verdict.OK, "This is no virtual machine, as far as it can tell.")
    name = _product(inputs)
    return _hypervisor(
        Verdict.WARN,
        f"This is a virtual machine{f' ({name})' if name else ''}. A snapshot or a backup of it "
        "copies the keyring, and what the box destroys later can be brought back from that copy: "
        "the promise that destroyed means unreadable is void then.",
        "Take no snapshots and no backups of the whole virtual machine, and have whoever runs the "
        "host confirm it; or use a machine of your own.",
    )


def _hypervisor(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="hypervisor", promise="P5", verdict=verdict, says=says, mend=mend)


def _is_virtual(inputs: MachineInputs) -> bool:
    """The processor says so on x86 (CPUID leaf 1, ECX bit 31); elsewhere only the firmware does."""
    for line in text_of(inputs.proc / "cpuinfo").splitlines():
        if line.startswith("flags"):
            return "hypervisor" in line.split()
    return bool(_product(inputs)) or bool(text_of(inputs.sys / "hypervisor" / "type"))


def _product(inputs: MachineInputs) -> str:
    firmware = inputs.sys / "class" / "dmi" / "id"
    names = [text_of(firmware / name) for name in ("sys_vendor", "product_name", "bios_vendor")]
    said = " ".join([*names, text_of(inputs.sys / "hypervisor" / "type")]).lower()
    return next((name for mark, name in _HYPERVISORS.items() if mark in said), "")


def check_backup_agents(inputs: MachineInputs) -> Finding:
    """A backup of the keyring brings back what was destroyed."""
    names = [*_process_names(inputs.proc), *_scheduled_names(inputs.etc)]
    agents = backup_agents_among(names)
    if not agents:
        says = "No backup program that the box knows runs here or is scheduled."
        return _backups(Verdict.OK, says)
    return _backups(
        Verdict.WARN,
        f"Found here: {', '.join(agents)}. If it copies the keyring, what the box destroys later "
        "can be brought back from that copy: the promise that destroyed means unreadable is void "
        "then.",
        f"Leave the keyring in {inputs.state_directory} out of every backup, and delete backups "
        "that have it. The box makes its own backups, without the keyring.",
    )


def backup_agents_among(names: Iterable[str]) -> list[str]:
    """The backup products, as people know them, among names of processes, units and cron files."""
    return sorted({agent for name in names if (agent := _agent(name))})


def _backups(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="backup_agents", promise="P5", verdict=verdict, says=says, mend=mend)


def _agent(name: str) -> str:
    stem = name.lower().removesuffix(".service").removesuffix(".timer")
    for beginning, product in _BACKUP_AGENTS.items():
        if stem == beginning:
            return product
        if beginning not in _WHOLE_NAMES_ONLY and stem.startswith(beginning):
            return product
    return ""


def _process_names(proc: Path) -> list[str]:
    return [text_of(path) for path in proc.glob("[0-9]*/comm")]


def _scheduled_names(etc: Path) -> list[str]:
    """Enabled service units and timers, and the files of cron."""
    patterns = ("systemd/system/*.wants/*", "cron.d/*", "cron.hourly/*", "cron.daily/*")
    return [path.name for pattern in patterns for path in etc.glob(pattern)]
