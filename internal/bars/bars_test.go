package bars

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPrint(t *testing.T) {
	rows := []Row{{"time", "1.20 ms", "≤ 1 ms", false}, {"memory per µ-stream", "9", "≤ 10", true}}
	all := `figure               reached  bar     verdict
time                 1.20 ms  ≤ 1 ms  short
memory per µ-stream  9        ≤ 10    ok
`
	second := `figure               reached  bar   verdict
memory per µ-stream  9        ≤ 10  ok
`
	for _, c := range []struct {
		rows []Row
		want string
		err  error
	}{{rows, all, Short(1)}, {rows[1:], second, nil}} {
		var out strings.Builder
		err := Print(&out, c.rows)
		if diff := cmp.Diff(c.want, out.String()); diff != "" || err != c.err {
			t.Errorf("error %v, want %v; table (-want +got):\n%s", err, c.err, diff)
		}
	}
}

// A table that grows has one heading, shows each row at once, and counts over all calls.
func TestTableGrows(t *testing.T) {
	var out strings.Builder
	table := Table{Out: &out, Widths: [3]int{8, 8, 8}}
	for i, want := range []error{nil, Short(1), Short(1), Short(2)} {
		table.Add(Row{"what", "1", "≥ 1", want == nil || i == 2})
		if lines := strings.Count(out.String(), "\n"); lines != i+2 || table.Short() != want {
			t.Errorf("after %d rows: %d lines and %v, want %d and %v", i+1, lines, table.Short(), i+2, want)
		}
	}
	if n := strings.Count(out.String(), "figure"); n != 1 {
		t.Errorf("%d headings, want 1", n)
	}
}

func TestRun(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		said   string
	}{
		{nil, 0, ""},
		{Short(1), 1, "x: 1 figure is short\n"},
		{errors.Join(Short(2)), 1, "x: 2 figures are short\n"},
		{errors.New("no server"), 2, "x: error: no server\n"},
	} {
		var said strings.Builder
		status := Run("x", &said, func(context.Context) error { return c.err })
		if status != c.status || said.String() != c.said {
			t.Errorf("%v: status %d and %q, want %d and %q", c.err, status, said.String(), c.status, c.said)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := Median(c.values); got != c.want {
			t.Errorf("median of %v: got %v, want %v", c.values, got, c.want)
		}
	}
}

// What Self says is what a Part reads.
func TestPart(t *testing.T) {
	type job struct{ Law string }
	cmd, err := Self(t.Context(), "server", job{"constant 2ms"})
	if err != nil {
		t.Fatal(err)
	}
	if exe, err := os.Executable(); err != nil || cmd.Path != exe {
		t.Errorf("it runs %s, want this program: %s, %v", cmd.Path, exe, err)
	}
	var p Part
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	p.Flags(fs)
	if err := fs.Parse(cmd.Args[1:]); err != nil {
		t.Fatal(err)
	}
	var got job
	if err := p.Job(&got); err != nil || p.Role != "server" || got.Law != "constant 2ms" {
		t.Errorf("role %q, job %+v, %v", p.Role, got, err)
	}
	if err := (&Part{job: "{"}).Job(&got); err == nil {
		t.Error("a torn job: no error")
	}
}

func TestUntilEnd(t *testing.T) {
	in, end := io.Pipe()
	ctx, cancel := UntilEnd(t.Context(), in)
	defer cancel()
	if ctx.Err() != nil {
		t.Fatalf("it ended before its input: %v", ctx.Err())
	}
	end.Close()
	<-ctx.Done()
}
