package main

import (
	"context"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/internal/bench"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

func calibrateCommand(t *terminal) *cobra.Command {
	var server, load string
	c := &cobra.Command{
		Use:   "calibrate",
		Short: "Measure what the load generator can do on this machine",
		Long: `Measure the load generator against a null server, which does nothing but answer, in a process of its own on the
processors of the servers. It takes about four seconds. A run does the same in short before its first trial.`,
		Example: `  wsgibench calibrate
  wsgibench calibrate --server-cpus 2-3 --load-cpus 0-1 --format json`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cpus := scenarios.CPUs{Auto: server == "" && load == "", Server: server, Load: load}
			return calibrateHere(cmd.Context(), t, cpus)
		},
	}
	c.Flags().StringVar(&server, "server-cpus", "", "processors of the null server, such as 0,2-3; default: as a run with cpus: auto has them")
	c.Flags().StringVar(&load, "load-cpus", "", "processors of the load generator")
	return c
}

func calibrateHere(ctx context.Context, t *terminal, want scenarios.CPUs) error {
	c, cpus, err := bench.Calibrate(ctx, want)
	if err != nil {
		return err
	}
	if cpus.Reason != "" {
		t.note("not pinned: %s", cpus.Reason)
	}
	if t.format == "json" {
		return t.json(c)
	}
	t.calibration(c)
	return nil
}

// calibration shows the figures, and what they mean for whoever measures a server.
func (t *terminal) calibration(c *results.Calibration) {
	w := newTable([]string{"figure", "here", "what it means"}, 2)
	w.AppendRows([]table.Row{
		{fmt.Sprintf("ceiling, %d connections", c.Clients), results.FormatNumber(c.Ceiling) + " requests/s",
			fmt.Sprintf("answered by the null server; the generator used %s of its processors", results.FormatPercent(c.GeneratorCPU))},
		{"the generator's own ceiling", results.FormatNumber(c.Capacity) + " requests/s",
			fmt.Sprintf("with all of them: a server that answers more than half of it (%s/s) is not measured, the generator is", results.FormatNumber(c.Capacity/2))},
		{"CPU per request", results.FormatSeconds(c.CPUPerRequest), "the generator's own, at the ceiling"},
		{fmt.Sprintf("send lag at %s/s, p50", results.FormatNumber(c.Rate)), results.FormatSeconds(c.SendLagP50), "how late requests leave; it counts in the response time"},
		{"send lag, p90", results.FormatSeconds(c.SendLagP90), ""},
		{"send lag, p99", results.FormatSeconds(c.SendLagP99), "tails of this size are the machine's, not the server's"},
		{"response time of 1 client, min", results.FormatSeconds(c.ResponseMin), "nothing shorter can be seen"},
		{"response time of 1 client, p50", results.FormatSeconds(c.ResponseP50), "what the machine and the generator add to a server's own time"},
		{"kept from running, at most", results.FormatPercent(c.Stalled), "of a stretch; more than a few percent: something else runs here, see wsgibench doctor"},
	})
	fmt.Fprintln(t.out, w.Render())
	if c.LoadCPUs != "" {
		fmt.Fprintf(t.out, "\nnull server on CPU %s, load generator on CPU %s; %d bytes per answer\n", c.ServerCPUs, c.LoadCPUs, c.BodyBytes)
	}
}
