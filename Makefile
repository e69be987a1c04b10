# Every target is a line or two; what needs more is a Go program.
SHELL := /bin/sh
BIN   := bin/wsgibench
# Where real tests are. Those of cmd/wsgibench measure: they run before the others, and one by one.
REAL   = $$(find . -name '*_real_test.go' ! -path './cmd/*' | xargs -n 1 dirname | sort -u)

.PHONY: build conformance quickstart test test-fast tools locks lint figures stream-figures stream-page clean bench-engine bench-stats bench-gate bench-hosts

build: ## one static binary
	CGO_ENABLED=0 go build -trimpath -o $(BIN) ./cmd/wsgibench

quickstart: build ## compare wsgiref, gunicorn and a Go host
	$(BIN) run quickstart

tools: ## what the tests need beside Go, Python and make
	sh .ci/tools

test: build tools ## every test: the fast ones with fake servers, then the real ones with real servers
	go vet ./... && go vet -tags real ./...
	go test ./...
	go test -tags real -run '^TestReal' -timeout 20m -parallel 1 ./cmd/wsgibench
	go test -tags real -run '^TestReal' -timeout 20m $(REAL)

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

STREAM_RUNS    := streaming slow-readers streams-and-requests idle-streams disconnects uploads uploads-chunked
STREAM_FIGURES := stream-time-events,stream-time-bursts,stream-time-one,block-gaps-events,block-gaps-bursts,delivery-events,delivery-bursts,block-throughput,run-ahead,held-requests,held-memory,goodput-length,goodput-slow,goodput-echo,goodput-chunked

stream-figures: build ## docs/streams.md and its figures, from a run of every scenario with streams: half an hour on a quiet machine
	for s in $(STREAM_RUNS); do $(BIN) --out runs/$$s run $$s || [ $$? -eq 4 ] || exit 1; done
	$(MAKE) stream-page

stream-page: build ## the same page again, from the newest of those runs
	rm -f docs/streams-*.svg
	$(BIN) report $(STREAM_RUNS:%=runs/%) --markdown docs/streams.md --title "How servers stream" --figures $(STREAM_FIGURES)

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
