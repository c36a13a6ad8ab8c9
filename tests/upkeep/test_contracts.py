"""Who may import whom: the contracts of pyproject.toml hold, and each of them can fail.

Every contract has a planted violation: a file written into a copy of the packages that breaks that
contract and no other.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIGURATION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]
PACKAGES = CONFIGURATION["root_packages"]
CONTRACTS = {contract["id"]: contract["name"] for contract in CONFIGURATION["contracts"]}

# The contract, the files that are planted, and what stands in them.
PLANTED = [
    ("layers", {"appliance/domain/planted.py": "import appliance.steps.ports"}),
    ("layers", {"appliance/adapters/planted.py": "import appliance.settings"}),
    ("layers", {"appliance/misplaced.py": ""}),
    ("pure", {"appliance/domain/planted.py": "import logging"}),
    ("pure", {"appliance/steps/planted.py": "import os.path"}),
    ("pure", {"appliance/steps/planted.py": "from pydantic import BaseModel"}),
    (
        "steps-are-siblings",
        {
            "appliance/steps/planted.py": "import appliance.steps.planted_too",
            "appliance/steps/planted_too.py": "",
        },
    ),
    (
        "adapters-are-siblings",
        {
            "appliance/adapters/planted.py": "import appliance.adapters.planted_too",
            "appliance/adapters/planted_too.py": "",
        },
    ),
    ("one-wire", {"appliance/adapters/inference/planted.py": "import serving.settings"}),
    ("one-wire", {"appliance/adapters/inference/planted.py": "import ray"}),
    ("wire-users", {"appliance/adapters/planted.py": "import serving.wire"}),
    ("nobody-looks-up", {"serving/planted.py": "import appliance.domain.note"}),
    ("nobody-looks-up", {"models/planted.py": "import serving.settings"}),
    ("serving-layers", {"serving/speech/planted.py": "import serving.settings"}),
    ("thin-api", {"appliance/api/planted.py": "import sqlite3"}),
    ("thin-api", {"appliance/web/planted.py": "import subprocess"}),
    ("door-database", {"appliance/adapters/planted.py": "import sqlalchemy.orm"}),
    ("door-database", {"appliance/bench/planted.py": "import psycopg"}),
    ("door-cryptography", {"appliance/adapters/planted.py": "import cryptography.x509"}),
    ("door-passwords", {"appliance/adapters/planted.py": "import argon2"}),
    ("door-gpu-counter", {"appliance/adapters/planted.py": "import pynvml"}),
    ("door-http-server", {"appliance/adapters/planted.py": "import flask"}),
    ("door-http-client", {"appliance/adapters/planted.py": "import httpx"}),
    ("door-metrics", {"appliance/adapters/planted.py": "import prometheus_client"}),
    ("door-names", {"appliance/adapters/planted.py": "import phonenumbers"}),
    ("door-sound", {"serving/planted.py": "import pocketsphinx"}),
    ("door-sound", {"appliance/adapters/planted.py": "import numpy"}),
    ("door-paper", {"appliance/adapters/planted.py": "import reportlab"}),
    ("door-torch", {"serving/planted.py": "import transformers"}),
    ("door-ray", {"serving/speech/planted.py": "import ray"}),
    ("door-language-model", {"serving/speech/planted.py": "import vllm"}),
]

# Runs in the copy: lints it as it is and with each plant, and prints the names of what broke.
LINT_WITH_EACH_PLANT = """
import json, pathlib, sys
sys.path.insert(0, ".")
from importlinter import configuration
from importlinter.application import use_cases

configuration.configure()
options = use_cases.read_user_options("pyproject.toml")
use_cases._register_contract_types(options)

def broken(files):
    for path, text in files.items():
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        pathlib.Path(path).write_text(text + "\\n")
    report = use_cases.create_report(options, cache_dir=None)
    if report.could_not_run:
        raise SystemExit(str(report.invalid_contract_options))
    for path in files:
        pathlib.Path(path).unlink()
    return [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]

json.dump([broken(files) for files in json.load(sys.stdin)], sys.stdout)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The packages and their contracts, where a violation may be planted."""
    root = tmp_path_factory.mktemp("copy")
    python_only = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(REPOSITORY / package, root / package, ignore=python_only)
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    return root


@pytest.fixture(scope="module")
def verdicts(copy):
    """Names of the broken contracts: first of the tree as it is, then with each plant."""
    plants = [{}, *(files for _, files in PLANTED)]
    linted = subprocess.run(
        [sys.executable, "-c", LINT_WITH_EACH_PLANT],
        cwd=copy,
        input=json.dumps(plants),
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stderr
    return json.loads(linted.stdout.splitlines()[-1])


def test_the_tree_keeps_every_contract(verdicts):
    assert verdicts[0] == []


@pytest.mark.parametrize(
    ("position", "contract"),
    [
        pytest.param(position, contract, id=f"{contract}: {' '.join(files)}")
        for position, (contract, files) in enumerate(PLANTED, start=1)
    ],
)
def test_a_planted_violation_breaks_its_contract_and_no_other(verdicts, position, contract):
    assert verdicts[position] == [CONTRACTS[contract]]


def test_every_contract_has_a_planted_violation():
    assert {contract for contract, _ in PLANTED} == set(CONTRACTS)
