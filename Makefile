# What there is to do here. Needs git, make and Python 3.11 or newer with venv; everything else is
# installed into .venv, hash by hash. Kept to what GNU Make 3.81 understands: macOS has that one.

BIN := .venv/bin
# Looked up only when .venv has to be made. ensurepip is what Debian's python3-venv brings.
PYTHON = $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))" 2>/dev/null \
	&& echo $$name && break; done)
# What uv is told when it pins: one answer for every platform and Python, with hashes, no addresses.
LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# Some machines are told to keep no bytecode: each of the processes of a test run would then compile
# some 2,900 modules again.
unexport PYTHONDONTWRITEBYTECODE
# When the tests take place; `make moments` names others that are worth trying.
export MOMENT

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench test-system torture pictures moments lock setup

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: .venv/.installed ## Start Changeover at http://127.0.0.1:8501 (PORT=… for another), with sample data the first time
	@log="$${CHANGEOVER_LOG:-data/changeover.duckdb}"; case "$$log" in \
	postgresql://* | postgres://*) ;; \
	*) test -e "$$log" || { echo "Making up sample data …"; $(BIN)/python -m dashboard sample; } ;; \
	esac
	@exec $(BIN)/python -m streamlit run streamlit_app.py \
	--server.address 127.0.0.1 --server.port "$${PORT:-8501}" --server.headless true

# One more than there are processors on the smallest machine: a test that drives a server often waits.
TESTS := pytest -n 3 --dist worksteal -m "not system and not proof"

test: setup ## Run every test but those of make test-system and the long proofs (COVERAGE=1: with coverage, in twice the time)
	@$(BIN)/python -m tests.find_browser
ifdef COVERAGE
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m $(TESTS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report
else
	$(BIN)/python -m $(TESTS)
endif

test-system: setup ## Run the tests that need system programs (PostgreSQL, nginx …)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m system

check: setup ## Format, lint, types, floors, SQL and house rules: quick, runs before each commit
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet --output-format concise .
	$(BIN)/lint-imports --no-logo
	$(BIN)/pyright
	$(BIN)/sqlfluff lint --disable-progress-bar queries
	$(BIN)/python -m pytest -q tests/test_house.py

fix: setup ## Put format, imports and SQL right where a tool can
	$(BIN)/ruff check --fix --exit-zero --output-format concise .
	$(BIN)/ruff format .
	-$(BIN)/sqlfluff fix --disable-progress-bar queries

bench: setup ## Measure: each file in bench/ says what it measures
	@for file in bench/*.py; do \
	[ -e "$$file" ] || { echo "No benches yet."; break; }; \
	echo "== $$file"; PYTHONPATH=. $(BIN)/python "$$file" || exit 1; \
	done

torture: setup ## Try for hours to break it: kills, damage, full disks, nonsense (TOPIC=… COUNT=… SEED=…)
	$(BIN)/python -m tests.torture $(TOPIC) $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

pictures: setup ## Take the pictures of the README anew (ALL=1: of every page, into build/pictures)
	@$(BIN)/python -m tests.find_browser
	$(BIN)/python -m tests.pictures $(if $(ALL),all)

moments: setup ## Name the instants at which the tests are worth running: make test MOMENT=…
	@$(BIN)/python -m tests.moments

lock: $(BIN)/python ## Pin requirements*.in, with hashes; UPGRADE=1 moves every pin to the newest
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv $(LOCK) $(if $(UPGRADE),--upgrade) requirements.in -o requirements.txt
	$(BIN)/uv $(LOCK) $(if $(UPGRADE),--upgrade) -c requirements.txt requirements-dev.in -o requirements-dev.txt

setup: .venv/.installed-dev

# Installs what a file names, and says how far that is. Compiling all of it in advance would take as
# long again: Python keeps what it compiles when it is first run.
INSTALL = { $(BIN)/python -m pip install --no-compile \
	--disable-pip-version-check --require-hashes -r $(1); echo "Ended $$?"; } \
	| { n=0; while read -r line; do case "$$line" in \
	"Collecting "*) n=$$((n + 1)); test $$((n % 20)) -ne 0 || echo "  $$n packages fetched …" ;; \
	"Installing collected"*) echo "  $$n packages fetched; putting them in place …" ;; \
	"Ended "*) exit "$${line\#Ended }" ;; \
	esac; done; }

# The stamps are older than a requirements file that has changed: then pip is asked again.
.venv/.installed: requirements.txt $(BIN)/python
	@echo "Installing what Changeover runs on …"
	@$(call INSTALL,requirements.txt)
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo "Installing what checks and tests need …"
	@$(call INSTALL,requirements-dev.txt)
	@touch $@

# Also when the Python that .venv points to has gone: the link is then as good as missing.
$(BIN)/python:
	@test -n "$(PYTHON)" || { \
	echo "Changeover needs Python 3.11 or newer with venv, and none was found." >&2; \
	echo "Debian, Ubuntu: apt-get install python3-venv. macOS: brew install python@3.13." >&2; \
	exit 1; }
	@echo "Making a Python environment in .venv …"
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
