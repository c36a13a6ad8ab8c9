"""The images, built by podman without a network from what the bundle has, and the demo inside one."""

import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

from tests.deployment import cache
from tests.deployment.conftest import need
from tests.deployment.story import make_bundle

pytestmark = [
    pytest.mark.deployment,
    pytest.mark.slow,
    pytest.mark.needs_root,
    pytest.mark.needs_program("podman"),
    pytest.mark.timeout(2400),
]

IMAGES = cache.REPOSITORY / "helm" / "images"
# podman keeps to a folder of its own, in mount, network and process namespaces that end with it.
_SETUP = """
set -eu
umount -l /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
exec "$@"
"""


class Podman:
    """Podman with its storage in one folder, no network, and nothing that outlives it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *arguments: str, seconds: float = 600) -> str:
        where = ("--root", f"{self._folder}/storage", "--runroot", f"{self._folder}/run")
        line = ("podman", *where, "--storage-driver", "overlay", *arguments)
        done = subprocess.run(
            (
                *("setpriv", "--pdeathsig", "KILL"),
                *("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child=KILL"),
                *("--mount-proc", "--propagation", "private", "bash", "-c", _SETUP, "podman"),
                *line,
            ),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout


@pytest.fixture(scope="module")
def podman():
    need(cache.tree(), "Debian")
    need(cache.wheels(), "the wheels")
    with tempfile.TemporaryDirectory(
        prefix="quietroom-images-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        run = Podman(folder)
        base = folder / "base.tar"
        subprocess.run(("tar", "-C", cache.tree(), "-cf", base, "."), check=True, timeout=120)
        run("import", "--quiet", str(base), "quietroom-base")
        base.unlink()
        (folder / "bundle").mkdir()
        bundle, _ = make_bundle(folder)
        with tarfile.open(bundle) as tar:
            tar.extractall(folder / "bundle", filter="data")
        bundle.unlink()
        yield run


def built(podman, name):
    """chroot isolation shares the network namespace around it, which has no way out."""
    options = ("--isolation", "chroot", "--network", "host", "--quiet")
    base = ("--build-arg", "BASE=localhost/quietroom-base")
    recipe = ("--file", str(IMAGES / f"{name}.Containerfile"))
    return podman("build", *options, *base, *recipe, "--tag", name, "bundle").strip()


@pytest.fixture(scope="module")
def images(podman):
    return {name: built(podman, name) for name in ("appliance", "serving")}


def run_in(podman, image, *command, user, options=()):
    held = ("--network", "none", "--read-only", "--cgroups=disabled", "--cap-drop=ALL")
    limits = ("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096", "--shm-size", "1g")
    place = ("--tmpfs", "/tmp:size=3g", "--user", f"{user}:10000")
    return podman("run", "--rm", *held, *limits, *place, *options, f"localhost/{image}", *command)


def test_the_demo_runs_inside_the_image_with_no_network_and_a_read_only_root(podman, images):
    said = run_in(podman, "appliance", "demo", "--state", "/tmp/state", user=10005)
    assert "Signed by Amara Reyes, LCSW" in said
    assert said.count("certificate ") >= 9


def test_the_image_knows_the_users_that_the_keyring_tells_apart(podman, images):
    read = ("--entrypoint", "cat")
    said = run_in(podman, "appliance", "/etc/passwd", user=10001, options=read)
    users = dict(line.split(":")[0:3:2] for line in said.splitlines())
    assert users["quietroom-web"] == "10001"
    assert users["quietroom-worker"] == "10002"
    assert users["quietroom-keyring"] == "10003"


def test_serving_refuses_to_start_without_its_settings_rather_than_open_a_door(podman, images):
    code = (
        "import subprocess, sys;"
        "done = subprocess.run([sys.executable, '-m', 'serving'], capture_output=True, text=True);"
        "print(done.returncode, done.stderr)"
    )
    read = ("--entrypoint", "python3")
    said = run_in(podman, "serving", "-c", code, user=10005, options=read)
    assert said.startswith("78 ")
    assert "QUIETROOM_SERVING_SOCKET" in said
