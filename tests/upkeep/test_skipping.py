"""On a laptop a test may be skipped with its reason; in CI it must run, save those for a GPU."""

import pytest

from tests.skipping import MUST_RUN_IN_CI

MISSING = "no-such-program-anywhere"
PLAIN_MARKERS = sorted(MUST_RUN_IN_CI - {"needs_program"})


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs the tests of one file under the rules of tests/skipping.py."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    markers = ["gpu", "needs_program(*names)", *PLAIN_MARKERS]
    pytester.makeini("[pytest]\nmarkers =\n" + "".join(f"    {marker}\n" for marker in markers))

    def run_tests(body, *, ci):
        monkeypatch.setenv("CI", "true" if ci else "")
        pytester.makepyfile(f"import pytest\n\n{body}")
        plugins = ("-p", "tests.skipping", "-p", "no:cacheprovider")
        return pytester.runpytest_inprocess("-rsf", *plugins)

    return run_tests


def skipping(marker):
    return f"@pytest.mark.{marker}\ndef test_something():\n    pytest.skip('the service is absent')"


@pytest.mark.parametrize("marker", [*PLAIN_MARKERS, "needs_program('sh')"])
def test_in_ci_a_skipped_service_test_is_a_failure(run, marker):
    result = run(skipping(marker), ci=True)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*in CI it must run: the service is absent*"])


@pytest.mark.parametrize("marker", PLAIN_MARKERS)
def test_on_a_laptop_a_skipped_service_test_is_skipped(run, marker):
    run(skipping(marker), ci=False).assert_outcomes(skipped=1)


def test_in_ci_a_test_for_a_gpu_may_be_skipped(run):
    run(skipping("gpu"), ci=True).assert_outcomes(skipped=1)


def test_in_ci_an_expected_failure_stays_expected(run):
    body = "@pytest.mark.browser\n@pytest.mark.xfail\ndef test_something():\n    assert False"
    run(body, ci=True).assert_outcomes(xfailed=1)


def test_in_ci_a_service_test_that_passes_passes(run):
    run("@pytest.mark.browser\ndef test_something():\n    pass", ci=True).assert_outcomes(passed=1)


@pytest.mark.parametrize(("ci", "outcome"), [(True, "errors"), (False, "skipped")])
def test_a_missing_program_skips_on_a_laptop_and_fails_in_ci(run, ci, outcome):
    body = f"@pytest.mark.needs_program('{MISSING}')\ndef test_something():\n    assert False"
    result = run(body, ci=ci)
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines([f"*{MISSING} is not installed*"])


@pytest.mark.parametrize(("ci", "outcome"), [(True, "errors"), (False, "skipped")])
def test_a_whole_file_that_skips_itself_is_a_failure_in_ci(run, ci, outcome):
    body = "pytest.skip('nothing here', allow_module_level=True)"
    run(body, ci=ci).assert_outcomes(**{outcome: 1})
