"""Does client text stay in memory: swap, core dumps, and is there enough memory at all."""

from pathlib import Path

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict, text_of
from appliance.adapters.machine.scratch import is_in_memory

_GIB = 1 << 30
_NEEDED_BYTES = 4 * _GIB
_COMFORTABLE_BYTES = 8 * _GIB
# These two obey the limit on core files even though the kernel does not enforce it for pipes.
_OBEDIENT_HANDLERS = ("systemd-coredump", "apport")


def check_swap(inputs: MachineInputs) -> Finding:
    """Swap writes memory, keys and words among it, to a disk where nothing destroys it."""
    devices = [line.split()[0] for line in text_of(inputs.proc / "swaps").splitlines()[1:]]
    on_disk = [device for device in devices if not _stays_in_memory(Path(device).name, inputs.sys)]
    encrypted = [d for d in on_disk if _is_encrypted(Path(d).resolve().name, inputs.sys)]
    if not on_disk:
        says = "Swap is off." if not devices else "Swap stays in compressed memory (zram)."
        return _swap(Verdict.OK, says)
    if len(encrypted) == len(on_disk):
        return _swap(
            Verdict.WARN,
            "Swap is on an encrypted disk: what it holds stays readable to whoever has its key.",
            "Switch swap off (swapoff -a, and take it out of /etc/fstab), or give it a new random "
            "key at each start (see crypttab, option swap).",
        )
    return _swap(
        Verdict.FAIL,
        "Swap is on: words and keys from memory can be left on the disk, and nothing destroys "
        "them there.",
        "Switch it off (swapoff -a, and take it out of /etc/fstab), or use zram instead.",
    )


def _swap(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="swap", promise="P5", verdict=verdict, says=says, mend=mend)


def _stays_in_memory(device: str, sys: Path) -> bool:
    backing = text_of(sys / "block" / device / "backing_dev")
    return device.startswith("zram") and backing in ("", "none")


def _is_encrypted(device: str, sys: Path) -> bool:
    return text_of(sys / "block" / device / "dm" / "uuid").startswith("CRYPT-")


def check_core_dumps(inputs: MachineInputs) -> Finding:
    """A core dump is a copy of a program's memory, words and keys among it (core(5))."""
    pattern = text_of(inputs.proc / "sys" / "kernel" / "core_pattern")
    handler = Path(pattern[1:].split()[0]).name if pattern.startswith("|") and pattern[1:] else ""
    limit_is_zero = _core_limit(text_of(inputs.proc / "self" / "limits")) == "0"
    if handler in ("false", "true") or (
        limit_is_zero and (not handler or handler in _OBEDIENT_HANDLERS)
    ):
        return _core_dumps(Verdict.OK, "A program that crashes leaves no copy of its memory.")
    if handler and limit_is_zero:
        return _core_dumps(
            Verdict.FAIL,
            "When a program crashes, its memory, words and keys among it, is handed to a program "
            "that collects crashes, whatever the limit on core files says.",
            "Set kernel.core_pattern=|/bin/false with sysctl, and keep it in /etc/sysctl.d.",
        )
    return _core_dumps(
        Verdict.FAIL,
        "When a program crashes, its memory, words and keys among it, is written to the disk.",
        "Set the limit on core files to 0 (ulimit -c 0 before quietroom up; LimitCORE=0 in the "
        "service files).",
    )


def _core_dumps(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="core_dumps", promise="P5", verdict=verdict, says=says, mend=mend)


def _core_limit(limits: str) -> str:
    """The soft limit in bytes, or "unlimited"; empty where the kernel does not say."""
    prefix = "Max core file size"
    for line in limits.splitlines():
        if line.startswith(prefix):
            return line.removeprefix(prefix).split()[0]
    return ""


def check_scratch(inputs: MachineInputs) -> Finding:
    """Programs keep their temporary files in memory, in one of these folders; else on the disk."""
    mounts = inputs.proc / "self" / "mountinfo"
    if any(is_in_memory(folder, mounts) for folder in inputs.temporary):
        return _scratch(Verdict.OK, "Temporary files of the programs stay in memory.")
    return _scratch(
        Verdict.FAIL,
        "Temporary files of the programs go to the disk: pieces of recordings and of words can be "
        "left there, and nothing destroys them.",
        "Mount a tmpfs at /dev/shm, as Debian does by itself, or at /tmp.",
    )


def _scratch(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="scratch", promise="P5", verdict=verdict, says=says, mend=mend)


def check_memory_size(inputs: MachineInputs) -> Finding:
    """Too little memory ends programs in the middle of a recording."""
    total_bytes = _total_bytes(text_of(inputs.proc / "meminfo"))
    size = f"This machine has {total_bytes / _GIB:.1f} GiB of memory."
    mend = "Give the machine more memory; 16 GiB without a GPU, 64 GiB beside one, are comfortable."
    if total_bytes >= _COMFORTABLE_BYTES:
        return _memory_size(Verdict.OK, size)
    if total_bytes >= _NEEDED_BYTES:
        return _memory_size(Verdict.WARN, f"{size} Long recordings may be slow or fail.", mend)
    if total_bytes:
        says = f"{size} Programs will be ended for want of it, perhaps in mid-recording."
        return _memory_size(Verdict.FAIL, says, mend)
    return _memory_size(Verdict.WARN, "How much memory this machine has could not be read.", mend)


def _memory_size(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="memory_size", promise="P6", verdict=verdict, says=says, mend=mend)


def _total_bytes(meminfo: str) -> int:
    for line in meminfo.splitlines():
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) * 1024
    return 0
