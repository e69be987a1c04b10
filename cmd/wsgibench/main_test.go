package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wsgibench/wsgibench/internal/calibrate"
	"github.com/wsgibench/wsgibench/targets/process"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// The scripts see two programs: wsgibench itself, and fakeserver, a server in Go with faults at will.
func TestMain(m *testing.M) {
	process.KeeperMain()
	calibrate.ServerMain()
	testscript.Main(m, map[string]func(){
		"wsgibench":  main,
		"fakeserver": fakeserver,
		"simulate":   simulate,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_CACHE_HOME", e.WorkDir+"/.cache")
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
	})
}
