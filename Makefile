# Recobro. `make help` lists what there is.

GO        ?= go
BIN       := bin
VERSION   := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
LDFLAGS   := -X main.version=$(VERSION)
STANDALONE := deploy/standalone
TOOLS     := $(abspath $(BIN)/tools)
export GOFLAGS := -buildvcs=false

.DEFAULT_GOAL := help
.PHONY: help run demo build test lint fmt bench bench-full prove histories tools clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(BIN)/standalone ## start everything on this machine: PostgreSQL, Temporal, worker and API
	@exec $(BIN)/standalone run

demo: $(BIN)/standalone ## the same with a portfolio of 300 debts, moved through eighteen months
	@exec $(BIN)/standalone demo

build: $(BIN)/standalone $(BIN)/recobro ## build bin/standalone (everything) and bin/recobro (api, worker, tools)

.PHONY: $(BIN)/standalone $(BIN)/recobro
$(BIN)/standalone:
	@echo "building $@ (the first time takes minutes: it holds a whole Temporal server)"
	@cd $(STANDALONE) && $(GO) build -ldflags '$(LDFLAGS)' -o $(abspath $@) ./cmd/standalone

$(BIN)/recobro:
	@$(GO) build -ldflags '$(LDFLAGS)' -o $@ ./cmd/recobro

test: ## test both modules; PostgreSQL and Temporal are real
	$(GO) test -timeout 20m ./...
	cd $(STANDALONE) && $(GO) test -timeout 20m ./...

prove: ## what takes long: races, repeated interleavings, kills, fuzzing (not part of CI)
	$(GO) test -race -count=1 -timeout 30m ./...
	$(GO) test -count=5 -timeout 30m ./store/... ./worker/... ./workflows/... ./activities/...
	@set -e; for at in $$(grep -rl --include='*_test.go' '^func Fuzz' . | grep -v '^./$(STANDALONE)'); do \
	  for f in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$at); do \
	    echo "fuzz $$f in $$(dirname $$at)"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 30s $$(dirname $$at); done; done
	cd $(STANDALONE) && RECOBRO_PROVE=1 $(GO) test -count=1 -timeout 60m ./...

bench: ## short measurements, printed
	$(GO) test -run '^$$' -bench . -benchtime 200ms -timeout 20m ./...
	cd $(STANDALONE) && $(GO) run ./cmd/bench

bench-full: ## the same for long and at full size, written to docs/benchmarks.md
	$(GO) test -run '^$$' -bench . -benchtime 3s -count 3 -timeout 120m ./...
	cd $(STANDALONE) && $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./...
	cd $(STANDALONE) && $(GO) run ./cmd/bench -full -write $(abspath docs/benchmarks.md)

histories: ## record the golden lives that have no history yet, on a PostgreSQL and a Temporal of their own
	cd $(STANDALONE) && $(GO) run ./cmd/histories $(abspath workflows/testdata/history)
	$(GO) test ./workflows -run Budget -update

lint: tools ## gofmt, go vet, staticcheck, workflowcheck
	@unformatted=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	  if [ -n "$$unformatted" ]; then echo "gofmt wants to change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	cd $(STANDALONE) && $(GO) vet ./...
	$(TOOLS)/staticcheck ./...
	cd $(STANDALONE) && $(TOOLS)/staticcheck ./...
	$(TOOLS)/workflowcheck ./workflows/... ./worker/...

fmt: ## format every Go file
	gofmt -w $$(git ls-files --cached --others --exclude-standard '*.go')

tools: $(TOOLS)/staticcheck $(TOOLS)/workflowcheck ## build the lint tools into bin/tools

$(TOOLS)/staticcheck: tools/go.mod
	cd tools && $(GO) build -o $@ honnef.co/go/tools/cmd/staticcheck

$(TOOLS)/workflowcheck: tools/go.mod
	cd tools && $(GO) build -o $@ go.temporal.io/sdk/contrib/tools/workflowcheck

clean: ## remove what was built; data folders stay
	rm -rf $(BIN)
