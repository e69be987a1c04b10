package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// listeners returns every listening socket of this network namespace.
func listeners() []listener {
	tcp, err := tcpListeners()
	if err != nil { // a kernel without that question, or a sandbox that refuses it
		tcp = append(readTable("/proc/net/tcp", parseTCP), readTable("/proc/net/tcp6", parseTCP)...)
	}
	return append(tcp, readTable("/proc/net/unix", parseUnix)...)
}

func readTable(file string, parse func(string) []listener) []listener {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil // tcp6 is missing where there is no IPv6
	}
	return parse(string(b))
}

// socketsOf returns the inodes of the sockets that a process holds; ok is false if that may not be seen.
func socketsOf(pid int) (inodes map[uint64]bool, ok bool) {
	dir := "/proc/" + strconv.Itoa(pid) + "/fd"
	fds, err := os.ReadDir(dir)
	if err != nil {
		return nil, os.IsNotExist(err) // ended: it holds nothing
	}
	inodes = map[uint64]bool{}
	for _, fd := range fds {
		link, err := os.Readlink(dir + "/" + fd.Name())
		if err != nil {
			continue
		}
		if num, found := strings.CutPrefix(link, "socket:["); found {
			if n, err := strconv.ParseUint(strings.TrimSuffix(num, "]"), 10, 64); err == nil {
				inodes[n] = true
			}
		}
	}
	return inodes, true
}

// describe names a process for a person: "process 123 (python3 -m http.server)".
func describe(pid int) string {
	line, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil || len(line) == 0 {
		return fmt.Sprintf("process %d", pid)
	}
	return fmt.Sprintf("process %d (%s)", pid, clean(strings.TrimRight(strings.ReplaceAll(string(line), "\x00", " "), " ")))
}
