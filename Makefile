# The tasks of this repository. `make run` and `make test` are all that a newcomer needs; both install what is missing.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory

CARGO ?= cargo
SITE := target/debug/site
DENY := target/tools/bin/cargo-deny --offline
WASM := wasm32-unknown-unknown

.PHONY: help run test check lint docs fences unit e2e bench bench-media bench-network soak bench-build fuzz fuzz-short fuzz-targets dev tidy site server

help: ## Shows this list.
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 16

# The database compiles on one core for minutes: the browser's half, in a profile of its own, fills the other.
run: ## Builds Confab for real use and starts it.
	@tools/setup build
	@echo "run: building; the first time compiles a database and takes a while, see README.md"
	@$(MAKE) -j2 server site
	@exec target/release/confab serve

server:
	@$(CARGO) build --locked --release --package server --bin confab

site:
	@$(CARGO) build --locked --package site
	@$(SITE)

test: ## Runs everything that must hold: lints, docs, fences, tests, a short fuzzing, browser tests.
	@tools/setup test
	@$(MAKE) -j2 fuzz-targets check
	@$(MAKE) unit
	@$(MAKE) fuzz-short
	@$(MAKE) e2e

check: lint docs fences ## Formatting, clippy for both sides, documentation, fences.

lint:
	@echo "check: formatting and lints"
	@$(CARGO) fmt --all --check
	@$(CARGO) clippy --locked --all-targets -- -D warnings
	@$(CARGO) clippy --locked --package client --target $(WASM) -- -D warnings

# Private items too: whoever reads this documentation works on the program, and may be led to them.
docs:
	@echo "check: documentation"
	@RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" $(CARGO) doc --locked --no-deps --document-private-items --quiet

fences:
	@echo "check: licences and fences between the rooms"
	@$(CARGO) fetch --locked --quiet
	@$(DENY) check --allow no-license-field bans licenses sources
	@tools/fences

unit: ## The tests of every crate.
	@$(CARGO) test --locked

e2e: site ## The browser tests, against a development build of the server.
	@$(CARGO) test --locked --no-run
	@node end2end/run.mjs $(ONLY)

bench: bench-build ## The figures of docs/PERFORMANCE.md, against a release build.
	@node end2end/bench/run.mjs

bench-media: bench-build ## Confab's media beside Janus' (WHAT=growth, meeting or burst: only that).
	@node end2end/bench/media.mjs $(WHAT)

bench-network: bench-build ## Browsers on bad lines (WHAT=part of a line's name: only that).
	@node end2end/bench/network.mjs $(WHAT)

soak: bench-build ## People come and go for half an hour, or MINUTES.
	@node end2end/bench/soak.mjs $(MINUTES)

bench-build:
	@tools/setup bench
	@$(MAKE) -j2 server site
	@$(CARGO) build --locked --release --package load

fuzz: ## A minute of each fuzz target.
	@tools/fuzz 60

# Their flags compile everything anew, four minutes of little more than one core: beside the lints, which wait for the
# database's crates, that is nearly free.
fuzz-targets:
	@cd fuzz && $(CARGO) build --locked --release --quiet --bins

# Always the same beginning, so that a change is told what it broke and not what luck found elsewhere.
fuzz-short:
	@tools/fuzz 10 -seed=1

dev: ## Builds quickly, without optimising, and starts it.
	@tools/setup build
	@$(CARGO) build --locked --package site
	@$(SITE) --dev
	@$(CARGO) run --locked --package server --bin confab -- serve

tidy: fences ## Fences, and the files that grew past their budget.
	@tools/over-budget
