# Stamcelwijzer: every way to set it up, run it and check it. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run demo demo-clear train test faults audit lint bench bench-load pictures lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

setup: ## install everything under .tools/ and .venv/ (nothing is done when nothing changed)
	@$(PYTHON) tools/bootstrap.py

run: setup ## set up, train when needed, start all processes and print the addresses
	@exec $(BIN)/stamcelwijzer run

demo: setup ## fill the desk with example patients; run with an example hospital on http://localhost:8090 that has the chat
	@$(BIN)/stamcelwijzer setup && $(BIN)/stamcelwijzer examples add
	@export STAMCELWIJZER_EMBED_ORIGINS=http://localhost:8090; $(BIN)/python -m bot.operations.demo & exec $(BIN)/stamcelwijzer run

demo-clear: setup ## remove the example patients, also from the counts
	@$(BIN)/stamcelwijzer examples clear

train: setup ## train the model again when data, domain, configuration or components changed
	@$(BIN)/stamcelwijzer train

test: setup ## set up, train when needed, and run every check there is
	@$(BIN)/python -m bot.operations.checks

faults: setup ## kill, stop and cut off every part in turn while 200 simulated patients chat and sign up (about an hour)
	@STAMCELWIJZER_TEST_FAULTS=full $(BIN)/python -m pytest -q -s tests/faults

audit: setup ## ask for known holes in the pinned packages (needs the internet); docs/security.md judges them
	@.tools/uv/bin/uv tool run --from 'pip-audit>=2.7,<3' pip-audit --strict --disable-pip --require-hashes -r requirements.txt

lint: setup ## only the checks that need no model: style, types, imports, content
	@$(BIN)/python -m bot.operations.checks --only static

bench: setup train ## measure understanding on the evaluation sets, beside Rasa's default pipeline, and load (half an hour)
	@$(BIN)/python -m bot.operations.benchmark --write docs/benchmarks.md
	@$(MAKE) --no-print-directory bench-load

bench-load: setup ## measure throughput, latency, memory and growth beside stock Rasa; writes docs/benchmarks-load.md, docs/sizing.md
	@$(BIN)/python -m bot.operations.load_benchmark --write docs/benchmarks-load.md --sizing docs/sizing.md

pictures: setup ## make the pictures of the handleiding again from the example patients
	@STAMCELWIJZER_TEST_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/browser/test_desk.py tests/browser/test_editor_day.py -k "keyboard or told or printed or editor_day"

lock: setup ## compile requirements.txt again from the ranges in pyproject.toml
	@$(PYTHON) tools/bootstrap.py --lock

clean: ## remove everything that was made here but var/ (keys and data) and .venv/
	rm -rf models/*.tar.gz models/*.json models/spacy-* models/.[a-z]* results build .rasa .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
