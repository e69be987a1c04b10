package process

import (
	"io"
	"os"
	"regexp"
	"strings"
	"unicode"
)

const (
	tailBytes = 64 << 10 // how far back Tail looks
	tailRunes = 500      // longest line it returns
)

// colours matches the escape sequences with which servers colour and move what they print (ECMA-48 CSI and OSC).
var colours = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)")

// Tail returns the last n lines of the log that say something, safe to print: without escape sequences and control
// characters, at most 500 characters each.
func (p *Process) Tail(n int) []string {
	lines := lastLines(p.spec.Log, n)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.logLost != "" {
		lines = append(lines, "(the log is not complete: "+p.logLost+")")
	}
	return lines
}

func lastLines(path string, n int) []string {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	cut := false
	if size, err := f.Seek(0, io.SeekEnd); err == nil {
		cut = size > tailBytes
		_, _ = f.Seek(max(0, size-tailBytes), io.SeekStart)
	}
	b, err := io.ReadAll(io.LimitReader(f, tailBytes))
	if err != nil {
		return nil
	}
	all := strings.Split(string(b), "\n")
	if cut && len(all) > 1 {
		all = all[1:] // half a line
	}
	var lines []string
	for i := len(all) - 1; i >= 0 && len(lines) < n; i-- {
		if line := clean(all[i]); strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	return lines
}

// clean makes a line of a server's output fit to be shown: it may hold anything.
func clean(line string) string {
	line = colours.ReplaceAllString(strings.ToValidUTF8(line, "\uFFFD"), "")
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Bidi_Control):
			return -1
		}
		return r
	}, line)
	if runes := []rune(line); len(runes) > tailRunes {
		return string(runes[:tailRunes]) + "…"
	}
	return strings.TrimRight(line, " ")
}
