# make run · make test · make check
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
PORT ?= 8765
CASES ?= 100000

.PHONY: run install test fuzz check schema docs words bench clean

run: install  ## build the shipped edition and serve the page
	$(BIN)/goodwork run --store .editions --port $(PORT)

install: $(STAMP)  ## environment and package

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("goodwork needs Python 3.11 or newer; set PYTHON=python3.11") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml | $(VENV)/bin/python
	@echo "Installing goodwork and the libraries it stands on (a minute or two) …"
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(DEV_STAMP): pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(STAMP)

test: $(DEV_STAMP)  ## every test; what a machine lacks is installed or skipped visibly
	bash tests/prepare.sh
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

fuzz: $(DEV_STAMP)  ## every parser with CASES answers changed at random: for the night
	GOODWORK_FUZZ_CASES=$(CASES) nice $(BIN)/python -m pytest -q tests/recorded/test_fuzz.py

check: $(DEV_STAMP)  ## style, types, floors, coverage
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps geoviews==1.15.1 covidatx==0.1.7
	bash tests/prepare.sh
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered

schema: $(STAMP)  ## JSON Schema of every declaration, from the types
	$(BIN)/python -m goodwork.cli.schema

docs: $(STAMP)  ## generated pages of the documentation
	$(BIN)/python -m goodwork.cli.reference docs

words: $(DEV_STAMP)  ## every text that readers meet, for translators: src/goodwork/locale/goodwork.pot
	$(BIN)/python -m goodwork.cli.texts

bench: $(DEV_STAMP)  ## speed, as ratios to a reference
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/serving.py

clean:
	rm -rf $(VENV) .editions .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build

.PHONY: fuzz-api
fuzz-api: $(DEV_STAMP)  ## the interface for programs asked API_CASES times from its own description: half an hour
	GOODWORK_API_CASES=$(or $(API_CASES),21000) nice $(BIN)/python -m pytest -q -s --timeout 7200 tests/web/test_api_fuzz.py
