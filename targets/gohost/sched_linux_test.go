package gohost

import (
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

func TestBatchCoversEveryThread(t *testing.T) {
	if err := batch(); err != nil {
		t.Fatal(err)
	}
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		id, err := strconv.Atoi(task.Name())
		if err != nil {
			t.Fatal(err)
		}
		attributes, err := unix.SchedGetAttr(id, 0)
		if err == nil && attributes.Policy == unix.SCHED_NORMAL {
			t.Errorf("thread %d: got policy %d, want SCHED_BATCH", id, attributes.Policy)
		}
	}
}
