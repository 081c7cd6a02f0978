# Senselet's commands. `make help` lists them; each installs what it is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint soak bench fuzz modules clean

PYTHON := .venv/bin/python
ENVIRONMENT := .venv/.installed
SOURCES := $(shell find core bindings -name '*.[ch]' -o -name '*.toml' -o -name '*.py')
MODULES := build/modules.stamp

help: ## List the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name what; do printf 'make %-9s %s\n' "$$name" "$$what"; done

setup: $(ENVIRONMENT) ## Install tools and the senselet package into .venv

$(ENVIRONMENT): pyproject.toml CMakeLists.txt tools/setup.sh $(filter core/% bindings/api/% bindings/cpython/% bindings/generate.py,$(SOURCES))
	@tools/setup.sh
	@touch $@

modules: $(MODULES) ## Build the native modules for all architectures

$(MODULES): $(ENVIRONMENT) $(SOURCES) $(shell find senselet/runtime -name '*.py')
	@echo "Building the native modules"
	@$(PYTHON) bindings/micropython/build.py
	@mkdir -p build && touch $@

demo: $(MODULES) ## Train a motion classifier and run it on virtual boards
	@$(PYTHON) -m examples.motion.demo

test: $(MODULES) lint ## Run every test and linter
	@$(PYTHON) -m pytest -n 2 --dist worksteal

lint: $(ENVIRONMENT) ## Run the linters
	@tools/lint.sh

soak: $(MODULES) ## Run the long tests: thousands of random models, fuzzing, faults
	@SENSELET_SOAK=1 $(PYTHON) -m pytest -n 2 --dist worksteal
	@$(PYTHON) tests/core/fuzz.py 600

bench: $(MODULES) ## Measure against other libraries; write bench/results and docs/benchmarks.md
	@$(PYTHON) -m bench.trees
	@$(PYTHON) -m bench.report

fuzz: $(ENVIRONMENT) ## Fuzz the model file's reader for ten minutes
	@$(PYTHON) tests/core/fuzz.py 600

clean: ## Remove everything that was built in this folder
	rm -rf build .venv senselet/modules senselet/runtime/*.so
