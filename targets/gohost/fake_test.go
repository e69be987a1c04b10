package gohost

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The fake worker is this test's program, run again: it speaks the protocol without Python.

const fakeEnv = "GOHOST_TEST_FAKE"

func fakeProgram(config Config, path, inode string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], strconv.Itoa(config.Threads))
	cmd.Env = append(os.Environ(), fakeEnv+"=1")
	return cmd
}

// runFake is runHost with fake workers; what config leaves open gets a value.
func runFake(t *testing.T, config Config) *running {
	t.Helper()
	config.Mode, config.App = ModePool, "fake:app"
	config.Workers, config.Threads = max(1, config.Workers), max(1, config.Threads)
	config.Backlog, config.MaxConns, config.KeepAlive = 128, 256, time.Minute
	if config.MaxBody == 0 {
		config.MaxBody = 1 << 20
	}
	if config.Graceful == 0 {
		config.Graceful = 20 * time.Second
	}
	return run(t, config, func(ctx context.Context, c Config, log *logger) (host, error) {
		return newPool(ctx, c, fakeProgram, log, nil, io.Discard)
	})
}

var fakeServed atomic.Int64

func fakeWorker() {
	threads, _ := strconv.Atoi(os.Args[1])
	control := inherited(4)
	for i := range threads {
		go fakeThread(inherited(6 + i))
	}
	control.Write([]byte("R"))
	order := make([]byte, 1)
	control.Read(order)
	os.Exit(0)
}

func inherited(fd int) net.Conn {
	file := os.NewFile(uintptr(fd), "socket")
	conn, err := net.FileConn(file)
	if err != nil {
		panic(err)
	}
	file.Close()
	return conn
}

func fakeThread(conn net.Conn) {
	in := bufio.NewReader(conn)
	for {
		fixed := make([]byte, 9)
		if _, err := io.ReadFull(in, fixed); err != nil {
			return
		}
		rest := make([]byte, int(binary.LittleEndian.Uint32(fixed))-5)
		if _, err := io.ReadFull(in, rest); err != nil {
			return
		}
		n := binary.LittleEndian.Uint32(fixed[4:])
		f := &fakeExchange{conn, in, string(rest[:n]), string(rest[n:])}
		f.answer()
	}
}

type fakeExchange struct {
	conn    net.Conn
	in      *bufio.Reader
	environ string
	body    string
}

func (f *fakeExchange) variable(name string) string {
	parts := strings.Split(f.environ, "\x00")
	for i := 0; i+1 < len(parts); i += 2 {
		if parts[i] == name {
			return parts[i+1]
		}
	}
	return ""
}

func (f *fakeExchange) frame(kind, flags byte, status int, head, body string) {
	b := []byte{kind, flags}
	b = binary.LittleEndian.AppendUint16(b, uint16(status))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(head)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	f.conn.Write([]byte(string(b) + head + body))
}

func (f *fakeExchange) answer() {
	served := fakeServed.Add(1)
	const plain = "OK\x00Content-Type\x00text/plain"
	whole := func(body string) { f.frame(frameHead, flagLast|flagIdle, 200, plain, body) }
	path := f.variable("PATH_INFO")
	switch {
	case path == "/count":
		whole(strconv.FormatInt(served, 10))
	case path == "/pid":
		whole(strconv.Itoa(os.Getpid()))
	case path == "/die":
		os.Exit(3)
	case path == "/hang":
		select {}
	case path == "/garbage":
		f.conn.Write([]byte(strings.Repeat("?", 40)))
	case path == "/idle-first":
		f.frame(frameIdle, flagIdle, 0, "", "")
	case path == "/block-first":
		f.frame(frameBlock, 0, 0, "", "x")
	case path == "/abort":
		f.frame(frameAbort, 0, 0, "", "")
		f.frame(frameIdle, flagIdle, 0, "", "")
	case path == "/later":
		f.frame(frameHead, 0, 200, plain, "a")
		f.frame(frameBlock, 0, 0, "", strings.Repeat("b", 200000))
		f.frame(frameBlock, flagLast, 0, "", "c")
		f.frame(frameIdle, flagIdle, 0, "", "")
	case path == "/file" || path == "/pipe":
		f.file(path, plain)
	default:
		whole(f.environ)
	}
}

// file has the host send the test's own program from byte 10 on, or asks for a pipe to be sent, which it cannot be.
func (f *fakeExchange) file(path, head string) {
	file, err := os.Open(os.Args[0])
	if path == "/pipe" {
		file, _, err = os.Pipe()
	}
	if err != nil {
		panic(err)
	}
	region := binary.LittleEndian.AppendUint64(nil, 10)
	region = binary.LittleEndian.AppendUint64(region, 100_000)
	region = binary.LittleEndian.AppendUint32(region, uint32(file.Fd()))
	f.frame(frameHead, 0, 200, head, "")
	f.frame(frameFile, 0, 0, "", string(region))
	answer := make([]byte, 5)
	io.ReadFull(f.in, answer)
	f.frame(frameBlock, flagLast|flagIdle, 0, "", "state "+strconv.Itoa(int(answer[4])))
}
