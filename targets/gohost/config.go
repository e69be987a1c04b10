package gohost

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

// The modes.
const (
	ModePool   = "pool"
	ModeEmbed  = "embed"
	ModeCGI    = "cgi"
	ModeNative = "native"
)

// ErrUsage is wrapped by errors that only another command line can mend.
var ErrUsage = errors.New("usage")

// A Config says what to serve, where and within which limits. ParseFlags makes one with the documented defaults.
type Config struct {
	Mode        string
	App         string        // "module:callable"; mode native ignores it
	Bind        string        // "host:port" or "unix:PATH"
	Workers     int           // pool, embed: processes; cgi: processes at once; 0: the mode's default
	Threads     int           // pool, embed: threads of each worker
	Dir         string        // working directory of Python, and first on its path
	Python      string        // interpreter
	Backlog     int           // of the listening socket
	KeepAlive   time.Duration // how long an idle connection is kept; 0: one request per connection
	Timeout     time.Duration // how long the application may be silent; 0: for ever
	MaxRequests int           // pool, embed: a worker is replaced after so many; 0: never
	MaxBody     int64         // bytes of a request body
	MaxConns    int           // connections at once; more wait in the backlog
	AccessLog   string        // file; "-": standard output; "": none
	Graceful    time.Duration // how long requests in flight may take once asked to stop
}

const usage = `gohost serves a WSGI application from Go.

  gohost --app module:callable [--mode pool|embed|cgi|native] [--bind 127.0.0.1:8000|unix:PATH] [flags]

Modes
  pool    persistent Python worker processes with threads, behind Unix sockets (default)
  embed   Python inside, in as many processes; for a program built with the tag "embed"
  cgi     a Python process for each request; --workers limits how many run at once
  native  the reference application answered in Go, without Python: the ceiling

Signals: TERM or INT stops gracefully, a second one at once; HUP loads the application anew (pool, embed).

Flags
`

// ParseFlags reads a command line without the program's name. For --help it writes the manual to help and returns
// flag.ErrHelp. All mistakes are reported at once, as ErrUsage.
func ParseFlags(args []string, help io.Writer) (Config, error) {
	var c Config
	var maxBody string
	set := flag.NewFlagSet("gohost", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&c.Mode, "mode", ModePool, "pool, embed, cgi or native")
	set.StringVar(&c.App, "app", "", "the application, as module:callable")
	set.StringVar(&c.Bind, "bind", "127.0.0.1:8000", "host:port or unix:PATH")
	set.IntVar(&c.Workers, "workers", 0, "pool, embed: worker processes (default 1); cgi: processes at once (default: one per CPU)")
	set.IntVar(&c.Threads, "threads", 4, "pool, embed: threads of each worker")
	set.StringVar(&c.Dir, "chdir", "", "working directory of Python, and first on its path")
	set.StringVar(&c.Python, "python", "python3", "interpreter")
	set.IntVar(&c.Backlog, "backlog", 2048, "of the listening socket")
	set.DurationVar(&c.KeepAlive, "keep-alive", 75*time.Second, "how long an idle connection is kept; 0: one request per connection")
	set.DurationVar(&c.Timeout, "timeout", 60*time.Second, "how long the application may be silent before it counts as hung; 0: for ever")
	set.IntVar(&c.MaxRequests, "max-requests", 0, "pool, embed: replace a worker after so many requests; 0: never")
	set.StringVar(&maxBody, "max-body", "1GiB", "of a request: bytes, or with KiB, MiB, GiB")
	set.IntVar(&c.MaxConns, "max-connections", 8192, "at once; more wait in the backlog")
	set.StringVar(&c.AccessLog, "access-log", "", "file; -: standard output; empty: none")
	set.DurationVar(&c.Graceful, "graceful", 30*time.Second, "how long requests in flight may take once asked to stop")
	err := set.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(help, usage)
		set.SetOutput(help)
		set.PrintDefaults()
		return c, err
	}
	if err == nil {
		c.MaxBody, err = parseSize(maxBody)
	}
	if set.NArg() > 0 {
		err = errors.Join(err, fmt.Errorf("unexpected %q: everything is given by flags", set.Arg(0)))
	}
	if err = errors.Join(err, c.check()); err != nil {
		return c, fmt.Errorf("gohost: %w: %w (gohost --help lists the flags)", ErrUsage, err)
	}
	if c.Workers == 0 {
		c.Workers = 1
		if c.Mode == ModeCGI {
			c.Workers = runtime.NumCPU()
		}
	}
	return c, nil
}

// describe says for a person what is served.
func (c *Config) describe() string {
	switch c.Mode {
	case ModeNative:
		return "the reference application without Python (mode native)"
	case ModeCGI:
		return fmt.Sprintf("%s, a process for each request, at most %d at once (mode cgi)", c.App, c.Workers)
	}
	return fmt.Sprintf("%s with %d workers of %d threads (mode %s)", c.App, c.Workers, c.Threads, c.Mode)
}

func (c *Config) check() error {
	var errs []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	modes := []string{ModePool, ModeEmbed, ModeCGI, ModeNative}
	need(slices.Contains(modes, c.Mode), "--mode %q: expected one of %s", c.Mode, strings.Join(modes, ", "))
	if c.Mode != ModeNative {
		module, callable, found := strings.Cut(c.App, ":")
		need(found && module != "" && callable != "", "--app %q: expected module:callable", c.App)
	}
	need(c.Workers >= 0 && c.Workers <= 1024, "--workers %d: expected 0 to 1024", c.Workers)
	need(c.Threads >= 1 && c.Threads <= 1024, "--threads %d: expected 1 to 1024", c.Threads)
	need(c.Backlog >= 1, "--backlog %d: expected at least 1", c.Backlog)
	need(c.MaxConns >= 1, "--max-connections %d: expected at least 1", c.MaxConns)
	need(c.MaxRequests >= 0, "--max-requests %d: expected 0 or more", c.MaxRequests)
	need(c.KeepAlive >= 0 && c.Timeout >= 0 && c.Graceful >= 0, "--keep-alive, --timeout and --graceful: expected 0s or more")
	return errors.Join(errs...)
}

// parseSize reads "1048576", "1MiB", "2 GiB".
func parseSize(text string) (int64, error) {
	number, unit := strings.TrimSpace(text), int64(1)
	for i, suffix := range []string{"KiB", "MiB", "GiB"} {
		if rest, found := strings.CutSuffix(number, suffix); found {
			number, unit = strings.TrimSpace(rest), 1<<(10*(i+1))
		}
	}
	var n int64
	for _, digit := range number {
		if digit < '0' || digit > '9' || n > 1<<50 {
			number = ""
			break
		}
		n = n*10 + int64(digit-'0')
	}
	if number == "" || n > (1<<62)/unit {
		return 0, fmt.Errorf("--max-body %q: expected a number of bytes, with or without KiB, MiB or GiB", text)
	}
	return n * unit, nil
}
