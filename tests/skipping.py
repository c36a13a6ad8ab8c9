"""When a test may be skipped: on a laptop, with its reason; in CI only for want of a GPU.

A test says what it needs by a marker: `needs_program("chromium")`, `needs_postgresql`,
`needs_engines`, `needs_root`. On a laptop that lacks it the test is skipped with its reason.
With CI=true in the
environment a skip is a failure for every test that has one of the markers in MUST_RUN_IN_CI, and
so is the skip of a whole file.
"""

import os
import shutil
from collections.abc import Generator

import pytest

from appliance.bench.postgresql import program
from tests.deployment.cache import engines, tiny_speech

MUST_RUN_IN_CI = frozenset(
    {
        "browser",
        "serving",
        "deployment",
        "needs_engines",
        "needs_postgresql",
        "needs_program",
        "needs_root",
    }
)
MAY_BE_SKIPPED_IN_CI = "gpu"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose marker asks for what this machine lacks."""
    for marker in item.iter_markers("needs_program"):
        if not any(shutil.which(name) for name in marker.args):
            pytest.skip(f"{' or '.join(marker.args)} is not installed. Get what .ci/run lists.")
    if item.get_closest_marker("needs_engines") and not (
        engines().exists() and tiny_speech().exists()
    ):
        pytest.skip("the environment for engines is missing: python3 tests/deployment/prepare.py")
    if item.get_closest_marker("needs_postgresql") and program("initdb") is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    if item.get_closest_marker("needs_root") and os.geteuid() != 0:
        pytest.skip("This test needs root: it makes namespaces, mounts or users.")


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


def must_run(item: pytest.Item) -> bool:
    """True for a test that CI may not skip."""
    names = {marker.name for marker in item.iter_markers()}
    return in_ci() and MAY_BE_SKIPPED_IN_CI not in names and bool(names & MUST_RUN_IN_CI)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test that must run into a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and must_run(item):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and in CI it must run: {call.excinfo and call.excinfo.value}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into a failure in CI, except under tests/gpu."""
    report = yield
    if report.outcome == "skipped" and in_ci() and MAY_BE_SKIPPED_IN_CI not in collector.path.parts:
        report.outcome = "failed"
        report.longrepr = f"A whole file was skipped, and in CI it must run: {report.longrepr}"
    return report
