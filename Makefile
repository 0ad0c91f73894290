# Every target sets up what it needs. `make demo` and `make test` are all a newcomer has to know.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps
DATA ?= ../shared/data/receipts-sroie ../shared/data/receipts-wild

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-blind demo up test check eval calibrate calibrate-errors fit-errors eval-fresh-errors calibrate-invoices eval-invoices golden bad-inputs bench-pipeline bench-vlm bench-api bench-pages chaos load eval-vlm eval-inventions eval-errors eval-redaction eval-tables eval-splitting fit-splitting fit-routing eval-routing random-schemas schemathesis lock clean setup-chromium setup-screens screens fit-elements eval-screens train-vlm

help:
	@echo "make demo [FILE=path]   the main job on the shipped sample, or on your own picture or PDF"
	@echo "make up                 keep the service running"
	@echo "make test | check       everything that must pass"
	@echo "make setup | eval [DATA=...] | bench-pipeline | bench-vlm | bench-api | bench-pages | eval-vlm | train-vlm | chaos | load | bad-inputs | random-schemas | schemathesis | calibrate | lock | clean"

setup: $(VENV)/.ready $(VENV)/.ready-vlm
	@$(BIN)/vouch models pull --quiet --with vlm

setup-dev: setup $(VENV)/.ready-dev

# A real language model that sees nothing: what stands in for a VLM where there is no hub.
setup-blind: setup-dev
	@$(BIN)/python -m vouch.evals.blind_vlm >/dev/null

# The lock files are whole closures, so pip resolves nothing (--no-deps) and checks every hash.
$(VENV)/.ready: requirements.lock packaging/opencv-shim/pyproject.toml pyproject.toml
	@echo "Setting up $(VENV) (a minute or two, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation ./packaging/opencv-shim
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

# Pinned, but by no hash: registries carry one torch, machines prefer their own build of it.
$(VENV)/.ready-vlm: $(VENV)/.ready
	@$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup
	@$(BIN)/vouch demo $(if $(FILE),"$(FILE)")

up: setup
	@$(BIN)/vouch up

test: setup-dev setup-screens
	@$(BIN)/pytest

check: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/check_sizes.py
	@$(BIN)/python tools/check_prompts.py
	@$(BIN)/hadolint --config deploy/hadolint.yaml deploy/Dockerfile
	@$(BIN)/yamllint --strict deploy
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose*.yaml

# Debian's Chromium, where it is missing and may be installed; its tests skip, visibly, where not.
setup-chromium:
	@$(PYTHON) tools/install_chromium.py

# The UI kits, from npm by their lock file. Without npm the tests of rendered pages skip.
training/screens/node_modules/.ready: training/screens/package-lock.json
	@cd training/screens && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.ready \
		|| echo "The UI kits could not be fetched: the tests that draw with them will skip" >&2

setup-screens: setup-dev setup-chromium training/screens/node_modules/.ready

OUT ?= report/screens
COUNT ?= 40
SEED ?= 1
# Pictures of pages of UI kits, with labels: ARGS=--held-back for the kits that measure.
screens: setup-screens
	@$(BIN)/python -m training.screens.write $(OUT) --count $(COUNT) --seed $(SEED) $(ARGS)

# The judge of elements, anew: a quarter of the kits is left out in turn, then all are fitted.
fit-elements: setup setup-screens
	@$(BIN)/python -m training.screens.write report/screens-train --count 900 --seed 101 --resized 0.25
	@OMP_NUM_THREADS=1 $(BIN)/python -m training.elements.fit report/screens-train --kept report/screens-read $(ARGS)

# The kits that nothing was made on, or the sets that SCREENS names.
eval-screens: setup setup-screens
ifndef SCREENS
	@$(BIN)/python -m training.screens.write report/screens-held-back --count $(COUNT) --seed $(SEED) --held-back
endif
	@$(BIN)/python -m vouch.evals.eval_screens $(or $(SCREENS),report/screens-held-back) $(if $(LIMIT),--limit $(LIMIT))

eval: setup
	@$(BIN)/vouch eval $(DATA)

# Both readers and each alone; the model is the one that ships, unless VLM names another.
eval-vlm: setup
	@VOUCH_VLM=$(or $(VLM),vouch) \
		$(BIN)/vouch eval --readers compare $(if $(LIMIT),--limit $(LIMIT)) $(DATA)

# The same model under grounded and under plain grammars: what it makes up.
eval-inventions: setup-blind
	@VOUCH_VLM=$(or $(VLM),transformers:models/blind-smollm2) \
		$(BIN)/python -m vouch.evals.inventions $(firstword $(DATA)) $(if $(LIMIT),--limit $(LIMIT))

