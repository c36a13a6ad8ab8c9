"""The units of the five programs, without booting anything: systemd's own figures, and the rules."""

import re
import subprocess

import jinja2
import pytest

from tests.deployment import cache
from tests.deployment.story import PROGRAMS

pytestmark = [pytest.mark.deployment, pytest.mark.needs_program("systemd-analyze")]

TEMPLATES = cache.REPOSITORY / "ansible" / "roles" / "app" / "templates"
# systemd's exposure, from 0 to 10. What each reached when it was measured, and a little room.
ROOTS_HUNT = cache.REPOSITORY / "ansible/roles/app/files/quietroom-residue.service"
MOST_EXPOSURE_OF_ROOTS_HUNT = 2.1
MOST_EXPOSURE = {"web": 1.0, "worker": 1.0, "keyring": 1.0, "meter": 1.0, "serving": 1.5}


PROVIDERS = ("file", "tpm", "credential")


def rendered(program, *, has_gpu, provider="file"):
    loader = jinja2.FileSystemLoader(TEMPLATES)
    # As Ansible sets it up: the first line end after a block belongs to the block.
    environment = jinja2.Environment(loader=loader, trim_blocks=True, keep_trailing_newline=True)
    environment.filters["bool"] = bool
    template = environment.get_template(f"{program}.service.j2")
    return template.render(
        ansible_managed="Ansible managed",
        quietroom_has_gpu=has_gpu,
        quietroom_keyring_provider=provider,
    )


def entries(text):
    """(name, value) of every setting, in order."""
    return re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)


@pytest.fixture(params=[False, True], ids=["without-a-gpu", "with-a-gpu"])
def has_gpu(request):
    return request.param


@pytest.mark.parametrize("program", PROGRAMS)
def test_systemd_finds_little_exposed(program, has_gpu, tmp_path):
    exposure = exposure_of(program, rendered(program, has_gpu=has_gpu), tmp_path)
    assert exposure <= MOST_EXPOSURE[program]


def exposure_of(program, text, tmp_path):
    path = tmp_path / f"quietroom-{program}.service"
    path.write_text(text)
    line = ("systemd-analyze", "security", "--offline=true", "--no-pager", path)
    said = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True)
    [exposure] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said.stdout)
    print(f"{program}: {exposure}")
    assert "ignoring" not in said.stderr  # no line that systemd cannot read
    return float(exposure)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_keyring_with_any_provider_is_little_exposed(provider, tmp_path):
    text = rendered("keyring", has_gpu=False, provider=provider)
    assert exposure_of("keyring", text, tmp_path) <= MOST_EXPOSURE["keyring"]


def test_the_keyring_sees_a_tpm_and_a_credential_only_where_they_keep_the_root():
    told = {each: rendered("keyring", has_gpu=False, provider=each) for each in PROVIDERS}
    assert {name for name, text in told.items() if "/dev/tpmrm0" in text} == {"tpm"}
    assert {name for name, text in told.items() if "SupplementaryGroups=tss" in text} == {"tpm"}
    assert {name for name, text in told.items() if "LoadCredential" in text} == {"credential"}
    assert {name for name, text in told.items() if "PrivateDevices=yes" in text} == {
        "file",
        "credential",
    }
    assert all(dict(entries(text))["DevicePolicy"] == "closed" for text in told.values())


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_line_is_a_setting_of_its_own(program, has_gpu):
    for name, value in entries(rendered(program, has_gpu=has_gpu)):
        assert not re.search(r"[a-z0-9](Private|Protect|Restrict|SystemCall)\w+=", value), name


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_has_a_user_of_its_own_no_core_dumps_and_starts_again(program, has_gpu):
    settings = dict(entries(rendered(program, has_gpu=has_gpu)))
    assert settings["User"] == f"quietroom-{program}"
    assert settings["LimitCORE"] == "0"
    assert settings["Restart"] == "always"
    assert settings["PrivateNetwork"] == "yes"
    assert settings["NoNewPrivileges"] == "yes"


