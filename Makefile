# Senselet's commands. `make help` lists them; each installs what it is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint soak bench fuzz modules clean

PYTHON := .venv/bin/python
ENVIRONMENT := .venv/.installed
SOURCES := $(shell find core bindings -name '*.[ch]' -o -name '*.toml' -o -name '*.py')
MODULES := senselet/modules/.built

help: ## List the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name what; do printf 'make %-9s %s\n' "$$name" "$$what"; done

setup: $(ENVIRONMENT) ## Install tools and the senselet package into .venv

$(ENVIRONMENT): pyproject.toml CMakeLists.txt tools/setup.sh $(filter core/% bindings/api/% bindings/cpython/% bindings/generate.py,$(SOURCES))
	@tools/setup.sh
	@touch $@

modules: $(MODULES) ## Build the native modules for all architectures

# The stamp is as old as the build's start: a source changed meanwhile counts as newer. Modules that
# were not built anew belong to descriptions or architectures that are no more.
$(MODULES): $(ENVIRONMENT) $(SOURCES) $(wildcard senselet/runtime/*.py)
	@echo "Building the native modules"
	@mkdir -p $(@D) && touch $(@D)/.building
	@$(PYTHON) bindings/micropython/build.py
	@find $(@D) -name '*.mpy' ! -newer $(@D)/.building -delete
	@find $(@D) -mindepth 1 -type d -empty -delete
	@mv $(@D)/.building $@

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
	@$(PYTHON) -m bench.dsp
	@$(PYTHON) -m bench.report

fuzz: $(ENVIRONMENT) ## Fuzz the model file's reader and all modules for ten minutes
	@$(PYTHON) tests/core/fuzz.py 600

clean: ## Remove everything that was built in this folder
	rm -rf build dist .venv senselet/modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -f senselet/runtime/*.so fuzz-*.log
	find . -name __pycache__ -prune -exec rm -rf {} +
