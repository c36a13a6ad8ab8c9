"""A really booted Debian: systemd-nspawn on an overlay of the cached tree, in a clinic's network.

It lives in mount and process namespaces of its own that end with this process, so nothing is left:
no mount, no process. What it writes goes to a scratch folder that is deleted afterwards.
"""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.deployment.clinic import BOX, Clinic

BOOT_SECONDS = 60
REBOOT_SECONDS = 60
GUEST_ASKED_FOR_A_REBOOT = 133

# The guest's cgroups need the unified hierarchy, which a container host may not have mounted; an
# overlay may not be possible on every file system, and then the tree is copied.
_RUN = r"""
set -eu
umask 022
tree=$1 scratch=$2 namespace=$3
mkdir -p "$scratch/upper" "$scratch/work" "$scratch/root"
if ! mount -t overlay overlay -o "lowerdir=$tree,upperdir=$scratch/upper,workdir=$scratch/work" \
    "$scratch/root" 2> /dev/null; then
    cp -a "$tree/." "$scratch/root/"
fi
cp -a "$scratch/seed/." "$scratch/root/"
umount -l /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
while :; do
    ip netns exec "$namespace" nft flush ruleset
    status=0
    systemd-nspawn -q -D "$scratch/root" --network-namespace-path="/run/netns/$namespace" \
        --register=no --keep-unit --kill-signal=SIGRTMIN+3 --capability=all \
        --system-call-filter=bpf --console=pipe --link-journal=no --resolv-conf=off \
        -b || status=$?
    [ "$status" = 133 ] || exit "$status"
done
"""


class Machine:
    """One booted guest and the way to it: ssh as root from the clinic's PC."""

    def __init__(self, clinic: Clinic, tree: Path, parent: Path | None = None) -> None:
        self._clinic = clinic
        self._tree = tree
        clear_leftovers(parent or Path(tempfile.gettempdir()))
        prefix = f"quietroom-machine-{os.getpid()}-"
        self.scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        self.key = self.scratch / "key"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Boot, and wait until ssh answers. Raises RuntimeError with the console's last lines."""
        self._write_seed()
        console = (self.scratch / "console").open("wb")
        with console:
            self._process = subprocess.Popen(
                (
                    *("setpriv", "--pdeathsig", "KILL"),
                    *("unshare", "--mount", "--pid", "--fork", "--kill-child=KILL"),
                    *("--mount-proc", "--propagation", "private", "bash", "-c", _RUN, "machine"),
                    *(str(self._tree), str(self.scratch), self._clinic.name("box")),
                ),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_for_ssh(BOOT_SECONDS)

    def _write_seed(self) -> None:
        """What the guest has beyond the tree: our key, and a resolver on the outside to ask."""
        subprocess.run(
            ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key)), check=True
        )
        seed = self.scratch / "seed"
        keys = seed / "root" / ".ssh"
        keys.mkdir(parents=True, mode=0o700)
        (seed / "root").chmod(0o700)
        shutil.copy(self.key.with_suffix(".pub"), keys / "authorized_keys")
        # A hardened machine: whatever is written over ssh is root's own unless somebody says otherwise.
        (seed / "etc" / "systemd" / "system" / "ssh.service.d").mkdir(parents=True)
        (seed / "etc" / "systemd" / "system" / "ssh.service.d" / "umask.conf").write_text(
            "[Service]\nUMask=0077\n"
        )
        (seed / "etc" / "resolv.conf").write_text("nameserver 203.0.113.9\n")
        (seed / "etc" / "hostname").write_text("box\n")
        (seed / "etc" / "hosts").write_text("127.0.0.1 localhost\n127.0.1.1 box\n::1 localhost\n")

    def ssh_options(self) -> tuple[str, ...]:
        return (
            *("-i", str(self.key), "-o", "StrictHostKeyChecking=no"),
            *("-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"),
            *("-o", "ConnectTimeout=5", "-o", "BatchMode=yes"),
            *("-o", "ControlMaster=auto", "-o", f"ControlPath={self.scratch}/ssh"),
            *("-o", "ControlPersist=20"),
        )

    def ssh(
        self, command: str, *, check: bool = True, seconds: float = 60, given: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell command as root in the guest. With `check`, a failure raises RuntimeError."""
        line = self._clinic.inside("pc", "ssh", *self.ssh_options(), f"root@{BOX}", command)
        done = subprocess.run(
            line, input=given or "", capture_output=True, text=True, timeout=seconds, check=False
        )
        if check and done.returncode:
            said = (done.stdout[-2000:] + done.stderr[-2000:]).strip()
            raise RuntimeError(f"on the box, `{command}` ended with {done.returncode}: {said}")
        return done

    def start_ssh(self, command: str, log: Path) -> subprocess.Popen[bytes]:
        """Run a command in the background; its output goes to `log`."""
        line = self._clinic.inside("pc", "ssh", *self.ssh_options(), f"root@{BOX}", command)
        with log.open("wb") as file:
            return subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=file, stderr=file)

    def copy_from(self, path: str) -> str:
        return self.ssh(f"cat {shlex.quote(path)}").stdout

    def reboot(self) -> None:
        """Ask for a reboot, and wait until another boot answers."""
        before = self.boot_id()
        self.ssh("systemctl reboot", check=False)
        deadline = time.monotonic() + REBOOT_SECONDS
        while time.monotonic() < deadline:
            with suppress(RuntimeError, subprocess.TimeoutExpired):
                if self.boot_id() != before:
                    return
            self._require_running()
            time.sleep(0.3)
        raise RuntimeError(f"the guest did not come back in {REBOOT_SECONDS} s: {self.console()}")

    def boot_id(self) -> str:
        """When this boot's systemd started; the kernel's own boot id is the host's."""
        return self.ssh("systemctl show -P UserspaceTimestampMonotonic", seconds=10).stdout.strip()

    def wait_for_ssh(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._require_running()
            with suppress(subprocess.TimeoutExpired):
                if self.ssh("true", check=False, seconds=10).returncode == 0:
                    return
            time.sleep(0.2)
        raise RuntimeError(f"no ssh after {seconds} s: {self.console()}")

    def _require_running(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"the guest ended: {self.console()}")

    def console(self) -> str:
        """The last lines that the guest wrote to its console."""
        return (self.scratch / "console").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """End every process of the guest and delete what it wrote."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=30)
        shutil.rmtree(self.scratch, ignore_errors=True)


def clear_leftovers(parent: Path) -> None:
    """Delete what runs that were killed had written; their processes and mounts ended with them."""
    for path in parent.glob("quietroom-machine-*-*"):
        if not Path("/proc", path.name.split("-")[2]).exists():
            shutil.rmtree(path, ignore_errors=True)
