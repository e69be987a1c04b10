package pyenv

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Unreachable says that the package index could not be reached, so that these packages cannot be had here and now. The
// caller can leave the server out and go on.
type Unreachable struct {
	Packages []string
	Tool     string // "pip install", "uv pip install"
	Output   string // the last lines that the tool printed, on one line
}

// Error names the packages and what the tool said.
func (e *Unreachable) Error() string {
	return fmt.Sprintf("package index not reachable, so %s cannot be installed (%s: %s)", strings.Join(e.Packages, ", "), e.Tool, e.Output)
}

// Failed says that making an environment failed for another reason than an unreachable index.
type Failed struct {
	Packages []string
	Tool     string
	Output   string // the last lines that the tool printed, on one line
	Err      error
}

// Error names the packages, the tool, and what it said.
func (e *Failed) Error() string {
	text := fmt.Sprintf("make a Python environment with %s: %s failed", strings.Join(e.Packages, ", "), e.Tool)
	if e.Output == "" {
		return fmt.Sprintf("%s: %v", text, e.Err)
	}
	return text + ": " + e.Output
}

// Unwrap returns how the tool ended.
func (e *Failed) Unwrap() error { return e.Err }

// NoVersion says that the package index has a package, but not in that version.
type NoVersion struct {
	Package, Version string
	Newest           []string // versions that there are for this Python, the newest first
}

// Error names the version that is asked for, and the newest that there are.
func (e *NoVersion) Error() string {
	return fmt.Sprintf("there is no version %s of %s for this Python; the newest are %s", e.Version, e.Package, strings.Join(e.Newest, ", "))
}

// failure says in our words why a tool failed; nil where it did not.
func failure(tool string, r Request, out output, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("make a Python environment with %s: %w", strings.Join(r.Pip, ", "), err)
	}
	text := string(out.both)
	if reason := wrongPython(text); reason != "" {
		return &Failed{Packages: r.Pip, Tool: tool, Output: reason, Err: err}
	}
	if absent := noVersion(text); absent != nil {
		return absent
	}
	if unreachable(text, r.Lock != nil) {
		return &Unreachable{Packages: r.Pip, Tool: tool, Output: tail(out.both, 4)}
	}
	return &Failed{Packages: r.Pip, Tool: tool, Output: complaint(out.both), Err: err}
}

// How pip and uv say that a package is not for this Python: pip lists every version that it passed over for that, and
// which one it wanted in the next line.
var (
	pipWants = regexp.MustCompile(`satisfies the requirement ([A-Za-z0-9._-]+)==(\S+)`)
	uvNeeds  = regexp.MustCompile(`does\s+not\s+satisfy\s+Python([<>=!~0-9., ]+)\s+and\s+([A-Za-z0-9._-]+==[0-9A-Za-z.+-]+)\s+depends`)
)

// wrongPython returns in few words that a package is not for this Python; empty where that is not what was said.
func wrongPython(output string) string {
	if m := uvNeeds.FindStringSubmatch(output); m != nil {
		return fmt.Sprintf("%s needs Python %s", m[2], strings.TrimSpace(m[1]))
	}
	m := pipWants.FindStringSubmatch(output)
	if m == nil {
		return ""
	}
	needs := regexp.MustCompile(`[ ;]` + regexp.QuoteMeta(m[2]) + ` Requires-Python ([^;\n]+)`).FindStringSubmatch(output)
	if needs == nil {
		return ""
	}
	return fmt.Sprintf("%s==%s needs Python %s", m[1], m[2], strings.TrimSpace(needs[1]))
}

// pipHas is how pip says which versions there are in place of the one asked for.
var pipHas = regexp.MustCompile(`satisfies the requirement ([A-Za-z0-9._-]+)==(\S+) \(from versions: ([0-9][^)\n]*)\)`)

// noVersion returns which version there is not; nil where that is not what was said.
func noVersion(output string) *NoVersion {
	m := pipHas.FindStringSubmatch(output)
	if m == nil {
		return nil
	}
	const enough = 5
	newest := strings.Split(m[3], ", ")
	slices.Reverse(newest) // pip begins with the oldest
	return &NoVersion{Package: m[1], Version: m[2], Newest: newest[:min(enough, len(newest))]}
}

// complaint is what a failed tool says from its first line that begins with "error" on, and no more than a few lines;
// the last lines where there is none.
func complaint(text []byte) string {
	var from []string
	for line := range strings.Lines(string(text)) {
		if from != nil || strings.HasPrefix(strings.ToLower(line), "error") {
			from = append(from, line)
		}
	}
	if from == nil {
		return tail(text, 4)
	}
	from = from[:min(len(from), 6)]
	return tail([]byte(strings.Join(from, "")), len(from))
}

// networkWords are how pip and uv say that they got no answer. Neither has an exit status for it.
var networkWords = []string{
	"NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError", "SSLError",
	"ConnectionResetError", "ProtocolError", "Max retries exceeded", "Failed to establish a new connection", "is not a trusted or secure host",
	"error sending request", "client error (Connect)", "dns error", "operation timed out", "Network connectivity is disabled",
}

// unreachable reports whether the output of pip or uv says that the index was not reached. Of a package in a lock that
// it is nowhere to be found says the same: it was there when the lock was made.
func unreachable(output string, locked bool) bool {
	for _, word := range networkWords {
		if strings.Contains(output, word) {
			return true
		}
	}
	return locked && strings.Contains(output, "(from versions: none)")
}