@pytest.mark.parametrize("program", PROGRAMS)
def test_temporary_files_are_private_and_in_memory(program, has_gpu):
    text = rendered(program, has_gpu=has_gpu)
    assert re.search(r"^TemporaryFileSystem=/tmp:\S+ /var/tmp:", text, re.MULTILINE)


@pytest.mark.parametrize("program", ["web", "worker", "keyring", "meter"])
def test_only_serving_may_use_the_internets_sockets_and_it_has_loopback_alone(program):
    told = dict(entries(rendered(program, has_gpu=True)))
    assert told["RestrictAddressFamilies"] == "AF_UNIX"
    serving = dict(entries(rendered("serving", has_gpu=True)))
    assert serving["IPAddressAllow"] == "localhost"
    assert serving["IPAddressDeny"] == "any"


def test_the_worker_comes_after_the_keyring_and_web_after_its_door():
    assert "quietroom-keyring.service" in dict(entries(rendered("worker", has_gpu=False)))["After"]
    assert "quietroom-web.socket" in dict(entries(rendered("web", has_gpu=False)))["After"]


def test_roots_hunt_is_held_to_reading(tmp_path):
    """It is root for what it has to see; systemd's figure is mostly for that and for no user."""
    line = ("systemd-analyze", "security", "--offline=true", "--no-pager", ROOTS_HUNT)
    said = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True)
    [exposure] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said.stdout)
    assert float(exposure) <= MOST_EXPOSURE_OF_ROOTS_HUNT
    assert "ignoring" not in said.stderr
    told = dict(entries(ROOTS_HUNT.read_text()))
    assert told["CapabilityBoundingSet"] == "CAP_DAC_READ_SEARCH CAP_SYS_PTRACE"
    assert (told["PrivateNetwork"], told["LimitCORE"]) == ("yes", "0")
    assert (told["ProtectSystem"], told["NoNewPrivileges"]) == ("strict", "yes")
    assert "ReadWritePaths" not in told
    assert "residue" in told["ExecStart"]
    assert not {"--stdin", "--recording"} & set(told["ExecStart"].split())


def test_nothing_that_roots_hunt_has_to_see_is_hidden_from_it():
    told = dict(entries(ROOTS_HUNT.read_text()))
    seen = ("ProtectProc", "ProcSubset", "PrivateTmp", "PrivateUsers", "ProtectHome", "DeviceAllow")
    assert [told[name] for name in seen] == ["default", "all", "no", "no", "read-only", "block-* r"]
    assert not {"PrivateDevices", "InaccessiblePaths", "TemporaryFileSystem"} & set(told)


def test_roots_hunt_has_its_hour_also_after_the_machine_was_off():
    told = dict(entries(ROOTS_HUNT.with_suffix(".timer").read_text()))
    assert told["OnCalendar"] == "*:17"
    assert told["Persistent"] == "yes"


def test_the_newest_canary_lies_in_memory_where_only_the_worker_and_root_look():
    worker = dict(entries(rendered("worker", has_gpu=False)))
    assert worker["RuntimeDirectory"] == "quietroom-worker"
    assert worker["RuntimeDirectoryMode"] == "0700"
    settings = (TEMPLATES / "quietroom.toml.j2").read_text()
    assert 'canary_directory = "/run/quietroom-worker"' in settings
    hunt = dict(entries(ROOTS_HUNT.read_text()))
    assert f'hunt_directory = "/run/{hunt["RuntimeDirectory"]}"' in settings


def test_the_firewall_is_up_before_any_network():
    unit = cache.REPOSITORY / "ansible/roles/firewall/files/quietroom-firewall.service"
    told = dict(entries(unit.read_text()))
    assert told["Before"].split()[0] == "network-pre.target"
    assert "ExecStop" not in told
