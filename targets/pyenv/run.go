package pyenv

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// An output is what a program printed.
type output struct {
	stdout []byte
	both   []byte // stdout and stderr as they came
}

// run starts a program, without a terminal, with the caller's environment less what would make Python or pip act
// elsewhere than told, and with more; it waits for its end. The program and its children are killed when ctx ends.
// The error names the program and its last lines.
func run(ctx context.Context, more []string, argv ...string) (output, error) {
	var out output
	stdout, both := &bounded{limit: 1 << 20}, &bounded{limit: 1 << 20}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = os.TempDir() // not the user's: uv reads pyproject.toml and Python imports what lies there
	cmd.Env = append(slices.DeleteFunc(os.Environ(), redirects), more...)
	cmd.Stdout = io.MultiWriter(stdout, both)
	cmd.Stderr = both
	cmd.WaitDelay = 2 * time.Second // a child that keeps the pipes open does not keep us
	group(cmd)

	// On Linux the program is told to die with us, and it is the ending of the thread that counts.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Run()
	out.stdout, out.both = stdout.bytes(), both.bytes()
	if ctx.Err() != nil {
		return out, fmt.Errorf("%s: %w", argv[0], ctx.Err())
	}
	if err != nil {
		if text := lastWords(out.both, cmd.ProcessState); text != "" {
			return out, fmt.Errorf("%s: %w: %s", argv[0], err, text)
		}
		return out, fmt.Errorf("%s: %w", argv[0], err)
	}
	return out, nil
}

// redirects reports whether a variable would move an installation or an import elsewhere. What says where the package
// index is (PIP_INDEX_URL, UV_DEFAULT_INDEX, proxies, certificates) is the user's to say, and stays.
func redirects(line string) bool {
	name, _, _ := strings.Cut(line, "=")
	if strings.HasPrefix(name, "PYTHON") {
		return true
	}
	switch name {
	case "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV",
		"PIP_CONSTRAINT", "PIP_DRY_RUN", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_CONSTRAINT":
		return true
	}
	return false
}

// A bounded buffer keeps the last bytes written to it: at least half of limit, where as many came. It may be written
// to by several goroutines, as exec does for stdout and stderr.
type bounded struct {
	mu    sync.Mutex
	text  []byte
	limit int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	if len(b.text) > b.limit {
		b.text = slices.Clone(b.text[len(b.text)-b.limit/2:])
	}
	return len(p), nil
}

func (b *bounded) bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.text)
}

// tail returns the last lines that are not empty, on one line.
func tail(text []byte, lines int) string {
	var kept []string
	for line := range strings.Lines(string(bytes.ToValidUTF8(text, []byte("?")))) {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept[max(0, len(kept)-lines):], " | ")
}

// lastWords is what a program that failed said at its end. A wrapper that found no program (status 127) says so first,
// and then gives advice.
func lastWords(text []byte, state *os.ProcessState) string {
	if state != nil && state.ExitCode() == 127 {
		first, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte("\n"))
		return tail(first, 1)
	}
	return tail(text, 3)
}

func lastLine(text []byte) []byte {
	text = bytes.TrimSpace(text)
	return text[bytes.LastIndexByte(text, '\n')+1:]
}
