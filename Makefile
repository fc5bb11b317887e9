# Everything a newcomer needs: python3 (3.11 or later), pip and make. `make help` lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
UV := .tools/bin/uv
# An agency behind a proxy or mirror of its own trusts it in the system store, not in ours.
export UV_SYSTEM_CERTS ?= true
# Without its caches Python compiles every library again in every process: two thirds of the time to start one.
unexport PYTHONDONTWRITEBYTECODE
PY := .venv/bin/python
MEMBERS := shared services/catalogue services/dossier-sync services/metrics services/sandbox-portal deploy/local
LOCK_INPUTS := $(addsuffix /pyproject.toml,$(MEMBERS))
# The members are installed from the tree, never from an index.
NO_MEMBERS := $(foreach m,shared catalogue dossier-sync metrics sandbox-portal local,--no-emit-package motcua-$(m))
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV):
	@python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools 'uv==$(UV_VERSION)'

.venv/run.stamp: requirements.lock $(LOCK_INPUTS) | $(UV)
	@test -x $(PY) || $(UV) venv --quiet --python python3 .venv
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps $(addprefix -e ./,$(MEMBERS))
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-dev.lock
	@touch $@

.tools/peers/stamp: requirements-peers.lock | $(UV)
	@$(UV) venv --quiet --clear --python python3 .tools/peers
	@$(UV) pip install --quiet --python .tools/peers/bin/python --require-hashes -r requirements-peers.lock
	@touch $@

.PHONY: run
run: .venv/run.stamp ## Start everything, print the 2024 report beside the computed figures (ONCE=1: print and exit)
	@exec $(PY) -m motcua_local up $(if $(ONCE),--once)

.PHONY: test
test: .venv/dev.stamp ## Run every test, from nothing (its own Postgres, its own ports)
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

.PHONY: faults
faults: .venv/dev.stamp ## Run the fault matrix and write docs/faults.md
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile -m fault --fault-table=docs/faults.md $(ARGS)

.PHONY: crash
crash: .venv/dev.stamp ## Kill everything that writes at a thousand random points; the end must be as if undisturbed
	@$(PY) -m pytest -s -q tests/faults/crash --kills 1000 $(ARGS)

.PHONY: soak
soak: .venv/dev.stamp ## Mistreat two, then eight workers and their database for ten minutes (ARGS="--soak-seconds 60")
	@$(PY) -m pytest -s -q tests/faults/workers/test_soak.py --soak-seconds 600 $(ARGS)

.PHONY: check
check: .venv/dev.stamp ## Format, lint, types, imports, locks, compose and Dockerfile
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-cache
	@$(PY) tests/architecture/check_locks.py
	@$(PY) tests/architecture/check_deploy.py

.PHONY: bench
bench: .venv/dev.stamp .tools/peers/stamp ## Measure ingest and figures, as ratios against limits taken in the same run
	@PYTHONPATH=tests $(PY) -m bench $(ARGS)

.PHONY: mutants
mutants: .venv/dev.stamp ## Change judging and scoring, one small change at a time: a test must notice each (minutes)
	@PYTHONPATH=tests $(PY) -m mutation $(ARGS)

.PHONY: lock
lock: | $(UV) ## Resolve the dependencies again (the locks name no package index)
	@$(COMPILE) $(LOCK_INPUTS) $(NO_MEMBERS) -o requirements.lock
	@$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock
	@$(COMPILE) --group peers -o requirements-peers.lock

.PHONY: migrate
migrate: .venv/run.stamp ## Bring the schemas of DATABASE_URL to the newest version
	@for service in catalogue dossier_sync metrics; do $(PY) -m $$service migrate || exit 1; done

.PHONY: format
format: .venv/dev.stamp ## Format and fix what a tool can fix
	@$(PY) -m ruff check --fix --quiet .; $(PY) -m ruff format .

.PHONY: clean
clean: ## Remove the environment, tools and all local state (stops the local Postgres first)
	@test ! -x $(PY) || $(PY) -m motcua_local clean
	@rm -rf .venv .tools .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