# Pages with planted secrets, masked by the real chain: recall, and what is left. ARGS="--pages 100"
eval-redaction: setup-dev
	@$(BIN)/python -m tests.redaction $(ARGS)

# Made-up errors drawn in every look, through the real OCR: how steady the fingerprint is.
eval-errors: setup
	@$(BIN)/python -m training.errors.measure $(ARGS)

# Drawn tables and forms, read again: cells, spans and pairs. ARGS="--seed 900 --ocr"
eval-tables: setup-dev
	@$(BIN)/python -m tests.workers.stages.readers.generic $(ARGS)

# Files of several receipts or invoices, put together at random: where each begins. ARGS="DATASET…"
eval-splitting: setup-dev
	@$(BIN)/python -m training.splitting.measure $(ARGS)

# What tells documents of one file apart: each set left out in turn, then the weights for all.
fit-splitting: setup-dev
	@$(BIN)/python -m training.splitting.fit $(ARGS)

# What tells kinds of pictures apart: each source left out in turn, then the weights for all.
# The screens are those of fit-elements, and read once for both.
ROUTED = $(addprefix ../shared/data/,receipts-sroie receipts-wild invoices-zugferd error-screenshots)
fit-routing: setup-dev setup-screens
	@test -d report/screens-train || \
		$(BIN)/python -m training.screens.write report/screens-train --count 900 --seed 101 --resized 0.25
	@$(BIN)/python -m training.errors.write report/drawn-errors-7300 --seed 7300
	@$(BIN)/python -m training.errors.write report/drawn-errors-unseen-7400 --seed 7400 --corpus unseen
	@$(BIN)/python -m training.invoices.write report/drawn-invoices --count 60 --seed 1
	@OMP_NUM_THREADS=1 $(BIN)/python -m training.routing.gather $(ROUTED) report/screens-train \
		report/drawn-errors-7300 report/drawn-errors-unseen-7400 report/drawn-invoices \
		--drawn 45 --most 45 --cut-outs 60 --out report/routing --kept report/screens-read
	@$(BIN)/python -m training.routing.fit report/routing $(ARGS)

# Kits, families of invoices and words of errors that the weights were not fitted on.
eval-routing: setup-dev setup-screens
	@$(BIN)/python -m training.screens.write report/screens-held-back --count $(COUNT) --seed $(SEED) --held-back
	@$(BIN)/python -m training.errors.write report/drawn-errors-fresh --seed 9000 --corpus fresh --drawings 1
	@$(BIN)/python -m training.invoices.write report/drawn-invoices-held-back --count 20 --seed $(SEED) --held-back
	@rm -rf report/routing-held-back
	@OMP_NUM_THREADS=1 $(BIN)/python -m training.routing.gather report/screens-held-back \
		report/drawn-errors-fresh report/drawn-invoices-held-back --drawn 0 --out report/routing-held-back
	@$(BIN)/python -m training.routing.measure report/routing-held-back

# What tells errors from other screens, by words, signs, colours and buttons: each group left out, then the weights.
fit-errors: setup setup-screens
	@$(BIN)/python -m training.errors.write report/unseen-seed-7400 --seed 7400 --corpus unseen
	@$(BIN)/python -m training.screens.write report/screens-of-errors --count 120 --seed 500
	@OMP_NUM_THREADS=1 $(BIN)/python -m training.errors.fit ../shared/data/error-screenshots \
		report/unseen-seed-7400 report/screens-of-errors --kept report/errors-read $(ARGS)

# The third corpus of errors, in words and looks that nothing was made with.
eval-fresh-errors: setup setup-screens
	@$(BIN)/python -m training.errors.write report/fresh-errors --corpus fresh --seed $(SEED) --drawings 1
	@$(BIN)/vouch eval report/fresh-errors $(ARGS)

# The labelled pictures, besides drawn errors: those that the reader was made with, and unseen ones.
calibrate-errors: setup-dev
	@$(BIN)/python -m training.errors.write report/unseen-seed-7400 --seed 7400 --corpus unseen
	@$(BIN)/python -m vouch.evals.calibrate ../shared/data/error-screenshots \
		report/unseen-seed-7400 --schema error_screenshot

# Invoices drawn in families of layouts, besides the labelled ones; a family is never in two folds.
calibrate-invoices: setup-dev
	@$(BIN)/python -m training.invoices.write report/invoices-drawn --count 204 --seed 11
	@$(BIN)/python -m vouch.evals.calibrate ../shared/data/invoices-zugferd report/invoices-drawn --schema invoice

