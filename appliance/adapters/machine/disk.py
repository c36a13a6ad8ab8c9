"""Where the state is kept: room, who may read it, and whether overwriting there overwrites."""

import re
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from appliance.adapters.machine.finding import DiskSpace, Finding, MachineInputs, Verdict, text_of

_GIB = 1 << 30
_NEEDED_BYTES = 2 * _GIB
_COMFORTABLE_BYTES = 10 * _GIB

_COPIES_ON_WRITE = frozenset({"zfs", "btrfs", "bcachefs", "nilfs2"})
_ON_THE_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "ceph", "glusterfs", "afs", "lustre"}
)
_NETWORK_PROGRAMS = ("fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs")
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_IN_LAYERS = frozenset({"overlay", "aufs", "fuse-overlayfs", "fuse.fuse-overlayfs"})
_OVERWRITES_IN_PLACE = frozenset({"ext2", "ext3", "ext4", "xfs"})
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, kw_only=True)
class _Mount:
    point: Path
    kind: str
    device_number: str
    options: frozenset[str]


def disk_space_of(folder: Path) -> DiskSpace:
    """Room on the file system that `folder`, or the nearest folder above it that exists, is on."""
    usage = shutil.disk_usage(_nearest(folder))
    return DiskSpace(total_bytes=usage.total, free_bytes=usage.free)


def mount_kind(folder: Path, mounts: Path) -> str:
    """The kind of file system that `folder` is on, by a mountinfo file; empty where it is not told."""
    mount = _mount_of(folder, text_of(mounts))
    return mount.kind if mount else ""


def check_disk_space(inputs: MachineInputs) -> Finding:
    """A full disk takes no recording."""
    free_bytes = inputs.disk_space(inputs.state_directory).free_bytes
    says = f"{free_bytes / _GIB:.1f} GiB are free where recordings are kept."
    mend = (
        "Make room, or put the state directory on a larger disk. An hour of sound is about 0.1 GiB."
    )
    if free_bytes >= _COMFORTABLE_BYTES:
        verdict, mend = Verdict.OK, ""
    elif free_bytes >= _NEEDED_BYTES:
        verdict = Verdict.WARN
    else:
        verdict, says = Verdict.FAIL, f"Only {says} No recording should be started."
    return Finding(key="disk_space", promise="P6", verdict=verdict, says=says, mend=mend)


def check_permissions(inputs: MachineInputs) -> Finding:
    """Only the box's own users may open the state directory."""
    folder = inputs.state_directory
    if not _is_there(folder):
        return _permissions(
            Verdict.OK, "This user cannot see a state directory; the box makes it private."
        )
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IRWXO:
        return _permissions(
            Verdict.FAIL,
            "Anybody with an account on this machine can look into the state directory.",
            f"chmod o-rwx {folder}",
        )
    if mode & stat.S_IWGRP:
        return _permissions(
            Verdict.WARN,
            "A whole group of users may write into the state directory.",
            f"chmod g-w {folder}",
        )
    return _permissions(Verdict.OK, "Only the box's own users can open the state directory.")


def _permissions(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="permissions", promise="P5", verdict=verdict, says=says, mend=mend)


def check_file_system(inputs: MachineInputs) -> Finding:
    """The root key is destroyed by overwriting it in place; not every file system does that."""
    mount = _mount_of(inputs.state_directory, text_of(inputs.proc / "self" / "mountinfo"))
    if mount is None:
        says = "Which file system the state directory is on could not be read."
        return _file_system(Verdict.WARN, says, "Make sure that it is ext4 or xfs on a local disk.")
    return _unfit(mount) or _doubtful(mount, inputs) or _fit(mount)


def _unfit(mount: _Mount) -> Finding | None:
    move = "Put the state directory on a local disk with ext4 or xfs."
    if mount.kind in _COPIES_ON_WRITE:
        return _file_system(
            Verdict.FAIL,
            f"The state directory is on {mount.kind}, which never overwrites in place and keeps "
            "old blocks in snapshots: a destroyed key can be brought back.",
            move,
        )
    if mount.kind in _ON_THE_NETWORK or mount.kind.startswith(_NETWORK_PROGRAMS):
        return _file_system(
            Verdict.FAIL,
            f"The state directory is on a disk of another machine ({mount.kind}), which keeps "
            "copies that this box cannot destroy.",
            move,
        )
    if mount.kind in _IN_MEMORY:
        return _file_system(
            Verdict.FAIL,
            "The state directory is in memory: everything in it, signed notes too, is gone when "
            "the machine is switched off.",
            move,
            promise="P6",
        )
    return None


def _doubtful(mount: _Mount, inputs: MachineInputs) -> Finding | None:
    if mount.kind in _IN_LAYERS:
        return _file_system(
            Verdict.WARN,
            "The state directory is inside a container's own layer: it goes when the container "
            "goes, and an image made of the container copies the keys.",
            "Mount a folder of the host's ext4 or xfs disk there.",
        )
    if "data=journal" in mount.options:
        return _file_system(
            Verdict.WARN,
            "This disk's journal keeps copies of what is written to files (data=journal): a "
            "destroyed key stays in it for a while.",
            "Mount it with data=ordered, the usual setting.",
        )
    if _is_on_lvm(inputs.sys / "dev" / "block" / mount.device_number):
        return _file_system(
            Verdict.WARN,
            "The disk is an LVM volume. A snapshot of it copies the keyring, and what is destroyed "
            "later can be brought back from that copy.",
            "Take no LVM snapshots of this volume.",
        )
    if mount.kind not in _OVERWRITES_IN_PLACE:
        return _file_system(
            Verdict.WARN,
            f"Whether overwriting on {mount.kind} overwrites in place is not known to this check.",
            "Use ext4 or xfs on a local disk.",
        )
    return None


def _is_on_lvm(device: Path) -> bool:
    """Whether a block device, or one it rests on, is an LVM volume."""
    if text_of(device / "dm" / "uuid").startswith("LVM-"):
        return True
    return any(_is_on_lvm(below) for below in device.glob("slaves/*"))


def _fit(mount: _Mount) -> Finding:
    says = f"The state directory is on {mount.kind}, which overwrites in place."
    return _file_system(Verdict.OK, f"{says} The device below it may still remap old blocks.")


def _file_system(verdict: Verdict, says: str, mend: str = "", *, promise: str = "P5") -> Finding:
    return Finding(key="file_system", promise=promise, verdict=verdict, says=says, mend=mend)


def _mount_of(folder: Path, mountinfo: str) -> _Mount | None:
    """The last mount on the longest path above `folder`: later lines cover earlier ones."""
    place = _nearest(folder).resolve()
    mounts = [_parse(line) for line in mountinfo.splitlines() if " - " in line]
    above = [mount for mount in mounts if place.is_relative_to(mount.point)]
    best: _Mount | None = None
    for mount in above:
        if best is None or len(mount.point.parts) >= len(best.point.parts):
            best = mount
    return best


def _parse(line: str) -> _Mount:
    """One line of mountinfo (proc_pid_mountinfo(5)): fields, optional fields, " - ", the rest."""
    before, _, after = line.partition(" - ")
    fields, rest = before.split(), after.split()
    return _Mount(
        point=Path(_OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4])),
        kind=rest[0],
        device_number=fields[2],
        options=frozenset(rest[-1].split(",")),
    )


def _nearest(folder: Path) -> Path:
    place = folder.absolute()
    while not _is_there(place):
        place = place.parent
    return place


def _is_there(place: Path) -> bool:
    """False also where this user may not look."""
    try:
        return place.exists()
    except PermissionError:
        return False
