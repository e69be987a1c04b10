package launch

import (
	"context"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"time"
)

// number is what a version looks like in what a program prints about itself.
var number = regexp.MustCompile(`\d+(\.\d+)+[0-9A-Za-z.+~-]*`)

// versionTimeout bounds the wait for a program to say its version.
const versionTimeout = 20 * time.Second

// ProgramVersion runs a command that prints a version and returns it: the first thing in its output that looks like one.
func ProgramVersion(ctx context.Context, argv []string) (string, error) {
	if len(argv) == 0 {
		return "", fmt.Errorf("no command to ask for a version")
	}
	path, err := LookPath(argv[0])
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", argv[0], err)
	}
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, argv[1:]...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", argv[0], err)
	}
	if found := number.Find(out); found != nil {
		return string(found), nil
	}
	return "", fmt.Errorf("ask %s for its version: it printed none", argv[0])
}

// addVersions asks the programs that pip knows nothing of. One that cannot say does not work here.
func (p *Prepared) addVersions(ctx context.Context) error {
	for _, what := range slices.Sorted(maps.Keys(p.Descriptor.Version)) {
		version, err := ProgramVersion(ctx, p.Descriptor.Version[what])
		if err != nil {
			return &Missing{Reason: err.Error()}
		}
		p.Versions[what] = version
	}
	return nil
}
