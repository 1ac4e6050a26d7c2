# Two words to remember: `make demo` and `make test`. Everything they need goes into .venv, nothing outside the checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
DEMO := claimcheck-report/demo
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: demo test check lint types bench calibrate fuzz docs schema golden clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.base
	@$(BIN)/claimcheck demo --out $(DEMO)

test: $(VENV)/.dev
	@$(PYTEST) -m "not fuzz and not live"

check: $(VENV)/.dev lint types
	@$(PYTEST) -m "not slow and not fuzz and not live"

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks

calibrate: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.calibrate

fuzz: $(VENV)/.dev
	@CLAIMCHECK_FUZZ=20000 $(BIN)/python -m pytest -m "fuzz or slow"

schema: $(VENV)/.base
	@$(BIN)/python -m claims.schema docs/schema/verification.schema.json
	@home=$$(mktemp -d); for example in "judged --papers examples/papers" "unread"; do \
	  set -- $$example; name=$$1; shift; \
	  CLAIMCHECK_HOME=$$home $(BIN)/claimcheck verify examples/report.txt "$$@" --offline --format json --fail-on never \
	    --out docs/schema/$$name >/dev/null || test $$? = 2; done; rm -rf $$home

docs: $(VENV)/.dev
	@PYTHONPATH=. $(BIN)/python -m mkdocs build --strict --quiet --site-dir site && echo "site/index.html"

golden: $(VENV)/.dev schema
	@$(BIN)/python -m tests.reports.golden

clean:
	rm -rf $(VENV) dist build claimcheck-report .pytest_cache .mypy_cache .ruff_cache .hypothesis

# --- set-up -------------------------------------------------------------------------------------------------------------
# A stamp per set of packages, so that the second time costs nothing.

$(VENV)/.base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "claimcheck needs Python 3.11 or newer as $(PYTHON); say which with: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12" >&2; exit 2; }
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
	  || { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@echo "setting up $(VENV) ..." >&2
	@$(PIP) --editable . \
	  || { echo "the packages could not be installed; is a Python package index within reach?" >&2; exit 2; }
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	@echo "adding what the tests need ..." >&2
	@$(PIP) --editable '.[dev,docs,repro,pdf-fonts]' \
	  || { echo "the test packages could not be installed; is a Python package index within reach?" >&2; exit 2; }
	@touch $@
