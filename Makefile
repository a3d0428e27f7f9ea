# Two targets do everything a newcomer needs: `make run` and `make test`. Each sets up what it lacks.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help

.PHONY: help
help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Splot needs Python 3.11 or newer (PYTHON=python3.12 make ...)"; exit 1; }
	@test ! -L $(VENV) || { echo "$(VENV) is a link, and emptying it would empty the environment of another checkout: remove the link"; exit 1; }
	@echo "setting up the virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: setup
setup: $(READY) ## Make the virtual environment with the pinned dependencies

.PHONY: run demo stop reset status token webhook configure logs
LOCAL := $(BIN)/python -m infra.local
ROLE ?= agent
run: $(READY) ## Start the whole hub on this machine, and say what to try
	@$(LOCAL) run
demo: $(READY) ## Play some minutes of a company's day through it
	@$(BIN)/python -m infra.local.demo
stop: $(READY) ## Stop it; the data stays
	@$(LOCAL) stop
reset: $(READY) ## Stop it and forget everything
	@$(LOCAL) reset
status: $(READY) ## What runs where
	@$(LOCAL) status
token: $(READY) ## An access token (ROLE=agent, supervisor, admin, customer, or service with SCOPES="cases.read ...")
	@$(LOCAL) token $(ROLE) --scopes "$(SCOPES)"
webhook: $(READY) ## Events as they happen, shown or by POST to URL=http://127.0.0.1:9000/ (Ctrl-C ends it); DO=undelivered or DO=replay: those given up
	@$(LOCAL) webhook $(DO) --url "$(URL)"
configure: $(READY) ## Save the local configuration after editing .local/configuration.json
	@$(LOCAL) configure
logs: $(READY) ## What the functions wrote lately
	@$(LOCAL) logs

.PHONY: reconcile
ARGS ?= check
reconcile: $(READY) ## Check the account of raw messages, or replay some (ARGS="replay --since 2026-11-01 --dry-run")
	@$(BIN)/python -m infra.reconcile $(ARGS)

.PHONY: test-python test test-fast test-moto test-faults test-faults-whole test-emulator test-package test-stack test-ocr test-client fuzz fuzz-api fuzz-night
test: check test-faults test-emulator test-package test-stack ## Everything for every change (twenty minutes; docs/testing.md names the longer suites)
test-fast: $(READY) ## The tests that need no other process
	$(BIN)/pytest -n 2 --dist worksteal -m "not emulator and not stack and not package and not faults and not ocr and not browser and not schema_fuzz"
test-moto: $(READY) ## The main path in one process on moto: real events through the entrypoints
	$(BIN)/pytest tests/main_path
test-faults: $(READY) ## The simulator: one pair of faults in eleven, random schedules, known-bad designs, two months (some minutes)
	$(BIN)/pytest -n 2 --dist worksteal -m "faults and not whole" tests/faults
test-faults-whole: $(READY) ## The same with all pairs, all known-bad designs, models with more faults and 25 months (half an hour)
	$(BIN)/pytest -n 2 --dist worksteal -m faults tests/faults
test-emulator: $(READY) ## What is concurrent, transactional or counted, on the local DynamoDB
	@$(BIN)/python -m infra.local.dynoxide
	$(BIN)/pytest -n 2 -m emulator
fuzz: $(READY) ## 20,000 damaged messages, notifications, configurations, cursors and tokens (two minutes; FUZZ_EXAMPLES=20000, FUZZ_CORPORA=folder adds mails to damage)
	FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),20000) $(BIN)/pytest -n 2 tests/channels/test_mutated_messages.py tests/attacks/test_damaged_documents.py
FUZZ_READY := $(VENV)/.fuzz-ready
$(FUZZ_READY): $(READY) requirements-fuzz.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
	@touch $@
fuzz-api: $(FUZZ_READY) ## Right and wrong calls of every operation, made from its own description (FUZZ_EXAMPLES=100 of each kind)
	FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),100) $(BIN)/pytest -n 2 -m schema_fuzz tests/schema_fuzz
fuzz-night: $(FUZZ_READY) ## The same with the budgets of a night, one after the other, and random sequences and schedules (a day and more)
	$(MAKE) fuzz FUZZ_EXAMPLES=500000
	$(MAKE) torture-sequences EXAMPLES=20000
	$(MAKE) fuzz-api FUZZ_EXAMPLES=2000
	$(MAKE) torture SEEDS=0-20000000
