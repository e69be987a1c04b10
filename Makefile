# Every target is a line or two; what needs more is a Go program.
SHELL := /bin/sh
BIN   := bin/wsgibench

.PHONY: build conformance quickstart test test-fast tools locks lint figures clean bench-engine bench-stats bench-gate bench-hosts

build: ## one static binary
	CGO_ENABLED=0 go build -trimpath -o $(BIN) ./cmd/wsgibench

quickstart: build ## compare wsgiref, gunicorn and a Go host
	$(BIN) run quickstart

tools: ## what the tests need beside Go, Python and make
	sh .ci/tools

test: build tools ## every test: the fast ones with fake servers, then the real ones with real servers
	go vet ./... && go vet -tags real ./...
	go test ./...
	go test -tags real -run '^TestReal' -timeout 20m ./...

test-fast: ## neither Python nor network
	go test ./...

conformance: build ## docs/conformance.md: what every server that can be had here answers to every check
	$(BIN) verify --markdown docs/conformance.md >/dev/null || [ $$? -eq 5 ]

lint:
	sh .ci/lint

locks: ## renew the pinned Python packages
	go run ./targets/lock

figures: build ## the README's picture and table, from a run of the quickstart
	$(BIN) run quickstart | sed '/^report /,$$d' >docs/quickstart.txt
	cp "$$(ls -d runs/*-quickstart | tail -n 1)"/plots/latency-percentiles-saturate.svg docs/quickstart.svg

bench-engine: ## the traffic engine against its bars
	@s=0; go run ./internal/traffic/enginebench || s=1; go run ./internal/bench/honestybench || s=1; exit $$s

bench-stats: ## the simulations behind the statistics
	go run ./internal/stats/statsbench

bench-gate: ## gates on a real server, of which the truth is known: about an hour on a quiet machine
	go run ./internal/gate/gatebench

bench-hosts: ## the Go hosts against their bars, beside other servers
	go run ./targets/gohost/hostbench

clean:
	rm -rf bin
