# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
FRONT := $(wildcard src/evenhand/web/locale/*/LC_MESSAGES/*.po) $(wildcard frontend/src/*) $(wildcard frontend/*.json) $(wildcard frontend/*.mjs) hatch_build.py
SOURCES := src tests bench requirements hatch_build.py manage.py docs/conf.py
# a folder of its own, so that checks never touch the data of a running desk
export EVENHAND_DATA_FOLDER ?= $(CURDIR)/data

.PHONY: demo serve test check fmt docs bench locks messages

demo: .venv/runs
	EVENHAND_DATA_FOLDER=$(CURDIR)/demo-data EVENHAND_SHOP_NAME="Kite & Loom" EVENHAND_MAIL_ADDRESS=help@kiteandloom.example $(BIN)/evenhand demo

serve: .venv/runs
	$(BIN)/evenhand migrate && $(BIN)/evenhand serve

test: .venv/checks
	$(BIN)/python -m tests.everything

check: .venv/checks
	$(BIN)/python -m tests.guards

fmt: .venv/checks
	$(BIN)/ruff check --fix-only -q $(SOURCES); $(BIN)/ruff format -q $(SOURCES)

docs: .venv/checks
	$(BIN)/sphinx-build -W -q docs docs/_build/html

bench: .venv/checks
	for script in bench/pages.py bench/mail.py; do $(BIN)/python $$script || exit 1; done

messages: .venv/checks
	$(BIN)/python -m tests.messages && $(BIN)/python hatch_build.py

locks: .venv/checks
	$(BIN)/python requirements/lock.py

.venv/runs: requirements/base.txt pyproject.toml $(FRONT)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Evenhand needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check -r requirements/base.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

.venv/checks: .venv/runs requirements/dev.txt
	$(BIN)/pip install -q --disable-pip-version-check -r requirements/dev.txt
	touch $@
