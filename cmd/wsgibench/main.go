// Command wsgibench compares WSGI servers: it starts an application under each of them, sends scripted traffic, checks
// every answer, and says what can be concluded and how sure that is.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/internal/calibrate"
	"github.com/wsgibench/wsgibench/scenarios"
	"github.com/wsgibench/wsgibench/targets/gohost"
	"github.com/wsgibench/wsgibench/targets/process"
)

// Exit codes. They are a contract with scripts.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2 // usage or scenario error
	exitThreshold   = 3
	exitInvalid     = 4 // a measurement is invalid
	exitInterrupted = 130
)

// An exitError carries an exit code up to main; a nil err was already shown.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func main() {
	process.KeeperMain()
	gohost.WorkerMain()
	calibrate.ServerMain()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the program at once; its servers' keepers clean up after it
	}()
	os.Exit(wsgibench(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// wsgibench runs one command line and returns its exit code.
func wsgibench(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	t := newTerminal(stdout, stderr)
	root := rootCommand(t)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	return t.conclude(err)
}

func rootCommand(t *terminal) *cobra.Command {
	root := &cobra.Command{
		Use:                        "wsgibench",
		Short:                      "Compare WSGI servers: exact, checked, and honest about how sure it is",
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return t.check()
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%w (see wsgibench %s --help)", err, cmd.Name())
	})
	flags := root.PersistentFlags()
	flags.StringVar(&t.outDir, "out", "runs", "directory of the run directories")
	flags.StringVar(&t.format, "format", "text", "of the result on stdout: text or json")
	flags.BoolVar(&t.quiet, "quiet", false, "no progress on stderr")
	flags.StringVar(&t.color, "color", "auto", "auto, always or never")
	for _, c := range []func(*terminal) *cobra.Command{
		runCommand, checkCommand, listCommand, compareCommand, gateCommand, selftestCommand, plotCommand, reportCommand, exportCommand, importCommand, schemaCommand, calibrateCommand, doctorCommand, gohostCommand, verifyCommand, versionCommand,
	} {
		root.AddCommand(c(t))
	}
	return root
}

func unknownCommand(cmd *cobra.Command, name string) error {
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return usage("unknown command %q; did you mean %q?", name, near[0])
	}
	return usage("unknown command %q (see wsgibench --help)", name)
}

// exactArgs is cobra.ExactArgs with a message that says what is missing.
func exactArgs(what ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(what) {
			return usage("%s needs a %s: wsgibench %s", cmd.Name(), what[len(args)], cmd.Use)
		}
		if len(args) > len(what) {
			return usage("%s does not take %q: wsgibench %s", cmd.Name(), args[len(what)], cmd.Use)
		}
		return nil
	}
}

// conclude shows the error and returns the exit code that belongs to it.
func (t *terminal) conclude(err error) int {
	if err == nil {
		return exitOK
	}
	var problems scenarios.Problems
	if errors.As(err, &problems) {
		t.problem(problems)
		return exitUsage
	}
	var exit *exitError
	if errors.As(err, &exit) {
		if exit.err != nil {
			t.problem(exit.err)
		}
		return exit.code
	}
	var input *bench.InputError
	if errors.As(err, &input) {
		t.problem(err)
		return exitUsage
	}
	if errors.Is(err, context.Canceled) {
		t.problem(errors.New("interrupted"))
		return exitInterrupted
	}
	t.problem(err)
	return exitFailure
}
