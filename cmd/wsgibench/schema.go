package main

import (
	"github.com/spf13/cobra"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

func schemaCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [scenario|run]",
		Short: "Print the JSON Schema of scenario files (for editors), or of --format json",
		Example: `  wsgibench schema > wsgibench.schema.json
  # and in the scenario's first line:
  # yaml-language-server: $schema=wsgibench.schema.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			schema := scenarios.Schema()
			if len(args) == 1 {
				switch args[0] {
				case "scenario":
				case "run":
					schema = results.JSONSchema()
				default:
					return usage("schema %q: scenario or run", args[0])
				}
			}
			_, err := t.out.Write(schema)
			return err
		},
	}
}
