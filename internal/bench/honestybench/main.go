// Command honestybench answers: does a trial's verdict know when the load generator is to blame?
//
// It runs real trials, through the code of every run, against a server that is slower than what it is asked for: with a
// generator that is starved, which every verdict must say, and with a healthy one, which none may blame. It prints one
// row per figure, with what was reached, what must be reached, and ok or short, and ends with status 1 when any is short.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

func main() {
	runtime.LockOSThread() // children die with the thread that started them
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, errShort):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "honestybench:", err)
		os.Exit(2)
	}
}

// errShort says that a figure does not reach its bar.
var errShort = errors.New("short")

// options are the flags; the last two are those of the processes that the bench starts of itself.
type options struct {
	only string
	runs int
	role string
	job  string
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	var o options
	fs := flag.NewFlagSet("honestybench", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&o.only, "only", "", "only the `figures` whose description holds this")
	fs.IntVar(&o.runs, "runs", 20, "trials per figure, open and closed model in turn")
	fs.StringVar(&o.role, "role", "", "be one of the processes of the bench: server, trial or burn")
	fs.StringVar(&o.job, "job", "{}", "what to do in that role, as JSON")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if o.role != "" {
		return play(ctx, o, stdin, stdout)
	}
	return rows(ctx, o, stdout, stderr)
}

// figures are the rows: what is done to the generator, and how many of the runs must be flagged.
var figures = []struct {
	what string
	do   ordeal
	bar  func(runs int) int
}{
	{"engine starved to 10 % of a CPU by stopping it", stopped, all},
	{"engine starved to 10 % of a CPU by nine busy loops", crowded, all},
	{"healthy engine before a saturated server", nil, none},
}

func all(runs int) int { return runs }
func none(int) int     { return 0 }

func rows(ctx context.Context, o options, stdout, stderr io.Writer) error {
	short := false
	for _, f := range figures {
		if !strings.Contains(f.what, o.only) {
			continue
		}
		flagged, err := count(ctx, f.what, f.do, o.runs, stderr)
		if err != nil {
			return fmt.Errorf("%s: %w", f.what, err)
		}
		verdict := "ok"
		if flagged != f.bar(o.runs) {
			verdict, short = "short", true
		}
		what := fmt.Sprintf("%s, %d runs", f.what, o.runs)
		fmt.Fprintf(stdout, "%-62s  %-12s  %-12s  %s\n", what, fmt.Sprintf("flagged %d", flagged), fmt.Sprintf("flagged %d", f.bar(o.runs)), verdict)
	}
	if short {
		return errShort
	}
	return nil
}
