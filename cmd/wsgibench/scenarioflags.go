package main

import "github.com/spf13/pflag"

// scenarioFlags are the flags of the commands that carry out a scenario.
type scenarioFlags struct {
	only, set   []string
	noCalibrate bool
}

// add says what --only is for in this command.
func (f *scenarioFlags) add(flags *pflag.FlagSet, only string) {
	flags.StringSliceVar(&f.only, "only", nil, only)
	flags.StringArrayVar(&f.set, "set", nil, "change a key of the scenario: path.to.key=value")
	flags.BoolVar(&f.noCalibrate, "no-calibrate", false, "do not measure first what the load generator can do here")
}
