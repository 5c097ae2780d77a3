# Every target works on a machine that has Python 3.11 or newer and nothing else; `make help` explains them.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Arguments for the tests, such as ARGS="tests/web -k static".
ARGS   ?=
# Two processes, each with servers of its own; ARGS="-n 0" runs the tests in one.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help install run test check format lint types imports house migrations browser wheel bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(READY) ## Prepare .venv with everything that is needed to run, test and measure

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: set PYTHON=/path/to/python3")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Could not make $(VENV): on Debian, apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $(READY)

run: install ## Start everything with sample data: console, gateway, worker, servers, a simulated WhatsApp
	$(BIN)/switchboard up --demo

test: install browser ## Run all tests on a PostgreSQL, a Valkey and a Chromium of their own
	$(PYTEST) $(ARGS)

check: install format lint types imports house migrations test ## What CI runs: everything below, then all tests

format: install ## Check the form of the Python files (`.venv/bin/ruff format` mends it)
	$(BIN)/ruff format --check --quiet .

lint: install ## Look for mistakes with ruff
	$(BIN)/ruff check --quiet .

types: install ## Check the types with mypy --strict
	$(BIN)/mypy

imports: install ## Check that imports go down only: console, gateway, orm
	$(BIN)/lint-imports

house: install ## Check the house rules that no linter knows
	$(BIN)/python -m pytest -q tests/test_house.py tests/test_house_static.py

migrations: install ## Check the migrations: forwards, backwards, forwards again, and no drift from the tables
	$(BIN)/python -m pytest -q tests/orm -k migrat

browser: install ## Find a Chromium for the browser tests, or install one
	@$(BIN)/python -m tests.chromium

wheel: install ## Build the wheel into dist/
	$(BIN)/python -m build --wheel

bench: install ## Measure, and write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

lock: install ## Renew requirements.lock from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra embedded --extra dev --output-file requirements.lock pyproject.toml

clean: ## Remove what the other targets made, but for .switchboard/ with its data
	rm -rf $(VENV) dist build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-artifacts
