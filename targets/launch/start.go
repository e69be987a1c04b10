package launch

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/process"
)

// Options are what one start gives to a server.
type Options struct {
	Settings map[string]string // over the descriptor's defaults
	Endpoint Endpoint          // where to listen
	Scratch  string            // a directory for this start only
	CPUs     []int             // the processors that it may use; nil: those of this process
	Log      string            // path of the file for what it prints; empty: discarded
	Env      map[string]string // over the app's variables
}

// A Server is a process tree that was told to listen at Endpoint. Whether it does is for process.Await to say.
type Server struct {
	*process.Process
	Endpoint Endpoint
	Argv     []string
	Behind   [][]string // of a stack: the programs behind it

	probe process.Probe
}

// recordInnerPort stands in a record where a start would choose a port.
const recordInnerPort = 8001

// Command expands the descriptor: what Start would start, for a record of it.
func (p *Prepared) Command(o Options) (targets.Command, error) { return p.command(o, recordInnerPort) }

func (p *Prepared) command(o Options, innerPort int) (targets.Command, error) {
	env := maps.Clone(p.App.Env)
	if env == nil {
		env = map[string]string{}
	}
	maps.Copy(env, o.Env)
	return p.Descriptor.Expand(targets.Params{
		Python: p.Python, Host: o.Endpoint.Host, Port: o.Endpoint.Port, Socket: o.Endpoint.Socket,
		App: p.App.Module, AppDir: p.App.Dir, Settings: o.Settings, Scratch: o.Scratch, Exe: p.exe, Env: env,
		InnerPort: innerPort, Builds: p.builds, Unknown: p.unknown(),
	})
}

// Start starts the server and returns once its program is executing. It lives until Stop, or until this process ends,
// however it ends; ctx bounds the start only. The program that calls it must call process.KeeperMain first in main.
func (p *Prepared) Start(ctx context.Context, o Options) (*Server, error) {
	inner, err := process.FreePort()
	if err != nil {
		return nil, err
	}
	command, err := p.command(o, inner)
	if err != nil {
		return nil, err
	}
	if err := writeFiles(command.Files); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.Descriptor.Name, err)
	}
	s := &Server{Endpoint: o.Endpoint, Argv: command.Argv, Behind: BehindOf(command)}
	s.probe = process.Probe{Network: o.Endpoint.Network(), Addr: o.Endpoint.Address(), Timeout: p.Descriptor.Ready.Timeout}
	if p.Descriptor.Ready.Workers {
		if s.probe.Workers, err = p.Descriptor.Workers(o.Settings); err != nil {
			return nil, err
		}
	}
	stop := p.Descriptor.Stop
	spec := process.Spec{
		Argv: found(command.Argv), Env: command.Env, Dir: command.Dir, CPUs: o.CPUs,
		Log: o.Log, Signal: unix.SignalNum("SIG" + stop.Signal), Grace: stop.Grace,
	}
	for _, part := range command.Behind {
		spec.Behind = append(spec.Behind, process.Program{Argv: found(part.Command), Signal: unix.SignalNum("SIG" + part.Signal)})
	}
	s.Process, err = process.Start(ctx, spec)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.Descriptor.Name, err)
	}
	return s, nil
}

// BehindOf is the argv of each program behind the one that listens.
func BehindOf(c targets.Command) (all [][]string) {
	for _, part := range c.Behind {
		all = append(all, part.Command)
	}
	return all
}

// found puts the full path of a program that is not on PATH in place of its name.
func found(argv []string) []string {
	if _, err := exec.LookPath(argv[0]); err == nil {
		return argv
	}
	if path, err := LookPath(argv[0]); err == nil {
		return append([]string{path}, argv[1:]...)
	}
	return argv // process.Start says what is wrong
}

// writeFiles writes the configuration files. One that begins like a script can be executed.
func writeFiles(files map[string]string) error {
	for _, path := range slices.Sorted(maps.Keys(files)) {
		mode := os.FileMode(0o644)
		if strings.HasPrefix(files[path], "#!") {
			mode = 0o755
		}
		if err := os.WriteFile(path, []byte(files[path]), mode); err != nil {
			return fmt.Errorf("write its configuration: %w", err)
		}
	}
	return nil
}

// Probe is what process.Await needs to know of this server: where it listens, how many workers it was told to have, and
// how long that may take. What to ask and what to expect (Path, Check, WorkerPath) is the caller's to add.
func (s *Server) Probe() process.Probe { return s.probe }
