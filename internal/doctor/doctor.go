// Package doctor answers: what about this machine would spoil a measurement, and how is it mended?
//
// It reads /proc and /sys and changes nothing. One file per group of checks; a new check is a function and a line in
// Checks.
package doctor

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// A Status says how bad a finding is.
type Status string

// From harmless to harmful. Unknown is for what this machine does not tell.
const (
	OK      Status = "ok"
	Warn    Status = "warn"
	Bad     Status = "bad"
	Unknown Status = "unknown"
)

// A Finding is what one check saw.
type Finding struct {
	Check  string `json:"check"`
	Status Status `json:"status"`
	Found  string `json:"found"`          // what there is
	Why    string `json:"why,omitempty"`  // what it would spoil
	Mend   string `json:"mend,omitempty"` // how to change it; a command where there is one
}

// A Machine is where the checks look: the root file system, or a tree that looks like it.
type Machine struct {
	Root   fs.FS
	NumCPU int    // processors that this process may use
	Files  uint64 // limit of open files of this process; 0: unknown
}

// A Check looks at one thing. It returns one finding, whatever it meets.
type Check struct {
	Name string
	Look func(Machine) Finding
}

// Checks returns every check, in the order of the report.
func Checks() []Check {
	return []Check{
		{"processors", processors},
		{"governor", governor},
		{"cpu quota", cpuQuota},
		{"memory limit", memoryLimit},
		{"neighbours", neighbours},
		{"stolen time", stolenTime},
		{"open files", openFiles},
		{"local ports", localPorts},
		{"listen backlog", listenBacklog},
	}
}

// Examine runs every check.
func Examine(m Machine) []Finding {
	var fs []Finding
	for _, c := range Checks() {
		f := c.Look(m)
		f.Check = c.Name
		fs = append(fs, f)
	}
	return fs
}

// Worst returns the worst status of all.
func Worst(fs []Finding) Status {
	worst := OK
	for _, f := range fs {
		if f.Status == Bad || f.Status == Warn && worst != Bad {
			worst = f.Status
		}
	}
	return worst
}

// read returns the trimmed text of a file below the root.
func (m Machine) read(path string) (string, error) {
	b, err := fs.ReadFile(m.Root, strings.TrimPrefix(path, "/"))
	return strings.TrimSpace(string(b)), err
}

func (m Machine) number(path string) (int64, error) {
	s, err := m.read(path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.Fields(s + " x")[0], 10, 64)
}

// found is the finding of a check that found nothing wrong.
func found(format string, args ...any) Finding {
	return Finding{Status: OK, Found: fmt.Sprintf(format, args...)}
}

// but is the same finding where something is wrong with it.
func (f Finding) but(status Status, why, mend string) Finding {
	f.Status, f.Why, f.Mend = status, why, mend
	return f
}

// unknown is the finding of a check that could not look.
func unknown(err error) Finding { return Finding{Status: Unknown, Found: err.Error()} }
