package http1

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/wsgibench/wsgibench/collect"
)

// A Fault is what went wrong with an exchange. The zero Fault is success. Details come from a small set of texts
// without ports, times or addresses, so that they can be counted.
type Fault struct {
	Kind   collect.ErrorKind
	Detail string
}

func bad(detail string) Fault { return Fault{collect.BadResponse, detail} }

// dialFault classifies why no connection came about.
func dialFault(err error) Fault {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return Fault{collect.Cancelled, "cancelled while connecting"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return Fault{collect.ConnectRefused, "nobody listens"}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return Fault{collect.NoPort, "no free local port"}
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return Fault{collect.NoPort, "too many open files"}
	case errors.Is(err, syscall.ENOENT):
		return Fault{collect.ConnectFailed, "no such socket"}
	case errors.Is(err, syscall.EAGAIN):
		return Fault{collect.ConnectFailed, "listen queue full"}
	case errors.Is(err, syscall.ECONNRESET):
		return Fault{collect.ConnectFailed, "reset while connecting"}
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, syscall.ETIMEDOUT):
		return Fault{collect.ConnectTimeout, "no connection in time"}
	case errors.Is(err, io.EOF):
		return Fault{collect.ConnectFailed, "closed during the TLS handshake"}
	}
	return Fault{collect.ConnectFailed, errnoText(err, "TLS handshake failed")}
}

// readFault classifies how a connection ended under an exchange. With no byte of the response on a connection that had
// carried a request before, the server had closed it while it was idle: retrying would be right for a browser, and would
// hide the cost from a measurement.
func readFault(err error, reused, started bool) Fault {
	gone := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	reset := errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNABORTED)
	switch {
	case (gone || reset) && reused && !started:
		return Fault{collect.IdleClosed, "closed by the server before the response"}
	case gone && !started:
		return Fault{collect.Truncated, "closed before the response"}
	case gone:
		return Fault{collect.Truncated, "closed within the response"}
	case reset:
		return Fault{collect.Reset, "reset by the server"}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return Fault{collect.Timeout, timeoutDetail(started)}
	}
	return Fault{collect.Reset, errnoText(err, "connection failed")}
}

func timeoutDetail(started bool) string {
	if started {
		return "response not complete in time"
	}
	return "no response in time"
}

// errnoText names a system error by its own fixed text; other errors may hold addresses and get a fixed one.
func errnoText(err error, otherwise string) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return otherwise
}