# Families of layouts that nothing was made on.
eval-invoices: setup-dev
	@$(BIN)/python -m training.invoices.write report/invoices-held-back --count 60 --seed $(or $(SEED),12) --held-back
	@$(BIN)/vouch eval report/invoices-held-back

# vouch-vlm: lessons are drawn, read by OCR and learnt. Stopped and called again, it goes on. Each
# ROUND draws other pages; all but the first start with the adapter that is released.
# PRESET=small shows in minutes that all of it runs.
ROUND ?= 0
PRESET ?= full
STEPS ?= $(if $(filter small,$(PRESET)),4,460)
TAUGHT = report/vouch-vlm-$(PRESET)-$(ROUND)
LESSONS = $(addprefix $(TAUGHT)/lessons/,receipts forms errors screens invoices)
DRAW_receipts = --count $(if $(filter small,$(PRESET)),4,480) --seed $(ROUND)701
DRAW_forms = --count $(if $(filter small,$(PRESET)),4,400) --seed $(ROUND)702
DRAW_errors = --drawings $(if $(filter small,$(PRESET)),1,2) --seed $(ROUND)610
DRAW_screens = --count $(if $(filter small,$(PRESET)),4,160) --seed $(ROUND)620
DRAW_invoices = --count $(if $(filter small,$(PRESET)),4,160) --seed $(ROUND)601
.DELETE_ON_ERROR:
$(TAUGHT)/lessons/%/labels.jsonl: | setup-dev setup-screens
	@$(BIN)/python -m training.$*.write $(@D) $(DRAW_$*)

# Large pages are worth asking the kernel for; without, each tensor is paged in by 4 kB at a time.
HUGE_PAGES = GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4294967295:glibc.malloc.trim_threshold=4294967295
train-vlm: setup-dev setup-screens $(addsuffix /labels.jsonl,$(LESSONS))
	@OMP_NUM_THREADS=1 $(BIN)/python -m training.vlm.reading $(TAUGHT)/read $(LESSONS)
	@$(HUGE_PAGES) $(BIN)/python -m training.vlm.train $(TAUGHT) $(LESSONS) --kept $(TAUGHT)/read --steps $(STEPS) \
		$(if $(filter 0,$(ROUND)),,--start vouch/workers/engines/shipped/vouch_vlm) $(ARGS)
	@$(BIN)/python -m training.vlm.curve $(TAUGHT)

calibrate: setup-dev
	@$(BIN)/python -m vouch.evals.calibrate $(DATA) $(if $(SCHEMA),--schema $(SCHEMA))

golden: setup-dev
	@VOUCH_WRITE_GOLDEN=1 $(BIN)/pytest tests/flow/test_golden.py

bad-inputs: setup-dev
	@$(BIN)/pytest -m long tests/flow/test_bad_inputs.py

# The OpenAPI document against a real stack, at length; `make test` has a short form.
schemathesis: setup-dev
	@$(BIN)/pytest -m long tests/flow/test_openapi.py

# Ten thousand schemas and documents, twice: written by chance, and by small random models.
random-schemas: setup-dev
	@$(BIN)/pytest -m long tests/grammar/test_random_schemas.py tests/workers/decoding/test_random_schemas.py

bench-pipeline: setup
	@$(BIN)/python -m vouch.evals.bench_pipeline

# ARGS="--shape qwen3-vl-8b" on a GPU; see `python -m vouch.evals.bench_vlm --help`.
bench-vlm: setup-blind
	@$(BIN)/python -m vouch.evals.bench_vlm $(ARGS)

# ARGS="polls --rounds 10" measures a part; see `python -m vouch.evals.bench_api --help`.
bench-api: setup
	@$(BIN)/python -m vouch.evals.bench_api $(ARGS)

# 1,000 jobs while workers and the service are killed and Redis is restarted.
chaos: setup-dev
	@$(BIN)/python -m tests.chaos $(ARGS)

# PDFs of 25 to 200 pages: seconds and peak memory of each leg. ARGS="--sizes 5,10" is quick.
bench-pages: setup
	@$(BIN)/python -m vouch.evals.bench_pages $(ARGS)

# A minute of many tenants at once, and what is left of them when their jobs are deleted.
load: setup-dev
	@$(BIN)/python -m tests.load $(ARGS)

lock:
	@$(BIN)/python tools/lock.py

clean:
	@rm -rf $(VENV) models var demo-output report build *.egg-info packaging/*/build packaging/*/*.egg-info
