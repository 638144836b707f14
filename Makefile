# Everything lies in .venv; nothing needs root. `make demo` and `make test` are all that a fresh clone needs.
PYTHON ?= python3
SERVE ?= 1
HOME_DEMO ?= var/demo
BIN = .venv/bin
WORKERS ?= 2
MIXED ?= 10000
FAULTS ?= 500
QUERIES ?= 20000
EDITS ?= 50000
REVISIONS ?= 1000

.PHONY: demo test lint types arch elasticsearch unit wheel kills chaos mixed hostile integrity revisions picture peers clean

demo: .venv/run.stamp  ## the case of November 2023 through the whole desk, then the pages (SERVE=0: end after the report)
	$(BIN)/sankofa --home $(HOME_DEMO) demo $(if $(filter 0,$(SERVE)),--no-serve)

test: lint types arch elasticsearch unit  ## what CI runs (ES=off: without a real Elasticsearch)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev.stamp
	$(BIN)/mypy

arch: .venv/dev.stamp
	$(BIN)/lint-imports

elasticsearch: .venv/dev.stamp  ## whatever the tests start a node from; says its size before it fetches anything
	$(BIN)/python -m tests.elasticsearch prepare

unit: .venv/dev.stamp
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 25 $(PYTEST)

wheel: .venv/dev.stamp  ## the built wheel in an empty environment: imports, command line, demonstration
	sh tests/wheel.sh

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Sankofa needs Python 3.11 or newer: set PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

.venv/run.stamp: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --only-binary :all: --editable '.[demo,vision,provenance,pdf]'
	touch $@

.venv/dev.stamp: .venv/run.stamp
	$(BIN)/python -m pip install --quiet --only-binary :all: --group dev
	touch $@

kills: .venv/dev.stamp  ## the long form of the test that kills a collection again and again
	SANKOFA_TEST_KILLS=40 $(BIN)/python -m pytest -q tests/e2e/test_kill.py

chaos: elasticsearch  ## the long form of the test that breaks a cluster while it is written to, and what happened (FAULTS=100: so many)
	SANKOFA_TEST_FAULTS=$(FAULTS) $(BIN)/python -m pytest -q -rP --show-capture=stdout tests/chaos

mixed: .venv/dev.stamp  ## the long form of the test of a folder of mixed files, and what it cost (MIXED=3000: so many)
	SANKOFA_TEST_MIXED=$(MIXED) $(BIN)/python -m pytest -q -rP tests/e2e/test_mixed_folder.py

hostile: .venv/dev.stamp  ## the long form of the test that searches for hostile texts, and what each cost (QUERIES=3000: so many)
	SANKOFA_TEST_QUERIES=$(QUERIES) $(BIN)/python -m pytest -q -rP tests/e2e/test_hostile_searches.py

integrity: .venv/dev.stamp  ## the long form of the tests that change packs and logs, and whether each change was found (EDITS=5000: so many)
	SANKOFA_TEST_EDITS=$(EDITS) $(BIN)/python -m pytest -q -rP --show-capture=stdout tests/integrity

revisions: elasticsearch  ## the long form of the test that corrects, withdraws and erases while reports stay (REVISIONS=300: so many)
	SANKOFA_TEST_REVISIONS=$(REVISIONS) $(BIN)/python -m pytest -q -rP tests/e2e/test_revisions.py

picture: .venv/dev.stamp  ## the picture of the desk in the README
	SANKOFA_DESK_PICTURE=docs/desk.png $(BIN)/python -m pytest -q tests/sankofa/web/test_desk_picture.py

peers: .venv/peers.stamp  ## what some tests compare with, and an encoder; may need a C++ compiler (Debian: apt install g++ python3-dev)

.venv/peers.stamp: .venv/dev.stamp
	$(BIN)/python -m pip install --quiet --editable '.[semantic]' --group peers
	touch $@

clean:
	rm -rf .venv var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
