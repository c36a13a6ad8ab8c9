"""The playbook as text: its linters, its inputs, its example."""

import os
import subprocess

import pytest
import yaml

from tests.deployment import cache

pytestmark = [pytest.mark.deployment, pytest.mark.slow, pytest.mark.timeout(300)]

ANSIBLE = cache.REPOSITORY / "ansible"
ROLES = ("preflight", "app", "tls", "nginx", "monitoring", "firewall")


def lint(tools, tmp_path, *line):
    environment = os.environ | {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg"),
        "ANSIBLE_LOCAL_TEMP": str(tmp_path / "ansible"),
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.run(
        (tools / line[0], *line[1:]),
        capture_output=True,
        text=True,
        cwd=ANSIBLE,
        env=environment,
        timeout=280,
        check=False,
    )


def test_ansible_lint_finds_nothing_by_its_strictest_rules(tools, tmp_path):
    done = lint(tools, tmp_path, "ansible-lint", "--offline", "--profile", "production", "site.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_yamllint_finds_nothing(tools, tmp_path):
    done = lint(tools, tmp_path, "yamllint", "--strict", "site.yml", "roles")
    assert done.returncode == 0, done.stdout


def test_every_role_has_typed_inputs_and_all_of_them_are_known_to_preflight():
    specs = {
        role: yaml.safe_load((ANSIBLE / f"roles/{role}/meta/argument_specs.yml").read_text())
        for role in ROLES
    }
    options = {role: spec["argument_specs"]["main"]["options"] for role, spec in specs.items()}
    assert all(option["type"] for each in options.values() for option in each.values())
    assert set().union(*options.values()) == set(options["preflight"])


def test_the_example_inventory_is_what_an_administrator_can_take_in():
    lines = (ANSIBLE / "inventory" / "example").read_text().splitlines()
    assert len(lines) <= 15


def test_the_firewall_comes_last():
    [play] = yaml.safe_load((ANSIBLE / "site.yml").read_text())
    assert play["roles"] == list(ROLES)
