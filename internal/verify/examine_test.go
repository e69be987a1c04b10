package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// fakeServer is a server that is this test binary.
func fakeServer(t *testing.T, text string) *launch.Prepared {
	t.Helper()
	d, err := targets.Parse("fake.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := (&launch.Launcher{Exe: exe}).Prepare(t.Context(), d, "", launch.App{Module: "verify:application", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const fakeText = `command: ["{exe}"]
env: {` + fakeAddr + `: "{bind}", THREADS: "{threads}"}
defaults: {threads: 4}
can: {threads: true}
`

// asking is a check that asks for a path and ends as it is told.
func asking(id, path string, r Result) Check {
	return Check{ID: id, Group: "head", Severity: WrongHead, Run: func(ctx context.Context, s *Session) Result {
		_, _ = s.Get(ctx, path)
		return r
	}}
}

// Each check finds a server that greets: one that was left wedged or dead is started again. A check after which the
// server is dead has failed, whatever it says.
func TestExamineRestarts(t *testing.T) {
	checks := []Check{
		asking("sound", "/hello", Passed()),
		asking("wedges", "/wedge", Failed("it is\nwedged")),
		asking("sound-again", "/hello", Failed("no date")),
		asking("kills", "/die", Passed()),
		asking("unknown", "/hello", Untested("no thread to spare")),
	}
	var observed []string
	report, err := Examine(t.Context(), Config{
		Server: fakeServer(t, fakeText), Settings: map[string]string{"threads": "7"}, Checks: checks,
		Observe: func(r results.CheckResult) { observed = append(observed, r.ID) },
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range report.Checks {
		reason, _, _ := strings.Cut(r.Reason, " after")
		got = append(got, fmt.Sprintf("%s %s %s: %s", r.ID, r.Outcome, r.Severity, reason))
	}
	want := []string{
		"sound pass wrong head: ",
		`wedges fail wrong head: it is\nwedged`,
		"sound-again fail wrong head: no date",
		"kills fail wrong head: the server ended: it exited with code 9",
		"unknown unknown wrong head: no thread to spare",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"sound", "wedges", "sound-again", "kills", "unknown"}, observed); diff != "" {
		t.Errorf("observed (-want +got):\n%s", diff)
	}
	if report.Restarts != 2 || report.Settings["threads"] != "7" || report.Server != "fake" {
		t.Errorf("got %d restarts, settings %v, server %q; want 2, threads 7, fake", report.Restarts, report.Settings, report.Server)
	}
	if r := report.Check("wedges"); !strings.Contains(r.Sent, "GET /wedge HTTP/1.1") || !strings.Contains(r.Got, "200 OK") {
		t.Errorf("the transcript of a failure: sent %q, got %q", r.Sent, r.Got)
	}
	if r := report.Check("sound"); r.Sent != "" || r.Got != "" {
		t.Errorf("a pass carries a transcript: %q", r.Sent)
	}
}

// A check that fails by waiting is put again, more patiently; one that fails at once is not.
func TestExamineAsksAgain(t *testing.T) {
	asked := map[string]int{}
	waiting := func(id string, second Result) Check {
		return Check{ID: id, Run: func(ctx context.Context, s *Session) Result {
			if asked[id]++; asked[id] > 1 {
				if patience(ctx) != 2*Patience {
					t.Errorf("%s: asked again with a patience of %v", id, patience(ctx))
				}
				return second
			}
			s.away = -2 * Patience // as if it had waited
			return Failed("no answer in time")
		}}
	}
	checks := []Check{
		waiting("starved", Passed()), waiting("hangs", Failed("still nothing")),
		{ID: "wrong", Run: func(context.Context, *Session) Result { asked["wrong"]++; return Failed("at once") }},
	}
	report, err := Examine(t.Context(), Config{Server: fakeServer(t, fakeText), Checks: checks})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range report.Checks {
		got = append(got, fmt.Sprintf("%s %s, asked %d times", r.ID, r.Outcome, asked[r.ID]))
	}
	if diff := cmp.Diff([]string{"starved pass, asked 2 times", "hangs fail, asked 2 times", "wrong fail, asked 1 times"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What the server prints during a check can be read, and nothing from before it.
func TestSessionLog(t *testing.T) {
	say := func(word string) Check {
		return Check{ID: word, Run: func(ctx context.Context, s *Session) Result {
			if _, err := s.Get(ctx, "/say?"+word); err != nil {
				return Failed("%v", err)
			}
			found, err := s.awaitLog(ctx, word)
			log, _ := s.Log()
			return PassedWith("%v %v %s", found, err, log)
		}}
	}
	report, err := Examine(t.Context(), Config{Server: fakeServer(t, fakeText), Checks: []Check{say("one"), say("two")}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := report.Checks[1].Reason, `true <nil> two\n`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A server that never greets is named with what it printed.
func TestExamineNotStarted(t *testing.T) {
	const text = "command: [sh, -c, 'echo no module named shop; exit 3', \"{bind}\"]\n"
	_, err := Examine(t.Context(), Config{Server: fakeServer(t, text)})
	var not *NotStarted
	if !errors.As(err, &not) || !strings.Contains(err.Error(), "no module named shop") {
		t.Errorf("got %v, want a NotStarted with the log's last line", err)
	}
}

// An interruption ends an examination, and its server.
func TestExamineInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Examine(ctx, Config{Server: fakeServer(t, fakeText), Checks: []Check{
		{ID: "interrupts", Run: func(context.Context, *Session) Result { cancel(); return Passed() }},
		{ID: "never", Run: func(context.Context, *Session) Result { t.Error("the next check was put"); return Passed() }},
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
