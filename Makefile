PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
DEV := $(VENV)/.dev
RUN := $(VENV)/.run
WORKERS ?= auto
# The second round of the gate sets it to "server and ".
PICK ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-clock test-crash test-e2e lint format bench drill outages lock messages settings walk screens clean

help: ## Show what can be made
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Нужен Python 3.11 или новее: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN): requirements/run.txt requirements/laptop.txt | $(VENV)/bin/python
	@echo "Ставлю зависимости в $(VENV); в первый раз это занимает до нескольких минут…"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes $(^:%=-r %)
	@touch $@

$(DEV): requirements/dev.txt $(RUN)
	@echo "Ставлю инструменты проверки…"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: $(RUN) ## Start the whole site (PORT=8000); Ctrl-C stops it
	@exec $(PY) manage.py up

test: $(DEV) ## Every test; those in a browser where a Chromium is found
	$(PY) -m pytest -n $(WORKERS) --dist loadgroup -m "$(PICK)not crash and not e2e"
	$(PY) -m pytest -m "$(PICK)(crash or e2e)"

test-fast: $(DEV) ## Unit and integration tests only
	$(PY) -m pytest -n $(WORKERS) --dist loadgroup -m "not crash and not e2e"

test-clock: $(DEV) ## The fast tests with the clock at four bad moments (needs faketime)
	$(PY) -m tests.support.faked_clock -n $(WORKERS)

test-crash: $(DEV) ## Kill real workers
	$(PY) -m pytest -m crash

test-e2e: $(DEV) ## Play people in a real browser
	$(PY) -m pytest -m e2e

DRILL_PEOPLE ?= 2000
drill: $(DEV) ## Restore an old copy of the database in the middle of a campaign, and show that it harms nobody
	DRILL_PEOPLE=$(DRILL_PEOPLE) $(PY) -m pytest -q -s -m crash tests/portal/flows/restoring/crash

lint: $(DEV) ## ruff, mypy, import contracts, migrations, templates
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	DJANGO_SETTINGS_MODULE=tests.settings $(PY) -W ignore manage.py makemigrations --check --dry-run
	find templates -name '*.html' | xargs $(VENV)/bin/djade --check --target-version 5.2

format: $(DEV) ## Put the code into shape
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	find templates -name '*.html' | xargs $(VENV)/bin/djade --target-version 5.2

bench: $(DEV) ## Measure speed and memory: one JSON line a figure
	$(PY) -m bench

outages: $(DEV) ## Stop, hang and cut database, broker and cache for a minute each under load
	$(PY) -m tests.outages $(OUTAGES)

# One lock for every Python from 3.11.0 on and every system: what only some of them need carries a marker.
# The order counts: laptop.in is constrained by run.txt, dev.in by both.
UPGRADE ?= --upgrade
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/uv pip compile --quiet --no-config $(UPGRADE) \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links

lock: $(DEV) ## Lock the newest requirements that fit, with hashes
	@set -e; for name in run laptop dev; do $(COMPILE) -o requirements/$$name.txt requirements/$$name.in; done

CATALOGUE := portal/locale/en/LC_MESSAGES/django.po

messages: $(DEV) ## Collect and compile the sentences (needs gettext)
	$(PY) manage.py makemessages -l en --no-obsolete --no-location --no-wrap \
		--ignore=.venv --ignore=tests --ignore=bench --ignore=var
	msgattrib --sort-output --no-wrap --no-location $(CATALOGUE) | grep -v '^"POT-Creation-Date' > $(CATALOGUE).new
	mv $(CATALOGUE).new $(CATALOGUE)
	$(PY) manage.py compilemessages -l en -l ru --ignore=.venv

settings: $(DEV) ## Write docs/settings.md from the table of variables
	$(PY) -m portal.settings.table > docs/settings.md

walk: $(DEV) ## Count presses, screens and words of each way with a Chromium
	$(PY) -m tests.e2e.walk

screens: $(DEV) ## Take the pictures in docs/screens with a Chromium
	$(PY) -m tests.e2e.screens

clean: ## Remove what was installed; var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache
