# The commands of the house. `make` alone lists them; python3 >= 3.11 and pip are all they need.
PYTHON ?= python3
STUDY ?= example
PROFILE ?= internal
RESOLUTION ?=

VENV := .venv$(addprefix -,$(RESOLUTION))
BIN := $(VENV)/bin
READY := $(VENV)/.ready

export OPENBLAS_NUM_THREADS = 1
export MPLBACKEND = Agg
export PYTHON VENV RESOLUTION

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup data report notebooks test check bench docs clean lock hooks \
	check-lint check-types check-contracts check-doors check-identifiers

help:
	@echo 'make TARGET, where TARGET is'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-12s%s\n", $$1, $$2 }'
	@echo 'STUDY=name takes data/raw/name (now $(STUDY)); PROFILE=public writes only what may leave.'

setup: $(READY) ## makes .venv from the lock (done by itself when needed)
	@echo 'setup: $(VENV) is in order'

$(READY): requirements/lock.txt requirements/uv.txt pyproject.toml scripts/setup.sh scripts/lock.sh
	@sh scripts/setup.sh

data: $(READY) ## reads a study's files into data/processed/STUDY, with the ledger of problems
	@$(BIN)/nextome data $(STUDY)

report: $(READY) ## runs the plan and writes reports/STUDY: pages, figures, tables, in two languages
	@$(BIN)/nextome report $(STUDY) --profile $(PROFILE)

notebooks: $(READY) ## runs the notebooks and writes them with their results to reports/notebooks
	@$(BIN)/python scripts/run_notebooks.py notebooks reports/notebooks

test: $(READY) ## runs every test that this machine can run; the long ones: ARGS="-m slow"
	@$(BIN)/python -m pytest -q -n auto $(ARGS)

check: check-lint check-types check-contracts check-doors check-identifiers ## holds the house rules

check-lint: $(READY)
	@echo 'check: lint and format'
	@$(BIN)/ruff check -q
	@$(BIN)/ruff format --check -q

check-types: $(READY)
	@echo 'check: types'
	@$(BIN)/mypy --no-error-summary

check-contracts: $(READY)
	@echo 'check: which room imports which'
	@NO_COLOR=1 $(BIN)/lint-imports | sed -n '/^Analyzed/,$$p'; $(BIN)/lint-imports >/dev/null

check-doors: $(READY)
	@echo 'check: doors'
	@$(BIN)/python -m pytest -q tests/doors

check-identifiers: $(READY)
	@echo 'check: identifiers'
	@$(BIN)/python scripts/scan_identifiers.py

bench: $(READY) ## times what must stay fast; figures go to benchmarks/results
	@$(BIN)/python benchmarks/run.py

docs: $(READY) ## writes the pages of the library to docs/_build
	@$(BIN)/python scripts/write_docs.py docs/_build

clean: ## removes what was made: environments, caches, reports, processed data; never data/raw
	@rm -rf .venv .venv-* .tools reports data/processed docs/_build dist build
	@rm -f benchmarks/results/*.json
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find nextome_eval tests scripts benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# for those who work on the house
lock: $(READY)
	@sh scripts/lock.sh $(ARGS)

hooks:
	@git config core.hooksPath .githooks
	@echo 'hooks: each commit is now looked over for identifiers'
