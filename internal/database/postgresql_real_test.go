//go:build real

package database

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/pyapps"
)

func open(t *testing.T) *Database {
	t.Helper()
	d, err := Open(t.Context(), pyapps.PostgreSQL, Options{Log: t.TempDir() + "/log"})
	if err != nil {
		t.Fatalf("this test needs PostgreSQL's programs initdb, postgres and psql: %v", err)
	}
	return d
}

func (d *Database) ask(t *testing.T, query string) string {
	t.Helper()
	got, err := d.cluster.sql(t.Context(), name, query)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(got)
}

// The rows are there, are there again after changes, and in the end nothing is left.
func TestRealPostgreSQL(t *testing.T) {
	d := open(t)
	closed := false
	defer func() {
		if !closed {
			d.Close()
		}
	}()
	const sums = "SELECT count(*), sum(id), sum(randomnumber) FROM world"
	total := 0
	for id := 1; id <= pyapps.Worlds; id++ {
		total += pyapps.WorldNumber(id)
	}
	want := fmt.Sprintf("10000|50005000|%d", total)
	if got := d.ask(t, sums); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, row := range pyapps.Fortunes() {
		if got := d.ask(t, fmt.Sprint("SELECT message FROM fortune WHERE id = ", row.ID)); got != row.Message {
			t.Errorf("fortune %d: got %q, want %q", row.ID, got, row.Message)
		}
	}
	d.ask(t, "UPDATE world SET randomnumber = 0; DELETE FROM fortune")
	if err := d.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := d.ask(t, sums+"; SELECT count(*) FROM fortune"); got != want+"\n12" {
		t.Errorf("after Reset: got %s, want %s and 12 fortunes", got, want)
	}
	version, err := Find(t.Context(), pyapps.PostgreSQL)
	if full := d.ask(t, "SHOW server_version"); err != nil || version == "" || !strings.HasPrefix(full+" ", version+" ") {
		t.Errorf("got version %q, %v, want that of the server, which says %q", version, err, full)
	}
	if !strings.HasPrefix(d.URL, "postgresql://") {
		t.Errorf("got URL %q", d.URL)
	}
	closed = true
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	left(t, d.dir)
}

// left fails if a process or a file of the cluster is there.
func left(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("left is the directory %s", dir)
	}
	out, err := exec.Command("ps", "-eo", "pid,args").Output()
	if err != nil {
		t.Fatalf("this test needs the program ps: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, dir) {
			t.Errorf("left is %s", line)
		}
	}
}

// victim is set for the process that TestRealKilled kills.
const victim = "WSGIBENCH_DATABASE_VICTIM"

// A process that is killed while its database runs leaves no process, and what it leaves in files the next one removes.
func TestRealKilled(t *testing.T) {
	if os.Getenv(victim) != "" {
		d := open(t)
		fmt.Printf("ready %s %s\n", d.dir, segment(d.dir))
		select {} // until it is killed
	}
	t.Setenv("TMPDIR", t.TempDir())
	if err := os.Chmod(os.TempDir(), 0o755); err != nil {
		t.Fatal(err)
	}
	for dir := os.TempDir(); dir != "/tmp" && len(dir) > 4; dir = dir[:strings.LastIndexByte(dir, '/')] {
		_ = os.Chmod(dir, 0o755) // for the database's user; those that are not ours may be passed already
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestRealKilled$", "-test.v")
	cmd.Env, cmd.Stderr = append(os.Environ(), victim+"=1"), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	var dir, id string
	for lines := bufio.NewScanner(out); dir == "" && lines.Scan(); {
		fmt.Sscanf(lines.Text(), "ready %s %s", &dir, &id)
	}
	if dir == "" {
		t.Fatal("the process to be killed did not open its database")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	awaitGone(t, dir)
	sweep(os.TempDir())
	left(t, dir)
	if segments, err := os.ReadFile("/proc/sysvipc/shm"); err == nil && hasSegment(string(segments), id) {
		t.Errorf("left is the shared memory segment %s", id)
	}
}

func segment(dir string) string {
	text, _ := os.ReadFile(dir + "/data/postmaster.pid")
	id, _ := segmentOf(text)
	return strconv.Itoa(id)
}

func hasSegment(table, id string) bool {
	for line := range strings.Lines(table) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[1] == id {
			return true
		}
	}
	return false
}

// awaitGone waits for the keeper to end the server: for the pid in its file to be free.
func awaitGone(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(dir + "/data/postmaster.pid")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for tick := time.NewTicker(10 * time.Millisecond); syscall.Kill(pid, 0) == nil; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("PostgreSQL (%d) is alive 20 s after wsgibench was killed", pid)
		}
	}
}
