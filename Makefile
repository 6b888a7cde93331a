# Stamcelwijzer: every way to set it up, run it and check it. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run train test lint bench lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' Makefile

setup: ## install everything under .tools/ and .venv/ (nothing is done when nothing changed)
	@$(PYTHON) tools/bootstrap.py

run: setup ## set up, train when needed, start all processes and print the addresses
	@exec $(BIN)/stamcelwijzer run

train: setup ## train the model again when data, domain, configuration or components changed
	@$(BIN)/stamcelwijzer train

test: setup ## set up, train when needed, and run every check there is
	@$(BIN)/python -m bot.operations.checks

lint: setup ## only the checks that need no model: style, types, imports, content
	@$(BIN)/python -m bot.operations.checks --only static

bench: setup ## measure understanding on the evaluation sets, beside Rasa's default pipeline (a quarter of an hour)
	@$(BIN)/python -m bot.operations.benchmark

lock: setup ## compile requirements.txt again from the ranges in pyproject.toml
	@$(PYTHON) tools/bootstrap.py --lock

clean: ## remove everything that was made here but var/ (keys and data) and .venv/
	rm -rf models/*.tar.gz models/*.json models/spacy-* models/.[a-z]* results build .rasa .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
