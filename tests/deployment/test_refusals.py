"""What an administrator gets wrong is refused in a sentence, before anything is changed."""

import datetime as dt
import tarfile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deployment import cache
from tests.deployment.story import write_inventory

pytestmark = [
    pytest.mark.deployment,
    pytest.mark.slow,
    pytest.mark.needs_root,
    pytest.mark.needs_program("systemd-nspawn"),
    pytest.mark.timeout(2400),
]

# What is changed in the inventory, and what the answer says.
WRONG = {
    "quietroom_lan=[]": "quietroom_lan is missing in the inventory",
    'quietroom_lan=["10.77.0.1/24"]': "quietroom_lan has 10.77.0.1/24, which is not a network",
    'quietroom_lan=["0.0.0.0/0"]': "which is not a network of a practice",
    'quietroom_names=["10.77.0.2"]': "quietroom_names needs at least one host name",
    'quietroom_administration=["192.168.7.0/24"]': "the firewall would lock you out",
    'quietroom_peers=[{"address": "time.lan", "port": 123}]': "Each needs address",
    "quietroom_memory_minimum_mib=9999999": "MiB of memory, and 9999999 MiB are needed",
    "quietroom_memory_minimum_mib=plenty": "unable to convert to int",
    "quietroom_firewal=off": "names that nothing reads: quietroom_firewal",
    "quietroom_has_gpu=true": "no NVIDIA driver is loaded here",
    "quietroom_bundle=/nowhere.tar": "There is no bundle at /nowhere.tar",
}


@pytest.fixture
def refused(story, tmp_path):
    """Applies with lines added to the inventory; returns what was said, in one line."""

    def apply(*lines, bundle=None):
        bundle = bundle or story.bundle
        inventory = write_inventory(
            tmp_path / "inventory", story.machine, bundle, cache.sha256_of(bundle)
        )
        told = dict(line.split("=", 1) for line in inventory.read_text().splitlines()[3:])
        told |= dict(line.split("=", 1) for line in lines)
        head = inventory.read_text().splitlines()[:3]
        inventory.write_text("\n".join([*head, *(f"{k}={v}" for k, v in told.items())]) + "\n")
        play = story.play(inventory=inventory)
        assert play.returned != 0, play.said
        assert play.changed == 0
        return " ".join(play.said.split())

    return apply


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_value_is_refused_with_what_to_do(refused, line):
    assert WRONG[line] in refused(line)


def test_swap_is_refused(refused, story):
    """The guest reads a /proc/meminfo that has swap in it."""
    story.machine.ssh(
        "sed 's/^SwapTotal:.*/SwapTotal: 2097152 kB/; s/^SwapFree:.*/SwapFree: 2097152 kB/' "
        "/proc/meminfo > /run/meminfo && mount --bind /run/meminfo /proc/meminfo"
    )
    try:
        assert "Swap is on (2048 MiB)" in refused()
    finally:
        story.machine.ssh("umount /proc/meminfo")


def test_a_bundle_that_was_changed_is_refused(refused, story, tmp_path):
    changed = tmp_path / "changed.tar"
    changed.write_bytes(story.bundle.read_bytes() + b"\0" * 512)
    said = refused(f"quietroom_bundle={changed}")
    assert "is not the one that quietroom_bundle_sha256 names" in said


def test_an_altered_wheel_is_refused_even_under_a_fresh_hash(refused, story, tmp_path):
    altered = tmp_path / "altered.tar"
    with tarfile.open(story.bundle) as tar, tarfile.open(altered, "w") as out:
        for entry in tar:
            content = tar.extractfile(entry)
            if entry.name.startswith("wheels/flask-"):
                data = content.read()[:-1] + b"\1"
                path = tmp_path / "wheel"
                path.write_bytes(data)
                out.add(path, entry.name)
            else:
                out.addfile(entry, content)
    said = refused(bundle=altered)
    assert "Not what requirements.lock names: flask-" in said
    assert "make_bundle.py" in said


def certificate(folder, *, names, days, other_key=False):
    """A self-signed certificate and a key, as two inventory lines."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "practice")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=400))
    builder = builder.not_valid_after(now + dt.timedelta(days=days))
    alternative = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
    signed = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    (folder / "own.crt").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    given = ec.generate_private_key(ec.SECP256R1()) if other_key else key
    (folder / "own.key").write_bytes(
        given.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return (
        f"quietroom_certificate={folder / 'own.crt'}",
        f"quietroom_private_key={folder / 'own.key'}",
        'quietroom_names=["quietroom.clinic.lan"]',
    )


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"names": ["quietroom.clinic.lan"], "days": 3}, "give one with two weeks or more"),
        ({"names": ["other.lan"], "days": 90}, "is not for quietroom.clinic.lan"),
        (
            {"names": ["quietroom.clinic.lan"], "days": 90, "other_key": True},
            "is not the key of quietroom_certificate",
        ),
    ],
)
def test_a_wrong_certificate_is_refused(refused, tmp_path, made, says):
    assert says in refused(*certificate(tmp_path, **made))


def test_what_would_copy_the_keyring_is_named(story):
    """A backup program on the machine, and the hypervisor under it."""
    story.machine.ssh("mkdir -p /etc/cron.daily && touch /etc/cron.daily/restic")
    try:
        said = " ".join(story.play("--check").said.split())
    finally:
        story.machine.ssh("rm /etc/cron.daily/restic")
    assert "Found here: restic." in said
    assert "This is a virtual machine" in said
