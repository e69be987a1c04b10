package bars

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Short is the error of a bench that could measure its figures: so many do not reach their bars.
type Short int

func (s Short) Error() string {
	if s == 1 {
		return "1 figure is short"
	}
	return fmt.Sprintf("%d figures are short", int(s))
}

// Run is what main does with a bench: it runs it until it ends, or is told to by a signal, writes its error to stderr, and
// returns the exit status: 0 when every figure reaches its bar, 1 when some are short, 2 when they could not be measured.
func Run(name string, stderr io.Writer, bench func(context.Context) error) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends what does not listen to the first
	err := bench(ctx)
	if err == nil {
		return 0
	}
	var short Short
	if errors.As(err, &short) {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 1
	}
	fmt.Fprintf(stderr, "%s: error: %v\n", name, err)
	return 2
}
