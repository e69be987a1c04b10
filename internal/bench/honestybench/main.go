// Command honestybench answers: does a trial's verdict know when the load generator is to blame?
//
// It runs real trials, through the code of every run, against a server that is slower than what it is asked for: with a
// generator that is starved, which every verdict must say, and with a healthy one, which none may blame. It prints one
// row per figure, with what was reached, what must be reached, and ok or short, and ends with status 1 when any is short.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/wsgibench/wsgibench/internal/bars"
)

func main() {
	runtime.LockOSThread() // children die with the thread that started them
	var o options
	flag.StringVar(&o.only, "only", "", "only the `figures` whose description holds this")
	flag.IntVar(&o.runs, "runs", 20, "trials per figure, open and closed model in turn")
	o.part.Flags(flag.CommandLine)
	flag.Parse()
	os.Exit(bars.Run("honestybench", os.Stderr, func(ctx context.Context) error {
		if o.part.Role != "" {
			return play(ctx, o.part, os.Stdin, os.Stdout)
		}
		return table(ctx, o, os.Stdout, os.Stderr)
	}))
}

type options struct {
	only string
	runs int
	part bars.Part
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

func table(ctx context.Context, o options, stdout, stderr io.Writer) error {
	t := bars.Table{Out: stdout, Widths: [3]int{62, 12, 12}}
	for _, f := range figures {
		if !strings.Contains(f.what, o.only) {
			continue
		}
		flagged, err := count(ctx, f.what, f.do, o.runs, stderr)
		if err != nil {
			return fmt.Errorf("%s: %w", f.what, err)
		}
		bar := f.bar(o.runs)
		t.Add(bars.Row{What: fmt.Sprintf("%s, %d runs", f.what, o.runs), Reached: fmt.Sprintf("flagged %d", flagged), Bar: fmt.Sprintf("flagged %d", bar), OK: flagged == bar})
	}
	return t.Short()
}
