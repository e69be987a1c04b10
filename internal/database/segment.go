//go:build linux || darwin

package database

import (
	"os"

	"golang.org/x/sys/unix"
)

// removeSegment removes the System V shared memory by which a PostgreSQL that was killed still holds its directory: a few
// bytes that would stay until the machine restarts.
func removeSegment(pidFile string) {
	text, err := os.ReadFile(pidFile)
	if err != nil {
		return
	}
	if id, ok := segmentOf(text); ok {
		// Without effect where the segment is gone or another user's.
		_, _ = unix.SysvShmCtl(id, unix.IPC_RMID, nil)
	}
}
