# taizhang 台账. `make run` shows it working; `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := yes
export GX_ANALYTICS_ENABLED := False

.DEFAULT_GOAL := help
.PHONY: help setup run test lint docs bench fuzz clean

help: ## list the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(BIN)/.installed $(BIN)/.compiled dbt_project/target/manifest.json ## make the virtual environment, prepare Python and dbt

$(BIN)/.installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) (a minute or two, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Where Python may not keep what it compiles, every command would compile the product anew.
$(BIN)/.compiled: $(BIN)/.installed $(shell find pipelines -name '*.py')
	@$(BIN)/python -m compileall -q pipelines
	@touch $@

dbt_project/target/manifest.json: $(BIN)/.installed $(shell find dbt_project -name '*.sql' -o -name '*.yml' -o -name '*.py' | grep -v /target/)
	@cd dbt_project && ../$(BIN)/dbt --quiet parse --profiles-dir .
	@touch $@

run: setup ## load the sample returns of the bundled districts and publish the marts
	@$(BIN)/taizhang replay

test: setup lint ## pass every check and every test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: setup ## formatting, types, SQL style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests --disable-progress-bar

docs: setup ## write the generated pages anew, and the browsable data dictionary to docs/site/index.html
	@cd docs && for page in build_data_dictionary build_rule_catalogue build_site; do ../$(BIN)/python $$page.py || exit 1; done

BENCH ?=
bench: setup ## measure what a return costs, stage by stage, and keep it in docs/benchmarks.md (BENCH="--sizes 200 --years 0": less)
	@$(BIN)/python tests/benchmark/run.py $(BENCH)

FUZZ_SECONDS ?= 120
FUZZ_KINDS := $(notdir $(wildcard tests/fuzz/corpus/*))
fuzz: setup ## feed every reader what nobody would send; FUZZ_SECONDS for each kind of file
	@$(BIN)/python -c "import atheris" 2>/dev/null || $(BIN)/python -m pip install --quiet --no-deps atheris==3.0.0
	@for kind in $(FUZZ_KINDS); do \
		$(BIN)/python tests/fuzz/run.py $$kind -max_total_time=$(FUZZ_SECONDS) -verbosity=0 || exit 1; done

clean: ## remove what setup and run made
	rm -rf $(VENV) warehouse/data docs/site dbt_project/target dbt_project/logs
