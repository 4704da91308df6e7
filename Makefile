# Verbs of the house. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
# One process a core; a file stays in one process, so that what a module shares is made once.
PYTEST := $(PY) -m pytest -n auto --dist loadfile
CODE := $(wildcard base standards archive ocr printing search ingest storage_planner frontdesk web cli tests bench deploy)
# The tests that stand on the catalogue, once more with PostgreSQL under it (docs/databases.md). Of receiving all but what
# has no catalogue and what takes its time for the engine or for waiting; of the verbs those that open an office.
NO_CATALOGUE := batch check_text covered cut_off doubles found hostile journal judge_text orientation spread workers
RECEIVING := $(filter-out $(NO_CATALOGUE:%=tests/ingest/test_%.py),$(wildcard tests/ingest/test_*.py))
VERBS := $(patsubst %,tests/cli/test_%.py,account audit doctor export index jobs search store)
ON_POSTGRES := TEST_CATALOGUE=postgresql $(PYTEST) tests/archive tests/frontdesk tests/storage_planner tests/web --ignore tests/archive/store $(wildcard tests/ingest/custody tests/ingest/matching) $(RECEIVING) $(wildcard $(VERBS)) -m "not service and not e2e and not paddle and not sqlite"
EXTRA ?= run
TESTS ?= tests
# Where `make demo` and `make serve` keep their office.
DATA ?= demo-data

.PHONY: help setup setup-paddle setup-dev demo serve test test-services test-postgres test-paddle e2e lint fix bench bench-ocr bench-search fuzz faults docs lock

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## set up what running needs, and the command .venv/bin/juanzong (EXTRA=s3: with the S3 client; EXTRA=elastic: and Elasticsearch's; EXTRA=cluster: and those of PostgreSQL and RabbitMQ)
	@deploy/setup.sh $(EXTRA)

setup-paddle: setup ## set up the second engine, PaddleOCR, in an environment of its own (.venv-paddle)
	@deploy/setup-paddle.sh

setup-dev: ## set up what testing needs as well: tools, a browser
	@deploy/setup.sh dev

demo: setup ## sample dossiers, ingested, found and served with an account per desk (SERVE=0: do not serve; DATA=folder)
	.venv/bin/juanzong demo --data-dir $(DATA) $(if $(filter 0,$(SERVE)),--no-serve)

serve: setup ## serve the office in DATA: web, workers and indexer
	.venv/bin/juanzong serve --data-dir $(DATA)

test: setup-dev ## all tests that need no server (TESTS=tests/ocr: some of them)
	$(PYTEST) $(TESTS) -m "not service and not e2e and not paddle"
	@# A browser and a server at once want both cores. Status 5: TESTS names none of these.
	$(PYTEST) -n 0 $(TESTS) -m e2e || [ $$? = 5 ]

test-services: setup-dev ## tests against what is real: MinIO (built with Go), Ceph (from Debian) and Elasticsearch (Maven fetches it, Java 17) started and stopped here, veraPDF, SANE's scanners
	$(PY) deploy/services/run.py $(PYTEST) $(TESTS) -m service

test-postgres: setup-dev ## the catalogue's own tests once more, on PostgreSQL
	$(PY) deploy/services/run.py --only postgres bash -c '$(ON_POSTGRES)'

test-paddle: setup-dev setup-paddle ## tests of the second engine, PaddleOCR
	$(PYTEST) -n 0 $(TESTS) -m paddle

e2e: setup-dev ## only the tests in a real browser
	$(PYTEST) -n 0 tests -m e2e

lint: setup-dev ## style, types and floors
	.venv/bin/ruff check $(CODE)
	.venv/bin/ruff format --check $(CODE)
	.venv/bin/mypy
	.venv/bin/lint-imports

fix: setup-dev ## what can be put right by itself: style, order, Chinese punctuation of messages
	.venv/bin/ruff check --fix $(CODE)
	.venv/bin/ruff format $(CODE)
	$(PY) deploy/punctuation.py

bench: setup-dev ## measure each step of ingest beside plain decode and plain copy
	$(PY) -m bench

bench-ocr: setup-dev ## reading beside its peers (SCANS=folder of real scans with their text; SCALE=1.0)
	$(PY) -m bench.ocr $(if $(SCANS),--data $(SCANS)) --scale $(or $(SCALE),1.0)

bench-search: setup-dev ## search beside its peers (PAGES=10000,100000,1000000; ELASTIC=1: on a real Elasticsearch too)
	$(PY) -m bench.search $(if $(PAGES),--pages $(PAGES)) $(if $(ELASTIC),--elastic)

fuzz: setup-dev ## the property tests with 5,000 examples each
	$(PYTEST) $(TESTS) -m "hypothesis and not service and not e2e and not paddle" --hypothesis-profile=fuzz --timeout=3600

faults: setup-dev ## break an office N times (kill -9, full disk, network, clock …) and look whether anything is lost (N=50, JOBS=4 at a time, JOURNAL=file to go on with, KEEP=folder for what went wrong, SERVERS=1: on PostgreSQL, RabbitMQ and S3)
	$(PY) -m tests.faults --runs $(or $(N),50) --jobs $(or $(JOBS),4) $(if $(SERVERS),--servers) $(if $(JOURNAL),--journal $(JOURNAL)) $(if $(KEEP),--keep $(KEEP))

docs: setup-dev ## make docs/settings.md and docs/rules.md from the code, docs/sizing.md from docs/benchmarks.md
	$(PY) -m base.settings_page
	$(PY) -m standards.rules_page > docs/rules.md
	$(PY) -m storage_planner.sizing_page

lock: setup-dev ## write the lock files from pyproject.toml (UPGRADE=1: newest versions)
	UPGRADE=$(UPGRADE) deploy/lock.sh
