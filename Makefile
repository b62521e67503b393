# Python 3.11 to 3.13, git and make are enough: everything else goes into .venv.
PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
INSTALLED := .venv/.installed
NODE_MODULES := web/node_modules/.package-lock.json
FRONT_END := web/dist/turn-the-knob.js
EXTRA := _build/extra/.staged
EXECUTED := _build/.executed-with
CACHE := _build/.jupyter_cache
# Kernels side by side, each on one core.
ONE_THREAD := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1
MATHJAX := web/node_modules/mathjax/es5
PAGES_MATHJAX := _build/extra/_static/mathjax

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*')
LIBRARY := $(shell find lessons_lib -name '*.py' -o -name '*.mplstyle')
RUNS := $(shell find book/runs -type f 2>/dev/null)

# npm and the scripts it starts find the Node of .venv first.
NPM := cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book serve lab test sweeps bench lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Every page is rendered anew: Sphinx copies no style, script or recorded run as
# long as no page changes. Executed notebooks are kept, which is what takes time:
# those that are not are executed first, one for each core. A notebook that fails
# is executed once more while pages are rendered, which says where and stops.
book: $(INSTALLED) $(EXTRA) $(EXECUTED)  ## execute the notebooks and render the site
	@rm -rf _build/html _build/.doctrees
	@echo y | $(BIN)/jcache notebook --cache-path $(CACHE) add book/*.ipynb
	@$(ONE_THREAD) $(BIN)/jcache project --cache-path $(CACHE) execute --executor local-parallel --timeout 600
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo
	@echo "Open _build/html/index.html through 'make serve': the sliders need a server."

serve:  ## show the rendered site on http://127.0.0.1:8000 (PORT=8000)
	@test -f _build/html/index.html || { echo "Run 'make book' first."; exit 1; }
	@echo "Open http://127.0.0.1:$(PORT)/ (Ctrl-C stops)."
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

lab: $(INSTALLED)  ## open the book in JupyterLab
	$(BIN)/jupyter lab book

# One pytest run at the end, so that its summary counts every test of the project.
# Two files of tests side by side, each on one core.
test: $(INSTALLED)  ## check everything that CI checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) $(FRONT_END)
	$(NPM) test
	@$(MAKE) book
	$(ONE_THREAD) $(BIN)/pytest -n 2 --dist loadfile \
		$(wildcard tests/test_*.py) tests/claims book tests/browser \
		--nbval-lax --nbval-current-env --nbval-cell-timeout=600

sweeps: $(INSTALLED)  ## record the stale runs that the static pages replay (long)
	$(BIN)/python -m lessons_lib.record book

bench: book  ## measure what BENCH names (default: all but make test)
	$(BIN)/python -m benchmarks $(BENCH)

lock: $(INSTALLED)  ## pin the newest versions in requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 \
		--no-header --no-annotate --no-emit-package lessons-lib \
		--output-file requirements.lock requirements-dev.txt

clean:  ## delete everything that make wrote
	rm -rf .venv _build web/dist web/node_modules lessons_lib.egg-info

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "TensorFlow needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
		echo "Name another one, for example: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check --no-deps -r requirements.lock -e .
	@touch $@

$(NODE_MODULES): web/package-lock.json $(INSTALLED)
	$(NPM) ci --no-audit --no-fund
	@touch $@

$(FRONT_END): $(NODE_MODULES) $(WEB_SOURCES)
	$(NPM) run build
	@touch $@

# Files that the site serves as they are: MathJax, and the recorded runs, which
# pages under /book/ fetch as runs/<chapter>.json.
$(EXTRA): Makefile $(FRONT_END) $(RUNS)
	@rm -rf _build/extra
	@mkdir -p $(PAGES_MATHJAX)/a11y $(PAGES_MATHJAX)/input $(PAGES_MATHJAX)/output
	@cp $(MATHJAX)/startup.js $(MATHJAX)/core.js $(PAGES_MATHJAX)/
	@cp $(MATHJAX)/a11y/assistive-mml.js $(PAGES_MATHJAX)/a11y/
	@cp -R $(MATHJAX)/input/tex.js $(MATHJAX)/input/tex $(PAGES_MATHJAX)/input/
	@cp -R $(MATHJAX)/output/chtml.js $(MATHJAX)/output/chtml $(PAGES_MATHJAX)/output/
	@mkdir -p _build/extra/book
	@if test -d book/runs; then cp -R book/runs _build/extra/book/; fi
	@touch $@

# Jupyter Book keeps the outputs of a notebook until the notebook changes. They
# also depend on the library, the pinned packages and the recorded runs.
$(EXECUTED): $(INSTALLED) $(LIBRARY) $(RUNS)
	@rm -rf $(CACHE)
	@mkdir -p _build
	@touch $@
