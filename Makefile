# One place for every command; .ci/run uses the same ones. PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
SERVER := $(VENV)/.server
SHIPPED = $(wildcard engine api web notifications reports identity runtime migrations alur_client)

# uv never fetches a Python of its own and trusts what the system trusts.
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true

.DEFAULT_GOAL := help
.PHONY: help install run test check fmt docs bench soak explore lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 10

install: $(STAMP) ## Create .venv with everything, development tools included
	@:

run: $(if $(wildcard $(STAMP)),install,$(SERVER)) ## Install what a server needs, then serve an office to look around in
	@$(BIN)/python -c 'from runtime.cli import main; main()' serve --demo $(ARGS)

test: install ## Install, then run every test on all cores
	@$(BIN)/pytest -n auto $(ARGS)

check: install ## Style, types, dependency directions, generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(SHIPPED)
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python docs/generate.py --check

fmt: install ## Put the code in shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: install ## Write the documents that are generated from the code
	@$(BIN)/python docs/generate.py

bench: install ## Measure the nine steps and our parts against limits and peers
	@$(BIN)/python -m bench

soak: install ## The tests that take longer than CI has minutes
	@$(BIN)/pytest -m soak $(ARGS)

explore: install ## Hold the laws against new random examples, round after round until one breaks
	@while ALUR_EXAMPLES=exploring $(BIN)/pytest -q -n auto tests/property tests/unit $(ARGS); do :; done

lock: ## Resolve pyproject.toml again into requirements.lock and its part for servers (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade \
		--python-version 3.11 --extra dev pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		--python-version 3.11 --constraint requirements.lock pyproject.toml -o requirements-server.lock

clean: ## Remove the environment and every cache
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov

# $(1) is what to install. An uv that cannot reach the package index (it does not read pip's settings) leaves the work
# to pip.
define INSTALL
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Alur needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
@$(BIN)/python -c '' 2>/dev/null || rm -rf $(VENV)
@if command -v uv >/dev/null && { test -d $(VENV) || uv venv --quiet --python "$$(command -v $(PYTHON))" $(VENV); } \
	&& uv pip install --quiet --python $(BIN)/python $(1); then :; else \
	{ ! command -v uv >/dev/null || echo 'uv could not install; pip takes over.' >&2; } \
	&& { $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV); } \
	&& $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1); fi
endef

$(STAMP): requirements.lock pyproject.toml
	$(call INSTALL,--require-hashes -r requirements.lock)
	$(call INSTALL,--no-deps --no-build-isolation -e .)
	@touch $@

$(SERVER): requirements-server.lock
	$(call INSTALL,--require-hashes -r requirements-server.lock)
	@touch $@
