# The two commands of the README are `make demo` and `make test`; both do all the set-up themselves.
.DEFAULT_GOAL := help
.PHONY: help venv demo test check unit bench lock image-test screenshots clean

PY := .venv/bin/python
JOBS ?= 2

help:  ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

venv:
	@deploy/dev/make-venv requirements-dev.lock

demo: venv  ## watch it happen on invented mails, on this machine only (ARGS="--fast")
	@.venv/bin/mailflow demo $(ARGS)

test: venv  ## everything: services, format, lint, types, floors, tests
	@deploy/dev/install-services
	@$(MAKE) --no-print-directory check unit

check: venv  ## format, lint, strict types, import contracts
	@echo "== format";  .venv/bin/ruff format --check --quiet mailflow tests
	@echo "== lint";    .venv/bin/ruff check --quiet mailflow tests
	@echo "== types";   .venv/bin/mypy --no-error-summary
	@echo "== floors";  .venv/bin/lint-imports --no-logo

unit: venv
	@echo "== tests";   $(PY) -m pytest -q -n $(JOBS) --dist loadfile

bench: venv  ## measure: arrival to acknowledgement, mails a second, accuracy
	@$(PY) -m tests.bench

image-test: venv  ## build the container image and start it for real
	@deploy/dev/image-test

screenshots: venv  ## make the pictures of the README anew
	@deploy/dev/screenshots

lock: venv  ## write the lock files anew: names, versions and hashes only
	@$(PY) -m pip install --quiet uv
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml --group dev --extra demo -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
