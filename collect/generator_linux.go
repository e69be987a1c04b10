package collect

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// readThreadTimes reads the first two figures of /proc/self/task/*/schedstat (Documentation/scheduler/sched-stats.rst in
// the kernel's source), in ns.
func readThreadTimes() (threadTimes, error) {
	const dir = "/proc/self/task"
	tasks, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the load generator's threads: %w", err)
	}
	times := threadTimes{}
	for _, task := range tasks {
		text, err := os.ReadFile(dir + "/" + task.Name() + "/schedstat")
		id, idErr := strconv.Atoi(task.Name())
		if err != nil || idErr != nil {
			continue // it has ended
		}
		if t, ok := parseSchedstat(text); ok {
			times[id] = t
		}
	}
	if len(times) == 0 {
		return nil, errors.New("the kernel does not say how long threads waited for a processor (no /proc/self/task/*/schedstat)")
	}
	return times, nil
}

func parseSchedstat(text []byte) (t threadTime, ok bool) {
	f := bytes.Fields(text)
	if len(f) < 2 {
		return t, false
	}
	ran, err := strconv.ParseInt(string(f[0]), 10, 64)
	waited, waitedErr := strconv.ParseInt(string(f[1]), 10, 64)
	return threadTime{time.Duration(ran), time.Duration(waited)}, err == nil && waitedErr == nil
}