MUTATION_READY := $(VENV)/.mutation-ready
$(MUTATION_READY): $(READY) requirements-mutation.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutation.txt
	@touch $@
.PHONY: mutation
mutation: $(MUTATION_READY) ## Changes the code in 3,000 places, one at a time: which of them does a test notice? (half an hour)
	$(BIN)/mutmut run
	$(BIN)/mutmut results
CLIENT_READY := $(VENV)/.client-ready
$(CLIENT_READY): $(READY) requirements-client.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-client.txt
	@touch $@
test-client: $(CLIENT_READY) ## A client is generated from the description of the API, and used
	$(BIN)/pytest -n 2 -m schema_fuzz tests/generated_client
OTHER := .build/$(notdir $(PYTHON))
test-python: ## The fast tests and those of the package under another Python (PYTHON=python3.13)
	@$(PYTHON) -m venv --clear $(OTHER)
	@$(OTHER)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(OTHER)/bin/pytest -n 2 --dist worksteal -m "not emulator and not stack and not package and not faults and not ocr and not browser and not schema_fuzz"
	$(OTHER)/bin/pytest -n 2 -m package
test-package: $(READY) ## The packaged functions and their template
	$(BIN)/pytest -n 2 -m package
test-stack: $(READY) ## End to end over the running local stack, with the day of the demo (four to six minutes)
	$(BIN)/pytest -n 2 --dist loadgroup -m stack tests/stack
test-ocr: $(READY) ## Recognition of letters with the real Tesseract (which has to be installed)
	@command -v tesseract >/dev/null || { echo "test-ocr needs Tesseract: apt-get install tesseract-ocr tesseract-ocr-pol fonts-dejavu-core (macOS: brew install tesseract tesseract-lang)"; exit 1; }
	$(BIN)/pytest -m ocr tests/gateways

.PHONY: console test-console test-browser pictures
NPM_INSTALLED := $(BIN)/python -c 'from infra.local.console_build import install; install()'
BROWSER_READY := $(VENV)/.browser-ready
$(BROWSER_READY): $(READY) requirements-browser.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.txt
	@touch $@
console: $(READY) ## Build the agents' console into console/dist (needs Node 20 and npm)
	@$(BIN)/python -m infra.local.console_build
test-console: $(READY) ## Its types, its rules, and that its build gives the same bytes each time
	@$(NPM_INSTALLED)
	cd console && npm run --silent check && npm test --silent
test-browser: $(BROWSER_READY) ## The console in a real browser over the running local stack (needs Chromium)
	@command -v chromium chromium-browser google-chrome >/dev/null || { echo "test-browser needs Chromium: apt-get install chromium"; exit 1; }
	@$(NPM_INSTALLED)
	$(BIN)/pytest -n 2 --dist loadfile -m browser tests/browser
pictures: $(BROWSER_READY) ## The same, and its screenshots into docs/pictures/
	SPLOT_PICTURES=1 $(BIN)/pytest -m browser tests/browser -k "picture or supervisor"

.PHONY: torture torture-singles torture-pairs
SEEDS ?= 0-1000000
torture: $(READY) ## Random schedules on all cores for as long as you like (SEEDS=0-1000000)
	@$(BIN)/python -m tests.faults.torture --seeds $(SEEDS)
torture-singles: $(READY) ## Every single fault of every story, on all cores (some twenty minutes on two)
	@$(BIN)/python -m tests.faults.torture --singles
torture-pairs: $(READY) ## Every pair of faults of every story, on all cores
	@$(BIN)/python -m tests.faults.torture --pairs
.PHONY: soak
SOAKED ?= 1e6
soak: $(READY) ## Months of a company with a fault in every hundredth call; goes on where it was stopped (SOAKED=1e6 messages)
	@$(BIN)/python -m tests.faults.soak --messages $(SOAKED)
.PHONY: torture-sequences
EXAMPLES ?= 10000
torture-sequences: $(READY) ## Random sequences of messages and API calls against plain dictionaries (EXAMPLES=10000)
	STATE_MACHINE_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -m faults tests/faults/test_state_machine.py

.PHONY: load
load: $(READY) ## Half an hour of mixed traffic on a local stack of its own, every message accounted for (LOAD="--minutes 5 --kill")
	@$(BIN)/python -m tests.load $(LOAD)

