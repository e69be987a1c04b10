//go:build !embed

package gohost

import (
	"context"
	"errors"
	"io"
	"net"
)

func newEmbedded(context.Context, Config, net.Listener, *logger, io.Writer) (host, error) {
	return nil, errors.New("mode embed: this program was built without Python inside; " +
		"CGO_ENABLED=1 go build -tags embed ./cmd/wsgibench makes one with it, and needs a C compiler and Python's headers (docs/gohost.md)")
}

// WorkerMain returns at once: only mode embed starts this program again.
func WorkerMain() {}
