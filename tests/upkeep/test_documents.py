"""What is written about the box is true of it: targets, settings, sub-commands, the changelog."""

import importlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

REPOSITORY = Path(__file__).resolve().parents[2]
TARGETS = ("help", "demo", "up", "test", "check", "format", "lock", "bench", "gpu", "clean")
SETTINGS_MODULES = ("appliance.settings", "serving.settings")


def written(name):
    return (REPOSITORY / name).read_text()


def documented_names(settings_class):
    """The environment names of a settings class, e.g. QUIETROOM_SERVING_SOCKET."""
    prefix = settings_class.model_config.get("env_prefix", "")
    return {f"{prefix}{field}".upper() for field in settings_class.model_fields}


def settings_classes():
    found = [name for name in SETTINGS_MODULES if importlib.util.find_spec(name)]
    for name in found:
        for value in vars(importlib.import_module(name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, BaseSettings)
                and value is not BaseSettings
            ):
                yield value


def test_every_setting_is_in_the_readme():
    readme = written("README.md")
    names = set().union(*map(documented_names, settings_classes()))
    assert sorted(name for name in names if not re.search(rf"\b{name}\b", readme)) == []


def test_every_setting_has_the_prefix_of_the_product():
    names = set().union(*map(documented_names, settings_classes()))
    assert sorted(name for name in names if not name.startswith("QUIETROOM_")) == []


@pytest.fixture(scope="module")
def sub_commands():
    """The sub-commands that `quietroom --help` lists."""
    program = (sys.executable, "-c", "from appliance.cli import main; main()", "--help")
    helped = subprocess.run(program, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    [choices] = set(re.findall(r"\{([\w,-]+)\}", helped.stdout))
    return choices.split(",")


@pytest.mark.parametrize("expected", ["up", "demo", "web", "worker", "keyring", "serving", "meter"])
def test_the_programs_of_the_box_are_sub_commands(expected, sub_commands):
    assert expected in sub_commands


def test_every_sub_command_is_in_the_readme(sub_commands):
    readme = written("README.md")
    assert [name for name in sub_commands if f"quietroom {name}" not in readme] == []


def test_make_lists_every_target():
    helped = subprocess.run(
        ["make", "--no-print-directory"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    listed = re.findall(r"^ +make (\w+) +\S", helped.stdout, re.MULTILINE)
    declared = re.findall(r"^([a-z]+):", written("Makefile"), re.MULTILINE)
    assert sorted(listed) == sorted(declared) == sorted(TARGETS)


def test_the_changelog_starts_with_what_is_not_released_yet():
    headings = re.findall(r"^## (.+)$", written("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"


@pytest.mark.parametrize("promise", [f"P{number}" for number in range(1, 12)])
def test_every_promise_is_written_down(promise):
    assert re.search(rf"^\| {promise} \| .+ \| .+ \|$", written("SECURITY.md"), re.MULTILINE)


def test_a_promise_names_only_tests_that_exist():
    named = re.findall(r"`(tests/[\w./-]+)`", written("SECURITY.md"))
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize("folder", ["ansible", "helm", "tests"])
def test_every_folder_beside_the_packages_says_what_is_in_it(folder):
    assert written(f"{folder}/README.md").startswith("# ")
