# accountlens: `make demo` shows it at work, `make test` proves it. Both need Python 3.11 or newer and nothing else.

.DEFAULT_GOAL := help
.PHONY: help demo web web-schema web-check browser screenshots servers first machine test test-older test-engines test-all check format readme definitions schema docs bench bench-web examples clean

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
GOLDEN ?= $(wildcard ../shared/golden)
JOBS ?= 2
DEMO ?= build/demo
SCALE ?= 1
ACCOUNTS ?= 1000
SIDE_BY_SIDE = $(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
TESTS = tests tests/golden
PYTEST = $(BIN)/python -m pytest $(TESTS) -n $(JOBS) --dist worksteal $(if $(GOLDEN),--golden=$(GOLDEN))
OLDER := 1.5.6
OLDER_HERE := build/duckdb-$(OLDER)

# The first of these that runs, is new enough and can make environments. A name alone proves nothing:
# version managers put commands on the path that only say "not installed".
PYTHON = $(shell for name in python3.13 python3.12 python3.11 python3 python3.14 python; do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { command -v "$$name"; break; }; done)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/made:
	@test -n "$(PYTHON)" || { \
		echo "accountlens needs Python 3.11 or newer (with its venv module), and found none."; \
		echo "Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python3),"; \
		echo "or name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; } >&2
	@echo "Making .venv with $(PYTHON) ..." >&2
	@rm -rf .venv && "$(PYTHON)" -m venv .venv && touch $@

.venv/installed: .venv/made pyproject.toml
	@echo "Installing accountlens into .venv ..." >&2
	@$(INSTALL) --editable . && touch $@

.venv/installed-dev: .venv/made pyproject.toml
	@echo "Installing accountlens and the development tools into .venv ..." >&2
	@$(INSTALL) --editable '.[dev]' && touch $@ .venv/installed

.venv/installed-engines: .venv/installed-dev
	@echo "Installing Apache Spark and BigQuery's analyzer into .venv (about 500 MB) ..." >&2
	@$(INSTALL) --editable '.[spark]' 'zetasql>=0.1.5,<0.2' && touch $@

# A folder that is looked into before .venv, whose other packages are the same.
$(OLDER_HERE)/made: | .venv/installed-dev
	@echo "Installing DuckDB $(OLDER) into $(@D) ..." >&2
	@rm -rf $(@D) && $(INSTALL) --no-deps --target $(@D) duckdb==$(OLDER) && touch $@

.venv/installed-docs: .venv/installed
	@echo "Installing what makes the documentation into .venv ..." >&2
	@$(INSTALL) --editable '.[docs]' && touch $@

demo: .venv/installed  ## a sample company: generated, measured, shown, in the browser
	@bash web/make.sh || echo "Without it, the pages in the browser are missing; everything else works." >&2
	@$(BIN)/accountlens demo $(DEMO)

web: .venv/made  ## the browser application, built; needs Node, which is taken from a Python wheel where there is none
	@bash web/make.sh

web-schema: .venv/installed  ## write the types of the API that the browser application is made with
	$(BIN)/python web/describe.py build/openapi.json
	@bash web/make.sh schema

web-check: .venv/made  ## types and logic of the browser application; left out, with a word, where no Node can be had
	@{ bash web/make.sh && bash web/make.sh types && bash web/make.sh test; } || [ $$? -eq 3 ]

browser: .venv/made  ## a Chromium for the tests, where this is Debian and we are root; without one they are skipped
	@$(BIN)/python tests/browser/chromium.py install

screenshots: .venv/installed-dev browser web  ## pictures of every page, in both themes and on a phone: build/screenshots
	$(BIN)/python -m tests.browser.screenshots build/screenshots

check: .venv/installed-dev  ## lint, format and types, without the tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

servers: .venv/made  ## a PostgreSQL for the tests, where this is Debian and we are root; without one they are skipped
	@$(BIN)/python tests/servers/postgres.py install

test: first  ## what must always hold; minutes
	$(PYTEST)

test-engines: .venv/installed-engines servers  ## every fact and KPI on PostgreSQL and on a Spark cluster beside DuckDB, as BigQuery reads it; an hour
	@$(BIN)/python -m tests.servers.spark install
	$(BIN)/python -m pytest tests/engines tests/remote --long

test-older: TESTS = $(addprefix tests/,golden laws engine engines test_refresh.py test_staging.py test_store.py test_files.py)
test-older: .venv/installed-dev $(OLDER_HERE)/made  ## golden cases, laws, engine and refreshes with DuckDB 1.5; minutes
	@PYTHONPATH="$(CURDIR)/$(OLDER_HERE)" $(BIN)/python -c "import duckdb; assert duckdb.__version__ == '$(OLDER)', duckdb"
	PYTHONPATH="$(CURDIR)/$(OLDER_HERE)" $(PYTEST)

test-all: first  ## test, with the long proofs, and with DuckDB 1.5
	$(PYTEST) --long
	@$(MAKE) --no-print-directory test-older

# What installs packages goes one after the other in each place: pip here, apt-get there.
first: .venv/made
	@$(SIDE_BY_SIDE) .venv/installed-dev machine
	@$(SIDE_BY_SIDE) check web-check

machine: .venv/made
	@$(MAKE) --no-print-directory servers
	@$(MAKE) --no-print-directory browser

readme: .venv/installed  ## write the example of the README anew
	$(BIN)/python docs/readme_example.py

definitions: .venv/installed  ## write the pages about the KPIs anew (docs/kpis)
	$(BIN)/python -m docs.definitions

docs: .venv/installed-docs  ## the documentation as a site: build/site/index.html; nothing is fetched to read it
	$(BIN)/python -m docs.site build/site

schema: .venv/installed  ## write the published JSON Schemas anew
	$(BIN)/python -m accountlens.catalog.schema docs/schema
	$(BIN)/python -m accountlens.sources.schema docs/schema

format: .venv/installed-dev  ## let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

examples: .venv/installed  ## what the READMEs of the example workspaces show
	@examples/run $(BIN)/accountlens

bench: .venv/installed-dev  ## measure: a company of SCALE million activities (1), everything beside it; docs/benchmarks.md
	$(BIN)/python -m benchmarks --scale $(SCALE) --accounts $(ACCOUNTS)

bench-web: SCALE = 10
bench-web: ACCOUNTS = 100000
bench-web: .venv/installed-dev browser web  ## measure the application: pages in Chromium, clicks over HTTP, many readers; minutes
	$(BIN)/python -m benchmarks web --scale $(SCALE) --accounts $(ACCOUNTS)

clean:  ## remove the environment and everything built
	rm -rf web/node_modules src/accountlens/surfaces/web/static
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
