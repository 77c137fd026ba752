# make help lists what there is. Needed: Go, Node 20, and apt (or the packages
# that .ci/services names).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.NOTPARALLEL:

export PATH := $(CURDIR)/.tools/bin:$(PATH)
# A workspace in a folder above would test something else.
export GOWORK := off

# Two packages at once: each may run a PostgreSQL and a Redis of its own. The faults come
# first: they wait more than they work, and nothing waits for them in the end.
GOTEST := -p 2 -timeout 20m -count=1
PACKAGES ?= ./...
# The race detector looks at all but SQLite, which is C translated by a machine, locks by
# its own means and takes three times as long under it.
RACE := -race -gcflags='modernc.org/...=-race=false'
# What runs without the race detector, in a third of the time: the surfaces, which decode,
# call the service, encode and share nothing between requests, and the tests of the whole
# program, thousands of requests generated from the documents among them. What they call
# runs under it in its own packages' tests, and the faults' program is built with it.
UNRACED := ./server ./server/agentapi/... ./server/assistantapi/... ./server/inboxapi/... ./server/mcp/... ./server/files/... ./widget/...
# Which benchmarks: a pattern of names.
BENCH ?= .
BENCHED = $(shell grep -rl --include='*_test.go' --exclude-dir=node_modules '^func Benchmark' . | xargs -n 1 dirname | sort -u)
NPM := npm --prefix static --no-update-notifier --no-fund --no-audit

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## start the server; on an empty folder it makes an account and shows how to use it
	go run ./server

.PHONY: build
build: ## build bin/parley, one static program with everything in it
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/parley ./server

.PHONY: test
test: services fresh lint test-go test-js test-e2e ## check everything; a failed or skipped test fails it
	@echo "all green"

.PHONY: test-go
test-go: services tools-versitygw ## go vet, and the Go tests, most of them with the race detector
	go vet ./...
	go build $(RACE) -o bin/parley-race ./server
	PARLEY_BIN=$(CURDIR)/bin/parley-race node .ci/gotest.mjs $(RACE) $(GOTEST) ./server/faults \
		$$(comm -23 <(go list ./... | grep -v "/server/faults$$" | sort) <(go list $(UNRACED) | sort))
	node .ci/gotest.mjs $(GOTEST) $(UNRACED)

.PHONY: test-js
test-js: node_modules ## types, unit tests and size limits of the front end
	$(NPM) run typecheck
	.ci/noskip $(NPM) test
	$(NPM) run size

.PHONY: test-e2e
test-e2e: services build node_modules ## a real browser against the built program
	PARLEY_BIN=$(CURDIR)/bin/parley .ci/noskip $(NPM) run e2e

.PHONY: lint
lint: tools-golangci-lint ## the house rules that golangci-lint knows
	golangci-lint run $(PACKAGES)

.PHONY: bench
bench: services ## measure, each figure as a ratio to its baseline in the same run
	go test -run '^$$' -bench '$(BENCH)' -p 1 -timeout 30m $(BENCHED)

.PHONY: bench-desk
bench-desk: services build node_modules ## measure the dashboard in a browser with 50,000 conversations
	PARLEY_BIN=$(CURDIR)/bin/parley node static/bench/dashboard.mjs

.PHONY: fuzz
fuzz: ## run every fuzz test for FUZZTIME (default 10s)
	.ci/fuzz $(PACKAGES)

.PHONY: generate
generate: tools-oapi-codegen node_modules ## remake generated code and static/dist
	go generate $(PACKAGES)
	$(NPM) run --if-present generate
	$(NPM) run build

.PHONY: fresh
fresh: ## fail if generated code or static/dist is not what its sources give
	.ci/fresh

.PHONY: services
services: ## install what the tests run against, where it is missing
	@.ci/services

.PHONY: clean
clean: ## remove what was built and installed here; the server's data folder stays
	rm -rf bin .tools static/node_modules

tools-%:
	@.ci/tools $*

.PHONY: node_modules
node_modules: static/node_modules/.package-lock.json

static/node_modules/.package-lock.json: static/package.json static/package-lock.json
	npm --prefix static ci --no-fund --no-audit
	@touch $@
