# The commands, and what they need first. `make help` lists them.
.PHONY: help run test test-browser test-long bench dev release
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: ## Set up, build and start the console with sample data
	@scripts/setup
	@scripts/build
	@exec target/debug/tokendesk serve --demo

test: ## Run every test
	@scripts/setup test
	@scripts/test

test-browser: ## Run the browser tests only
	@scripts/setup test
	@scripts/test browser

test-long: ## Break things under load, for minutes each, and measure (some 25 minutes)
	@scripts/setup test
	@scripts/test long

bench: ## Measure what is promised in figures; WHAT=verify for one part
	@scripts/setup bench
	@scripts/bench $(WHAT)

dev: ## Start with hot reload
	@scripts/setup dev
	@bash -c '. scripts/lib.sh && exec cargo leptos watch -- serve --demo'

release: ## Build for production: target/release/tokendesk, and site/ beside it
	@scripts/setup release
	@scripts/build --release
