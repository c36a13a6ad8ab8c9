"""The house is in order: sizes, licences, and nothing of the machine it was built on."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("appliance", "serving", "models")
LINE_LIMIT = 400

# Somebody's home, or where packages were fetched from: true on one machine only.
OF_ONE_MACHINE = {
    "a home directory": re.compile(r"(?<![\w.~$])/(?:root|home/[a-z][\w-]*)(?=/|\b)(?!/?\.\.\.)"),
    "a package registry": re.compile(
        r"https?://[\w.:@-]*(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|/simple\b)",
        re.IGNORECASE,
    ),
    "an index option": re.compile(
        r"^\s*--(?:(?:extra-)?index-url|trusted-host|find-links\s+(?:https?:|/))", re.MULTILINE
    ),
}


def listed(*patterns):
    """Files of the repository, committed or about to be, as git lists them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *patterns]
    names = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True).stdout
    paths = (REPOSITORY / name for name in names.decode().split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def named(path):
    return str(path.relative_to(REPOSITORY))


def text_of(path):
    """A file's text; empty for sound, pictures and other bytes."""
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("what", OF_ONE_MACHINE)
def test_no_file_names_the_machine_it_was_written_on(what):
    assert [named(path) for path in listed() if OF_ONE_MACHINE[what].search(text_of(path))] == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a home directory", "cd /" + "root/quietroom"),
        ("a home directory", 'open("/' + 'home/someone/x")'),
        ("a package registry", "https:" + "//pypi.org/simple"),
        ("an index option", "--" + "index-url http:" + "//mirror"),
    ],
)
def test_a_trace_of_one_machine_would_be_found(what, line):
    assert OF_ONE_MACHINE[what].search(line)


def test_no_python_file_is_longer_than_a_reader_can_hold():
    too_long = {
        named(path): lines
        for path in listed("*.py")
        if (lines := len(text_of(path).splitlines())) > LINE_LIMIT
    }
    assert too_long == {}


def test_every_python_file_starts_with_what_it_is_for():
    silent = [
        named(path)
        for path in listed("*.py")
        if (text := text_of(path).strip()) and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_the_record_and_its_steps_import_only_the_standard_library():
    """Stricter than the import contract, which names libraries: whatever is not listed is out."""
    allowed = sys.stdlib_module_names | {"appliance"}
    foreign = {
        (named(path), imported)
        for path in listed("appliance/domain/*.py", "appliance/steps/*.py")
        for imported in imported_by(path)
        if imported.split(".")[0] not in allowed
    }
    assert foreign == set()


def imported_by(path):
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize(
    "banned", ["utils", "helpers", "common", "core", "manager", "base", "misc"]
)
def test_no_file_has_a_name_that_says_nothing(banned):
    assert [named(path) for path in listed("*.py") if path.stem == banned] == []


def test_the_licence_is_the_apache_licence():
    licence = (REPOSITORY / "LICENSE").read_text()
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def test_every_folder_of_data_we_did_not_write_carries_its_licence():
    """A folder under models/ that ships files other than code and manifests says whose they are."""
    files = [path for path in listed("models") if path.suffix not in {".py", ".toml"}]
    folders = {path.parent for path in files} - {REPOSITORY / "models"}
    bare = [
        named(folder) for folder in folders if not any(map(tells_the_licence, folder.iterdir()))
    ]
    assert bare == []


def tells_the_licence(path):
    return path.is_file() and path.name.lower().startswith(("licen", "readme", "notice"))


def test_every_package_is_in_the_distribution():
    assert {path.parent.name for path in listed("*/__init__.py")} >= set(PACKAGES)
