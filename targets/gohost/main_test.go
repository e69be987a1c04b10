package gohost

import (
	"context"
	"os"
	"testing"
)

// afterwards is done when all tests have ended.
var afterwards []func()

// TestMain lets the test's program be a host of its own, for tests that kill it, or a fake worker.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv(fakeEnv) != "":
		fakeWorker()
	case os.Getenv("GOHOST_TEST_MAIN") != "":
		if err := Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr, nil); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
	default:
		code := m.Run()
		for _, clean := range afterwards {
			clean()
		}
		os.Exit(code)
	}
}
