"""A program loads what it needs and nothing else: a fault in one library stays in one program."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

# The program's module, and the libraries that must not be there once it is imported.
APART = {
    "appliance.wsgi": {"ray", "torch", "vllm", "nemo", "pynvml"},
    "appliance.worker": {"ray", "torch", "vllm", "nemo", "pynvml", "flask", "werkzeug"},
    "appliance.keyring": {"ray", "torch", "vllm", "nemo", "pynvml", "flask", "sqlalchemy", "httpx"},
    "appliance.meter": {"ray", "torch", "vllm", "nemo", "flask", "sqlalchemy", "cryptography"},
    "appliance.cli": {"ray", "torch", "vllm", "nemo", "pynvml"},
    "serving.wire": {"ray", "torch", "appliance", "flask"},
    "models": {"ray", "torch", "appliance", "serving"},
}
PRESENT = [name for name in APART if importlib.util.find_spec(name)]


def loaded_by(module):
    """Top-level packages in memory after a fresh interpreter has imported the module."""
    program = (
        "import importlib, json, sys\n"
        f"importlib.import_module({module!r})\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", PRESENT)
def test_a_program_does_not_load_what_belongs_to_another(module):
    assert loaded_by(module) & APART[module] == set()


def test_a_library_that_is_loaded_would_be_seen():
    assert "httpx" in loaded_by("httpx")
