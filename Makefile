# One place for every command; .ci/run uses the same ones. PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
SERVER := $(VENV)/.server
SHIPPED = $(wildcard engine api web notifications reports documents identity runtime migrations alur_client)

# uv never fetches a Python of its own and trusts what the system trusts.
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true

# Extras stay in the locks: older pips look outside a lock for a requirement that it does not hold in the same form.
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-strip-extras \
	--python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help install run quick test check fmt docs bench soak explore mutate shots pages lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 10
	@echo
	@echo 'ARGS goes on to the command:  make run ARGS="--port 8080"   make test ARGS="tests/unit -k calendar"'
	@echo 'After `make run` or `make install` the command line is $(BIN)/alur: try $(BIN)/alur --help'

install: $(STAMP) ## Create .venv with everything: .venv/bin/alur and the development tools
	@:

run: $(if $(wildcard $(STAMP)),install,$(SERVER)) ## Install what a server needs, then serve an office to look around in, on port 8000
	@$(BIN)/alur serve --demo $(ARGS)

quick: install ## The tests of the pure core, without a database, in under a minute
	@$(BIN)/pytest -q -n auto tests/unit $(ARGS)

test: install ## Install, then run every test on all cores and name the slowest twenty
	@$(BIN)/pytest -n auto --dist worksteal --durations=20 $(ARGS)

check: install ## Style, types, dependency directions, generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(SHIPPED) bench
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

explore: install ## Hold the laws against new random examples, in memory and on PostgreSQL by turns until one breaks
	@while ALUR_EXAMPLES=exploring $(BIN)/pytest -q -n auto tests/property tests/unit $(ARGS) \
		&& ALUR_LAWS_ON=postgres ALUR_EXAMPLES=exploring $(BIN)/pytest -q -n auto tests/property $(ARGS); do :; done

mutate: install ## Change the pure core in one place at a time: do types or a unit test notice? ARGS="engine.permissions.*" for a part
	$(call INSTALL,--no-build-isolation -e '.[mutate]')
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/mutmut run $(ARGS)
	@$(BIN)/mutmut results

shots: install ## Screenshots of the guide and the README; ARGS=FOLDER for every page, both widths, light and dark
	@$(BIN)/python -m tests.support.screenshots $(ARGS)

pages: install ## What each page costs: bytes, requests, server time, layout shift, and what axe says of it
	@$(BIN)/python -m tests.support.pages_report $(ARGS)

lock: ## Resolve pyproject.toml again into requirements.lock and its parts for servers and builds (needs uv)
	@$(COMPILE) --upgrade --extra dev pyproject.toml -o requirements.lock
	@$(COMPILE) --constraint requirements.lock pyproject.toml -o requirements-server.lock
	@$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
		| $(COMPILE) --constraint requirements.lock - -o requirements-build.lock

clean: ## Remove the environment and every cache
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov mutants

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

$(SERVER): requirements-server.lock requirements-build.lock pyproject.toml
	$(call INSTALL,--require-hashes -r requirements-server.lock -r requirements-build.lock)
	$(call INSTALL,--no-deps --no-build-isolation -e .)
	@touch $@
