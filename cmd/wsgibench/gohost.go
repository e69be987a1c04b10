package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/targets/gohost"
)

// gohostCommand hands everything behind its name to the Go host, which has its own flags.
func gohostCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:                "gohost [flags]",
		Short:              "Serve a WSGI application from Go",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			err := gohost.Main(cmd.Context(), args, t.out, t.err, pyapps.Handler())
			if errors.Is(err, gohost.ErrUsage) {
				return &exitError{exitUsage, err}
			}
			return err
		},
	}
}
