package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// DefaultLogLimit is how much of a server's output is kept, in bytes, where the Spec does not say.
const DefaultLogLimit = 16 << 20

// DefaultGrace is how long a server may take to end after its signal, where the Spec does not say.
const DefaultGrace = 10 * time.Second

// A Spec says how to start a server and how to stop it.
type Spec struct {
	Argv     []string       // the command line; a bare name is looked up in the PATH of Env
	Env      []string       // the complete environment; one variable, WSGIBENCH_TREE, is added to it
	Dir      string         // working directory; empty: this process's
	CPUs     []int          // the processors that the server may use; nil: those of this process
	Log      string         // path of the file that receives stdout and stderr, truncated first; empty: discarded
	LogLimit int64          // bytes written to Log before the server counts as flooding it; 0: DefaultLogLimit
	Signal   syscall.Signal // asks the server to stop; 0: SIGTERM
	Grace    time.Duration  // from the signal to KILL; 0: DefaultGrace
	Behind   []Program      // what a server of several programs has behind its front, which is Argv
}

// A Program is a further part of a server that consists of several, like the application server behind a proxy. It is
// started before the front, in a session of its own, with the same environment, directory, processors and log. The server counts as ended when
// any of them ends; it is stopped from the front to the back, within one grace.
type Program struct {
	Argv   []string
	Signal syscall.Signal // asks it to stop; 0: SIGTERM
}

// complete returns the spec with its defaults, and argv[0] as a path; everything else is left to the kernel to judge.
func (s Spec) complete() (Spec, error) {
	s.Behind = slices.Clone(s.Behind)
	for i := range s.Behind {
		if s.Behind[i].Signal == 0 {
			s.Behind[i].Signal = syscall.SIGTERM
		}
	}
	for _, p := range s.programs() {
		if len(p.Argv) == 0 || p.Argv[0] == "" {
			return s, errors.New("no command to start")
		}
		if slices.ContainsFunc(p.Argv, hasNUL) || slices.ContainsFunc(s.Env, hasNUL) {
			return s, fmt.Errorf("start %s: a NUL byte in the command line or the environment", p.Argv[0])
		}
	}
	if s.LogLimit <= 0 {
		s.LogLimit = DefaultLogLimit
	}
	if s.Signal == 0 {
		s.Signal = syscall.SIGTERM
	}
	if s.Grace <= 0 {
		s.Grace = DefaultGrace
	}
	if s.Log == "" {
		s.Log = os.DevNull
	}
	if s.CPUs != nil && len(s.CPUs) == 0 {
		return s, errors.New("an empty list of CPUs: give at least one, or nil for no pinning")
	}
	return s, nil
}

func hasNUL(s string) bool { return strings.ContainsRune(s, 0) }

// programs returns all programs of the server: the front, then what is behind it.
func (s Spec) programs() []Program {
	return append([]Program{{Argv: s.Argv, Signal: s.Signal}}, s.Behind...)
}

// lookUp finds the file that argv[0] names, as execvpe(3) does: in the PATH of the server's environment, not of ours.
func (s Spec) lookUp(name string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil // relative to Dir: the child changes directory before it executes
	}
	path := os.Getenv("PATH")
	for _, kv := range s.Env {
		if v, ok := strings.CutPrefix(kv, "PATH="); ok {
			path = v
		}
	}
	for _, dir := range filepath.SplitList(path) {
		file := filepath.Join(dir, name)
		if !filepath.IsAbs(file) {
			continue // a program in whatever directory we stand in is never meant
		}
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	return "", fmt.Errorf("start %s: no such program in PATH (%s); install it, or give its full path", name, path)
}

// resolve finds the files of all programs.
func (s Spec) resolve() ([]program, error) {
	var all []program
	for _, p := range s.programs() {
		file, err := s.lookUp(p.Argv[0])
		if err != nil {
			return nil, err
		}
		all = append(all, program{File: []byte(file), Argv: toBytes(p.Argv), Signal: p.Signal})
	}
	return all, nil
}
