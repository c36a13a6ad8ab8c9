# What a person types. `make` alone lists it.
# The virtual environment is .venv, filled from the lock files and from nothing else.

PYTHON := .venv/bin/python
RUN := .venv/.installed-to-run
TEST := .venv/.installed-to-test
PACKAGES := appliance serving models

# Pip obeys this file and the locks, not the settings of whoever calls it.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_USER := 0
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help demo up test check format lock bench gpu clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(RUN) ## one invented session, from recording to signed note to certificates, on this machine
	@.venv/bin/quietroom demo

up: $(RUN) ## the whole box in the foreground with an invented practice, state in .quietroom
	@exec .venv/bin/quietroom up --demo-practice --state .quietroom

test: $(TEST) ## every test, with the network blocked and in random order
	@.venv/bin/pytest

check: $(TEST) ## formatting, lint, types and who may import whom
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy $(PACKAGES)
	@.venv/bin/lint-imports --no-logo

format: $(TEST) ## put the code in the house's form
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: $(TEST) ## resolve the dependencies of pyproject.toml again into both lock files
	@$(PYTHON) tests/upkeep/resolve_locks.py

bench: $(TEST) ## seconds and peak memory of each stage, as JSON
	@.venv/bin/quietroom bench flow --json

gpu: $(TEST) ## the tests that need an NVIDIA GPU
	@.venv/bin/pytest tests/gpu

clean: ## remove what was installed, built and cached; the state in .quietroom stays
	@rm -rf .venv build dist
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(PACKAGES) tests -type d -name __pycache__ -prune -exec rm -rf {} +

# Installing --------------------------------------------------------------------------------------
# .venv/.unfinished stands as long as something is being installed. Who finds it knows that an
# earlier run was cut off, and starts from nothing: a half-made .venv is never taken for whole.
# The stamp that make compares with the lock is touched last.

$(RUN): requirements.lock pyproject.toml
	@$(call install,requirements.lock,about a minute the first time)
	@touch $(RUN)

$(TEST): requirements-test.lock pyproject.toml
	@$(call install,requirements-test.lock,about two minutes the first time)
	@touch $(RUN) $(TEST)

define install
set -eu; \
exec 9< Makefile; \
if command -v flock > /dev/null; then flock 9; fi; \
mkdir -p .venv; \
if [ -e .venv/.unfinished ] || ! $(PYTHON) -c '$(IS_NEW_ENOUGH); import pip' 2> /dev/null; then \
    $(find_python); \
    echo "Making .venv with $$($$python --version)."; \
    : > .venv/.unfinished; \
    find .venv -mindepth 1 -maxdepth 1 ! -name .unfinished -exec rm -rf {} +; \
    $$python -m venv .venv; \
fi; \
: > .venv/.unfinished; \
echo "Installing what $(1) lists ($(2))."; \
$(PYTHON) -m pip install --quiet --no-deps --require-hashes --requirement $(1); \
$(PYTHON) -m pip install --quiet --no-deps --no-build-isolation --editable .; \
rm -f .venv/.unfinished
endef

IS_NEW_ENOUGH := import sys; sys.version_info >= (3, 11) or sys.exit(1)

# The newest of these that runs, is at least 3.11 and can make a virtual environment.
define find_python
python=; unready=; \
for candidate in python3.13 python3.12 python3.11 python3; do \
    $$candidate -c '$(IS_NEW_ENOUGH)' 2> /dev/null || continue; \
    if $$candidate -c 'import ensurepip, venv' 2> /dev/null; \
    then python=$$candidate; break; else unready=$$candidate; fi; \
done; \
if [ -z "$$python" ]; then \
    if [ -n "$$unready" ]; \
    then echo "$$unready cannot make a virtual environment here: apt-get install python3-venv"; \
    else echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv"; fi >&2; \
    exit 1; \
fi
endef
