# What a newcomer types. `make help` lists it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

# Compiled modules are kept, whatever the environment says: tests start hundreds of commands.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix screenshots bench lock wheel clean system-packages

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(STAMP) ## create .venv with every pinned dependency (needs Python 3.11-3.13 with venv)

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Ready: $(BIN)/hubnode and $(BIN)/central"

demo: $(STAMP) ## a centre and four hubs with sample data on this machine (ONCE=1: one round, a summary, exit)
	@$(BIN)/python -m deploy.demo $(if $(ONCE),--once)

test: $(STAMP) system-packages ## every test; installs PostgreSQL and Chromium where it can, says loudly what it skips
	$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder $(ARGS)

system-packages:
	@sh deploy/test-packages.sh

check: $(STAMP) ## style, types and architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/codespell README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md docs

fix: $(STAMP) ## format, and mend what a tool can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(STAMP) ## every screen of both services as PNG (OUT=folder, default screenshots/)
	$(BIN)/python -m deploy.screenshots --out $(or $(OUT),screenshots)

bench: $(STAMP) ## measure; prints rates and ratios, asserts nothing
	$(BIN)/python -m bench $(ARGS)

lock: $(STAMP) ## renew requirements/*.txt from pyproject.toml (needs uv)
	@for extra in postgres:run test:test dev:dev; do \
	  uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	    --extra $${extra%%:*} pyproject.toml --output-file requirements/$${extra##*:}.txt; done

wheel: $(STAMP) ## build dist/*.whl
	$(BIN)/python -m hatchling build -t wheel

clean: ## remove what make created here
	rm -rf $(VENV) dist demo-data screenshots .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
