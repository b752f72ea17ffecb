# Two commands matter: `make run` and `make test`. Each sets up what it needs from nothing but Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONHASHSEED ?= 0

.PHONY: run test lab bench fuzz format corpus notebooks pictures clean

run: $(VENV)/.run
	$(BIN)/labkit run

test: $(VENV)/.test
	$(BIN)/ruff check labkit tests notebooks
	$(BIN)/ruff format --check labkit tests
	$(BIN)/python -m pytest -n 2 tests labkit --doctest-modules
	$(BIN)/python tests/fuzz.py --seconds 30
	$(BIN)/python -m pytest --nbval notebooks --nbval-sanitize-with notebooks/nbval.cfg

lab: $(VENV)/.test
	$(BIN)/jupyter lab notebooks

bench: $(VENV)/.test
	$(BIN)/python tests/bench.py

# Broken and hostile files for five minutes; another seed finds others: make fuzz SEED=7
SEED ?= 1
fuzz: $(VENV)/.test
	$(BIN)/python tests/fuzz.py --seconds 300 --seed $(SEED)

format: $(VENV)/.test
	$(BIN)/ruff check --fix labkit tests notebooks
	$(BIN)/ruff format labkit tests

# Rebuild what the repository stores, after a reading or a drawing changed.
corpus: $(VENV)/.test
	$(BIN)/python tests/rebuild_corpus.py

notebooks: $(VENV)/.test
	$(BIN)/python tests/rebuild_notebooks.py

# Pictures of the page in the guide, after the page changed.
pictures: $(VENV)/.test
	$(BIN)/python tests/rebuild_pictures.py

clean:
	rm -rf outputs $(VENV)

$(VENV)/bin/pip:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "labkit needs Python 3.11 or newer; found " + sys.version.split()[0] + ". Name another with: make run PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/.run
