package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/scenarios"
)

func importCommand(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "import",
		Short: "Make a scenario out of something that was recorded",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("import %q: there is har", args[0])
			}
			return cmd.Help()
		},
	}
	c.AddCommand(importHARCommand(t))
	return c
}

func importHARCommand(t *terminal) *cobra.Command {
	var o harOptions
	c := &cobra.Command{
		Use:   "har FILE",
		Short: "Write a scenario with the requests that a browser recorded (HAR 1.2) to stdout",
		Long: "Write a scenario with the requests that a browser recorded to stdout: the requests to one host, in their order and\n" +
			"with the pauses between them, as one session; or, with --mix, each distinct request by how often it came.\n" +
			"Cookies and authorisation are left out. Look through paths and bodies for secrets all the same.",
		Example: "  wsgibench import har shop.har > shop.yaml",
		Args:    exactArgs("FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := importHAR(args[0], o)
			if err != nil {
				return err
			}
			_, err = t.out.Write(text)
			return err
		},
	}
	c.Flags().BoolVar(&o.mix, "mix", false, "a weighted mix of the distinct requests, without order and pauses")
	c.Flags().StringVar(&o.host, "host", "", "keep the requests to this host (default: that of the first request)")
	c.Flags().StringVar(&o.app, "app", "", "host this application, package.module:callable, instead of asking the recorded host")
	return c
}

type harOptions struct {
	mix       bool
	host, app string
}

// importHAR reads a recording and returns the scenario, which was checked as any other.
func importHAR(path string, o harOptions) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	defer f.Close()
	all, err := readHAR(f)
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("import %s: %w", path, err)}
	}
	r, err := selectHost(all, o.host)
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("import %s: %w", path, err)}
	}
	base := filepath.Base(path)
	text := []byte(r.scenario(base, o))
	if _, err := scenarios.Parse(strings.TrimSuffix(base, filepath.Ext(base))+".yaml", text, nil, scenarios.Names{}); err != nil {
		return nil, fmt.Errorf("import %s: the scenario made of it is not valid:\n%w", path, err)
	}
	return text, nil
}
