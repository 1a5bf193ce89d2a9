# Needs GNU make, git and Python 3.11 to 3.13. Each command first sets up what is missing, once.
# PYTHON=python3.12 chooses the interpreter of a new .venv; an active conda environment named
# tradecheck is used as it is, without a .venv.

ifeq ($(CONDA_DEFAULT_ENV)$(if $(CONDA_PREFIX),,none),tradecheck)
ENV := $(CONDA_PREFIX)
PYTHON := $(ENV)/bin/python
else
ENV := $(CURDIR)/.venv
PYTHON ?= python3
endif

# The environment alone decides what is imported, and which kernel opens.
unexport PYTHONPATH PYTHONHOME JUPYTER_PATH
export PYTHONNOUSERSITE = 1
export JUPYTER_PREFER_ENV_PATH = 1

SETUP = @command -v "$(PYTHON)" >/dev/null || { echo "tradecheck: no $(PYTHON) was found on this \
machine: install Python 3.11, 3.12 or 3.13, or name one as in 'make PYTHON=python3.12 $@'." >&2; \
exit 1; }; "$(PYTHON)" tools/setup_environment.py "$(ENV)"
RUN = @"$(ENV)/bin/python"
TRADECHECK = @"$(ENV)/bin/tradecheck"
PYTEST = $(RUN) -m pytest --numprocesses auto
OF_ONE_MACHINE = $(addprefix metadata.language_info.,codemirror_mode file_extension mimetype \
	nbconvert_exporter pygments_lexer version)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report watch test test-all fuzz lab fetch verify pdf bench mutants lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

report: ## Build every report that is out of date (STUDY=name for one, EMBED=0 without data inside)
	$(SETUP)
	$(TRADECHECK) report $(foreach name,$(STUDY),"$(name)") $(if $(filter 0,$(EMBED)),--no-embed)

watch: ## Show the page in the browser and build after every edit (STUDY=name for one)
	$(SETUP)
	$(TRADECHECK) watch $(foreach name,$(STUDY),"$(name)") $(ARGS)

test: ## Run the quick tests, the linter and the type checker (ARGS="-k bounds" for some)
	$(SETUP)
	$(PYTEST) --dist worksteal -m "not e2e" $(ARGS)
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check --quiet
	$(RUN) -m mypy

test-all: test ## Run the slow tests, too: clean clones, environments, built reports
	$(PYTEST) --dist loadfile -m e2e $(ARGS)

fuzz: ## Give every parser spoilt files for minutes (FUZZ_MINUTES=5, together)
	$(SETUP)
	@FUZZ_MINUTES="$(or $(FUZZ_MINUTES),5)" "$(ENV)/bin/python" -m pytest --numprocesses auto \
	--dist worksteal tests/fuzz $(ARGS)

lab: ## Open the notebooks in JupyterLab (ARGS=--no-browser; git leaves their outputs out)
	$(SETUP)
	@! git rev-parse --git-dir >/dev/null 2>&1 || { git config filter.nbstripout.clean \
	'"$(ENV)/bin/python" -m nbstripout --keep-id --extra-keys "$(OF_ONE_MACHINE)"' && \
	git config filter.nbstripout.required false; } # git works on when .venv is gone
	$(RUN) -m jupyterlab notebooks $(ARGS)

fetch: ## Download the months of a study (STUDY=name, ARGS=--plan says what it would ask)
	$(SETUP)
	$(TRADECHECK) fetch $(foreach name,$(STUDY),"$(name)") $(ARGS)

verify: ## Check raw files against their cards, and the built reports
	$(SETUP)
	$(TRADECHECK) verify

pdf: ## Print the built reports as PDF (needs Chromium)
	$(SETUP)
	$(TRADECHECK) pdf

bench: ## Measure speed as ratios (ARGS=--peers for other tools too; takes minutes)
	$(SETUP)
	$(RUN) tests/bench/bench.py $(ARGS)

mutants: ## Change the code at random, and look whether a test notices (ARGS="--sample 50 bounds")
	$(SETUP)
	$(RUN) tools/mutants.py $(ARGS)

lock: ## Renew the lock (UPGRADE=--upgrade for newer versions)
	PATH="$$PATH:$(ENV)/bin" uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--all-extras --generate-hashes --no-emit-index-url --no-annotate $(UPGRADE) \
	pyproject.toml -o requirements.lock

clean: ## Remove the built reports and tables (everything comes back with make report)
	@find reports data/processed -mindepth 1 ! -name README.md -delete
