//go:build real

package gohost

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func init() { external[ModeEmbed] = serveEmbedded }

// embedProgram builds gohost with Python inside, once, as docs/gohost.md says.
var embedProgram = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile("../../docs/gohost.md")
	if err != nil {
		return "", err
	}
	_, script, found := strings.Cut(string(text), "    config() {")
	script, _, ended := strings.Cut(script, "\n\n")
	if !found || !ended || !strings.Contains(script, "go build ") {
		return "", fmt.Errorf("docs/gohost.md does not say how to build mode embed by hand: %q", script)
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("gohost-embed-test-%d", os.Getpid()))
	afterwards = append(afterwards, func() { os.Remove(path) })
	cmd := exec.Command("sh", "-ec", "config() {"+strings.ReplaceAll(script, "go build ", "go build -o "+path+" "))
	cmd.Dir = "../.."
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("this test needs the program python3, a C compiler and Python's headers: %w\n%s", err, said)
	}
	return path, nil
})

// serveEmbedded is Serve in a process of its own.
func serveEmbedded(h *running, config Config) error {
	program, err := embedProgram()
	if err != nil {
		return err
	}
	cmd := exec.Command(program, "--mode", ModeEmbed, "--app", config.App, "--bind", config.Bind, "--chdir", config.Dir,
		"--python", config.Python, "--workers", fmt.Sprint(config.Workers), "--threads", fmt.Sprint(config.Threads),
		"--keep-alive", config.KeepAlive.String(), "--timeout", config.Timeout.String(), "--graceful", config.Graceful.String(),
		"--max-requests", fmt.Sprint(config.MaxRequests), "--max-body", fmt.Sprint(config.MaxBody))
	cmd.Stderr = h.log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			return err
		case s := <-h.signals:
			cmd.Process.Signal(s)
		}
	}
}

// TestRealEmbed runs what is tested of mode pool for mode embed, where they do not differ.
func TestRealEmbed(t *testing.T) {
	if _, err := embedProgram(); err != nil { // not within the patience for a start
		t.Fatal(err)
	}
	for name, test := range map[string]func(*testing.T){
		"Answers": TestRealAnswers, "TruncationIsVisible": TestRealTruncationIsVisible, "HeadHasNoBody": TestRealHeadHasNoBody,
		"Input": TestRealInput, "Uploads": TestRealUploads, "BrokenUploads": TestRealBrokenUploads, "Environ": TestRealEnviron,
		"BlocksComeAtOnce": TestRealBlocksComeAtOnce, "HeadWaits": TestRealHeadWaitsForTheFirstBlock, "Dialogue": TestRealDialogue,
		"SlowSenders": TestRealSlowSendersHoldNoThread, "SlowReader": TestRealSlowReaderStopsTheApplication,
		"Leaving": TestRealLeavingStopsTheApplication, "HalfClosed": TestRealHalfClosedClientIsAnswered,
		"HalfClosedInTurn": TestRealHalfClosedClientIsAnsweredInTurn, "SlowClose": TestRealSlowCloseDelaysNobody,
		"FileWrapper": TestRealFileWrapper, "Files": TestRealFilesAreSentByTheHost, "Callables": TestRealCallables, "Validator": TestRealUnderTheValidator,
		"Flags": TestRealFlagsAreTruthful, "Pipelining": TestRealPipelining, "MaxRequests": TestRealMaxRequestsLosesNothing,
		"Reload": TestRealReloadRefusesNobody, "Term": TestRealTermFinishesWhatIsInFlight, "SecondTerm": TestRealSecondTermEndsAtOnce,
		"Graceful": TestRealGracefulHasAnEnd,
	} {
		t.Run(name, test)
	}
}
