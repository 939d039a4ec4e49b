# `make test` and `make demo` work on a fresh machine with nothing but Python 3.10 or later and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help test demo docs lint format clean check-python

help:
	@echo "make test    set up and run every test"
	@echo "make demo    set up, fix the legacy scripts of fixtures/legacy, show a diff, run the results"
	@echo "make docs    write the generated pages and tables anew, build the site (build/site/index.html)"
	@echo "make lint    ruff check, ruff format --check, mypy"
	@echo "make format  let ruff format the code"
	@echo "make clean   remove what the other targets made"

# Most tests wait for programs that they run: one worker more than there are processors keeps these busy.
WORKERS = $$($(BIN)/python -c 'import os; print(len(getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)) + 1)')

test: $(STAMP)
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

demo: $(STAMP)
	$(BIN)/python demo/run.py $(ARGS)

docs: $(STAMP)
	$(BIN)/python -m docs.generate
	$(BIN)/python -m zensical build --clean --strict

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Python 2 could not parse a newer script, so the question is asked in words that both understand.
check-python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	    echo "$(PYTHON) is not installed: Python 3.10 or later is needed (make PYTHON=/path/to/python3.12 ...)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	    echo "`$(PYTHON) -V 2>&1` is too old: Python 3.10 or later is needed (make PYTHON=/path/to/python3.12 ...)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	    echo "$(PYTHON) lacks the modules venv and ensurepip; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

# The newer pip is for `--group`, which came with pip 25.1.
$(STAMP): pyproject.toml
	@test -x $(BIN)/python || { $(MAKE) --no-print-directory check-python && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
