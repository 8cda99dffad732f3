# Bahi: everything a developer does. `make run` and `make test` set a fresh machine up by themselves.
.DEFAULT_GOAL := help
.PHONY: help system run test fast books simulation processes check style format bench speed soak lock

PYTHON ?= python3
WORKERS ?= 2
DOCUMENTS ?= 100000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
LOCKS := requirements/runtime.lock requirements/development.lock
SOURCES := core sync desktop resources tests
PYTEST := $(BIN)/python -m pytest -q -p no:cacheprovider

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

system:  ## install (as root on Debian) or name the system libraries
	@./installers/system_packages.sh

.venv: .venv/made

.venv/made: $(LOCKS) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Bahi needs Python 3.11 or newer; name one with make PYTHON=...")'
	@echo "Making .venv from the lock"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes $(addprefix -r ,$(LOCKS))
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: system .venv/made  ## open Bahi on a sample company; without a display, do a whole day headless
	@$(BIN)/python -m tests.journeys.day

test: system .venv/made  ## every test, stage by stage
	@$(MAKE) --no-print-directory fast
	@$(MAKE) --no-print-directory books
	@$(MAKE) --no-print-directory simulation
	@$(MAKE) --no-print-directory processes

# A test carries at most one of these marks; what carries none is fast.
fast: system .venv/made  ## rules, presenters and the small rest, in seconds
	@echo "== fast: rules, presenters, contracts"
	@timeout --foreground 600 $(PYTEST) -n $(WORKERS) -m "not (slow or journey or simulation or processes or speed or soak)"

books: system .venv/made  ## whole books and screens
	@echo "== books: the store, whole books, screens and journeys"
	@timeout --foreground 900 $(PYTEST) -n $(WORKERS) -m "(slow or journey) and not (simulation or processes or speed or soak)"

simulation: system .venv/made  ## seeded histories of devices and a server
	@echo "== simulation: seeded histories"
	@timeout --foreground 900 $(PYTEST) -n $(WORKERS) -m "simulation and not soak"

processes: system .venv/made  ## real servers, kills, keyrings
	@echo "== processes: real programs"
	@timeout --foreground 900 $(PYTEST) -n $(WORKERS) --dist loadfile -m "processes and not (speed or soak)"

check: style fast  ## format, lint, types, import contracts and the fast tests

style: .venv/made  ## format, lint, types and import contracts
	@echo "== format" && $(BIN)/ruff format --check $(SOURCES)
	@echo "== lint" && $(BIN)/ruff check $(SOURCES)
	@echo "== types" && $(BIN)/mypy
	@echo "== import contracts" && $(BIN)/lint-imports --no-cache

format: .venv/made  ## put the sources in order
	@$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

bench: system .venv/made  ## how fast, as ratios beside the raw limit; DOCUMENTS=1000000 for the largest book
	@timeout --foreground 3600 $(BIN)/bahi bench --documents $(DOCUMENTS)

speed: system .venv/made  ## the ratios that CI fails on
	@echo "== speed: ratios"
	@timeout --foreground 600 $(PYTEST) -s -m speed tests/speed

soak: system .venv/made  ## long runs, for the night
	@$(PYTEST) -s --timeout 0 --hypothesis-profile soak -m soak

# Windows' own needs are compiled apart and appended with their marker: a resolver on Linux would drop them.
COMPILE := $(CURDIR)/$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header \
	--no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
lock: .venv/made  ## compile the hashed locks anew; add UPGRADE=--upgrade for newer versions
	@mkdir -p build
	cd requirements && $(COMPILE) $(UPGRADE) -o runtime.lock runtime.in
	cd requirements && $(COMPILE) $(UPGRADE) -o ../build/windows.lock windows.in
	sed -E 's/^([a-z0-9-]+==[^ ]+) /\1 ; sys_platform == "win32" /' build/windows.lock >> requirements/runtime.lock
	cd requirements && $(COMPILE) $(UPGRADE) -o development.lock development.in