.PHONY: package bench bench-peers bench-cold bench-content bench-escalation bench-api bench-import corpus costs
STAGE ?= dev
package: $(READY) ## The zip and the template of a stage (STAGE=dev)
	@$(BIN)/python -m infra.package --stage $(STAGE) --out .build/$(STAGE)
.PHONY: lint-policies
POLICIES_READY := .build/policy-linter/.ready
$(POLICIES_READY): requirements-policies.txt
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-policies.txt
	@touch $@
lint-policies: $(READY) $(POLICIES_READY) ## Judge the packaged policies by what AWS's reference knows (STAGE=dev)
	@$(BIN)/python -m infra.lint_policies --stage $(STAGE) --python $(POLICIES_READY:.ready=bin/python)
.PHONY: deploy doctor cost
MESSAGES ?= 1e6
cost: $(READY) ## What a month on AWS costs (MESSAGES=1e6 COST="--sms-price 0.04 --share email=0.7 sms=0.3")
	@$(BIN)/python -m infra.cost --messages $(MESSAGES) $(COST)
deploy: $(READY) ## Put a stage into your AWS account, after showing what would change (STAGE=prod DEPLOY=--at-once)
	@$(BIN)/python -m infra.deploy --stage $(STAGE) $(DEPLOY)
doctor: $(READY) ## What a deployed stage still lacks (STAGE=prod)
	@$(BIN)/python -m infra.doctor --stage $(STAGE)
bench-cold: $(READY) ## Start-up of each packaged function
	@$(BIN)/python -m tests.bench.cold_start
bench-content: $(READY) ## CPU per message and channel
	@$(BIN)/python -m tests.bench.content
bench-escalation: $(READY) ## What a sweep costs by how much is open and due; catching up after an outage (minutes)
	@$(BIN)/python -m tests.bench.escalation
	@$(BIN)/python -m infra.local.dynoxide
	@$(BIN)/python -m tests.bench.escalation --table
bench-api: $(READY) ## What each operation of the API asks of the table, with 100 and with 100,000 entries in the thread (two minutes)
	@$(BIN)/python -m infra.local.dynoxide
	@$(BIN)/python -m tests.bench.api
bench-import: $(READY) ## 100,000 customers from a file, killed at half and started again (half an hour; ROWS=10000)
	@$(BIN)/python -m infra.local.dynoxide
	@$(BIN)/python -m tests.bench.importing --rows $(or $(ROWS),100000)
PEERS := .venv-peers
$(PEERS)/.ready: requirements-peers.txt
	@$(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-peers.txt
	@touch $@
bench-peers: $(READY) $(PEERS)/.ready ## The same mails through Splot and through django-helpdesk, judged (minutes)
	@$(BIN)/python -m infra.local.dynoxide
	@$(BIN)/python -m tests.bench.comparison
bench: $(READY) $(PEERS)/.ready ## All measurements, and their tables into docs/performance.md (half an hour; NAMES="api content")
	@$(BIN)/python -m infra.local.dynoxide
	@$(BIN)/python -m tests.bench $(NAMES)
CORPORA ?= ../shared/corpus
corpus: $(READY) ## Score on mails that other projects test with (CORPORA=directory)
	@if [ -f $(CORPORA)/score.py ]; then $(BIN)/python $(CORPORA)/score.py tests.corpus.adapter:normalise $(ONLY); \
	else echo "There are no corpora in $(CORPORA) (CORPORA=folder with score.py); docs/content.md says what was measured with them."; exit 1; fi
costs: $(READY) ## Round trips and consumed units per operation
	@$(BIN)/python -m infra.local.dynoxide
	$(BIN)/pytest -s tests/storage/test_costs.py

.PHONY: check
check: $(READY) ## Lint, types, import rules, fast tests (some ten minutes on two cores)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(MAKE) --no-print-directory test-fast

.PHONY: format
format: $(READY) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lock
lock: $(READY) ## Compile requirements*.in into pinned, hashed requirements*.txt (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements-dev.in -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements-browser.in -o requirements-browser.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements-fuzz.in -o requirements-fuzz.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements-client.in -o requirements-client.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements-peers.in -o requirements-peers.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements-mutation.in -o requirements-mutation.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements-policies.in -o requirements-policies.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q infra/local/ministack-requirements.in -o infra/local/ministack-requirements.txt
