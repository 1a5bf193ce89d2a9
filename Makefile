# Needs GNU make, git and Python 3.11 to 3.13. Each command first sets up what is missing, once.
# PYTHON=python3.12 chooses the interpreter of a new .venv; an active conda environment named
# tradecheck is used as it is, without a .venv.

ifeq ($(CONDA_DEFAULT_ENV)$(if $(CONDA_PREFIX),,none),tradecheck)
ENV := $(CONDA_PREFIX)
PYTHON := $(ENV)/bin/python
else
ENV := .venv
PYTHON ?= python3
endif

# The environment alone decides what is imported.
unexport PYTHONPATH PYTHONHOME

SETUP = @command -v "$(PYTHON)" >/dev/null || { echo "tradecheck: no $(PYTHON) was found on this \
machine: install Python 3.11, 3.12 or 3.13, or name one as in 'make PYTHON=python3.12 $@'." >&2; \
exit 1; }; "$(PYTHON)" tools/setup_environment.py "$(ENV)"
RUN = @"$(ENV)/bin/python" -m
RUN_FILE = @"$(ENV)/bin/python"
TRADECHECK = @"$(ENV)/bin/tradecheck"
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --extra build

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report test lab verify pdf bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

report: ## Build every report that is out of date (STUDY=name for one, EMBED=0 without data inside)
	$(SETUP) report
	$(TRADECHECK) report $(foreach name,$(STUDY),"$(name)") $(if $(filter 0,$(EMBED)),--no-embed)

test: ## Run the tests (ARGS="-k bounds" for some)
	$(SETUP) test
	$(RUN) pytest $(ARGS)

lab: ## Open the notebooks in JupyterLab (ARGS=--no-browser; git leaves their outputs out)
	$(SETUP) lab
	@! git rev-parse --git-dir >/dev/null 2>&1 || { "$(ENV)/bin/nbstripout" --install && \
	git config filter.nbstripout.required false; } # git works on when .venv is gone
	$(RUN) jupyterlab notebooks $(ARGS)

verify: ## Check raw files against their cards, and the built reports
	$(SETUP) report
	$(TRADECHECK) verify

pdf: ## Print the built reports as PDF (needs Chromium)
	$(SETUP) report
	$(TRADECHECK) pdf

bench: ## Measure speed as ratios (ARGS=--peers for other tools too; takes minutes)
	$(SETUP) report
	$(RUN_FILE) tests/bench/bench.py $(ARGS)

lock: ## Renew the three locks (needs uv; UPGRADE=--upgrade for newer versions)
	$(LOCK) $(UPGRADE) pyproject.toml -o requirements.lock
	$(LOCK) $(UPGRADE) --extra test -c requirements.lock pyproject.toml -o requirements-test.lock
	$(LOCK) $(UPGRADE) --extra lab -c requirements.lock pyproject.toml -o requirements-lab.lock

clean: ## Remove the built reports and tables (everything comes back with make report)
	@find reports data/processed -mindepth 1 ! -name README.md -delete
