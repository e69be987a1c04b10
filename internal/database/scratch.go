package database

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// A directory of ours is locked by the process that made it for as long as that lives: whatever is not locked was left by
// one that was killed.
const (
	prefix   = "wsgibench-database-"
	lockFile = "owner"
)

// newDir makes one; closing the file releases the lock. It gets its name only when it is locked.
func newDir() (dir string, lock *os.File, err error) {
	fresh, err := os.MkdirTemp("", "."+prefix)
	if err != nil {
		return "", nil, err
	}
	dir = filepath.Join(filepath.Dir(fresh), filepath.Base(fresh)[1:])
	file, err := os.Create(filepath.Join(fresh, lockFile))
	if err == nil {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err == nil {
		err = os.Chmod(fresh, 0o755) // the database's user must get in
	}
	if err == nil {
		err = os.Rename(fresh, dir)
	}
	if err != nil {
		os.RemoveAll(fresh)
		return "", nil, err
	}
	return dir, file, nil
}

// sweep removes the directories below parent whose process is gone. What cannot be removed, because it is another
// user's, stays: nobody is told, since nothing of this run depends on it.
func sweep(parent string) {
	dirs, err := filepath.Glob(filepath.Join(parent, prefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		if abandoned(dir) {
			removeSegment(filepath.Join(dir, "data", "postmaster.pid"))
			os.RemoveAll(dir)
		}
	}
}

func abandoned(dir string) bool {
	file, err := os.Open(filepath.Join(dir, lockFile))
	if err != nil {
		return false // just being made, or another user's
	}
	defer file.Close()
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// segmentOf reads the id of PostgreSQL's System V segment from its postmaster.pid: the second number of the seventh line.
func segmentOf(text []byte) (id int, ok bool) {
	lines := strings.Split(string(text), "\n")
	if len(lines) < 7 {
		return 0, false
	}
	fields := strings.Fields(lines[6])
	if len(fields) != 2 {
		return 0, false
	}
	id, err := strconv.Atoi(fields[1])
	return id, err == nil
}
