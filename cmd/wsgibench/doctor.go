package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/wsgibench/wsgibench/internal/doctor"
	"github.com/wsgibench/wsgibench/targets/process"
)

func doctorCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what about this machine would spoil a measurement, and how to mend it",
		Long: `Look at processors, governor, cgroup limits, neighbours, open files, local ports and the listen backlog, and say
what would spoil a measurement and how to mend it. It changes nothing.`,
		Args: exactArgs(),
		RunE: func(*cobra.Command, []string) error { return examine(t) },
	}
}

func examine(t *terminal) error {
	m := doctor.Machine{Root: os.DirFS("/"), NumCPU: runtime.NumCPU()}
	if cpus, err := process.Available(); err == nil {
		m.NumCPU = len(cpus)
	}
	var files unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err == nil {
		m.Files = files.Cur
	}
	findings := doctor.Examine(m)
	if t.format == "json" {
		return t.json(findings)
	}
	colours := map[doctor.Status]string{doctor.OK: green, doctor.Warn: yellow, doctor.Bad: red, doctor.Unknown: dim}
	w := table.NewWriter()
	w.SetStyle(plain)
	for _, f := range findings {
		w.AppendRow(table.Row{t.paint(t.out, colours[f.Status], string(f.Status)), f.Check, f.Found})
	}
	fmt.Fprintln(t.out, w.Render())
	for _, f := range findings {
		if f.Why != "" {
			fmt.Fprintf(t.out, "\n%s: %s\n  %s\n", t.paint(t.out, bold, f.Check), f.Why, f.Mend)
		}
	}
	return nil
}
