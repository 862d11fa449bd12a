# Watchword: `make` alone tells what there is to do.

DATA ?= .data
LISTEN ?= 127.0.0.1:4567

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$name && break; done)

BIN := .venv/bin
RUN := .venv/.run-installed
DEV := .venv/.dev-installed
PEER := .venvs/bench/.installed
JAVASCRIPT := tests/clients/javascript
NPM := $(JAVASCRIPT)/node_modules/.installed
INSTALL := -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --requirement
CHECKS := 'ruff check' 'ruff format --check' mypy lint-imports codespell 'python -m scripts.docs --check'
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make lock'

.PHONY: help up test check demo demo-rotation bench docs lambda policies lock clean

help: ## say what there is
	@echo 'Watchword, a credential authority that speaks AWS'"'"'s own protocols.'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  DATA=$(DATA) is where `make up` keeps its store, LISTEN=$(LISTEN) where it answers.'

up: $(RUN) ## install what is locked, create the first account if there is none, and serve
	@exec $(BIN)/watchword up --data $(DATA) --listen $(LISTEN)

test: $(DEV) $(PEER) $(NPM) ## check the code, then run every test
	@failed=0; \
	$(MAKE_COMMAND) --no-print-directory check || { failed=1; echo '*** make check found faults (above); the tests run all the same ***'; }; \
	$(BIN)/pytest -n 2 || failed=1; \
	exit $$failed

check: $(DEV) ## style, types, floors between the rooms, spelling, generated pages
	@failed=0; for check in $(CHECKS); do \
		echo "--- $$check"; $(BIN)/$$check || failed=1; \
	done; exit $$failed

demo: $(DEV) ## walk through the life of a credential with the real aws CLI
	@$(BIN)/python -m demo.life_of_a_key

demo-rotation: $(DEV) ## watch the keys of 12 accounts and 300 users being replaced, through 110 days
	@$(BIN)/python -m demo.rotation

bench: $(DEV) $(PEER) ## measure against a peer, side by side
	@$(BIN)/python -m bench.run

docs: $(DEV) ## write the pages that are made from the code
	$(BIN)/python -m scripts.docs

lambda: $(RUN) ## build the package of deploy/aws/rotation.yaml: dist/watchword-rotation.zip
	@rm -rf dist/lambda dist/watchword-rotation.zip
	@$(BIN)/python $(INSTALL) requirements/run.txt --target dist/lambda --only-binary=:all: --python-version 3.12 \
		--platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --target dist/lambda .
	@cd dist/lambda && $(CURDIR)/$(BIN)/python -m zipfile -c ../watchword-rotation.zip .
	@ls -sh dist/watchword-rotation.zip

policies: $(DEV) $(PEER) ## take AWS's managed policies and its services' names from the packages that have them
	$(BIN)/python -m scripts.aws_policies
	$(BIN)/python -m scripts.service_names

lock: $(DEV) ## choose newer versions of everything, and write requirements/
	$(LOCK) --upgrade pyproject.toml --extra postgres --extra rotation --group build --output-file requirements/run.txt
	$(LOCK) --upgrade pyproject.toml --extra postgres --extra rotation --group build --group dev --constraint requirements/run.txt \
		--output-file requirements/dev.txt
	$(LOCK) --upgrade --group bench --output-file requirements/bench.txt
	cd $(JAVASCRIPT) && npm update --package-lock-only --no-audit --no-fund

clean: ## remove what make installed; the store in DATA stays
	rm -rf .venv .venvs $(JAVASCRIPT)/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# What is installed follows the locks, and only them: each stamp is newer than what it was made from.

.venv/bin/python:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 to 3.14 with its venv module is needed'; exit 1; }
	@$(PYTHON) -m venv .venv

$(RUN): requirements/run.txt pyproject.toml | .venv/bin/python
	@echo 'installing what requirements/run.txt locks'
	@$(BIN)/python $(INSTALL) requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV): requirements/dev.txt $(RUN)
	@echo 'installing what requirements/dev.txt locks'
	@$(BIN)/python $(INSTALL) requirements/dev.txt
	@touch $@

$(PEER): requirements/bench.txt | .venv/bin/python
	@echo 'installing the peer, as requirements/bench.txt locks it'
	@$(BIN)/python -m venv .venvs/bench
	@.venvs/bench/bin/python $(INSTALL) requirements/bench.txt
	@touch $@

$(NPM): $(JAVASCRIPT)/package-lock.json
	@if command -v npm >/dev/null; then \
		echo 'installing what $(JAVASCRIPT)/package-lock.json locks'; \
		cd $(JAVASCRIPT) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed; \
	else \
		echo 'npm is not here: the test with the JavaScript SDK will be skipped'; \
	fi
