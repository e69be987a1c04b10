package gohost

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var (
	//go:embed wsgi.py
	wsgiSource string
	//go:embed worker.py
	workerSource string
	//go:embed process.py
	processSource string
)

const (
	startTimeout = 60 * time.Second // for the import of the application
	exitTimeout  = 5 * time.Second  // for the interpreter's own end, once no request is left
)

// boot runs the sources that wait on descriptor 3: no file is left behind, and ps shows a short line.
const boot = `for part in zip(open(3).read().split("\0"), ("gohost/wsgi.py", "gohost/worker.py", "gohost/process.py")): exec(compile(*part, "exec"))`

// A program makes the command of a worker process; tests put a fake there. The descriptors behind standard error are
// given to it: the source, the control socket, the page of flags, and a socket for each thread.
type program func(config Config, bindPath, bindInode string) *exec.Cmd

func python(config Config, bindPath, bindInode string) *exec.Cmd {
	cmd := exec.Command(config.Python, "-c", boot, config.App, bindPath, bindInode,
		strconv.Itoa(config.Threads), strconv.Itoa(config.Workers))
	cmd.Dir = config.Dir
	return cmd
}

// pythonConfig resolves what exec would resolve differently from another directory.
func pythonConfig(config Config) (Config, error) {
	path, err := exec.LookPath(config.Python)
	if err != nil {
		return config, fmt.Errorf("find the interpreter: %w (name another with --python)", err)
	}
	if config.Python, err = filepath.Abs(path); err != nil {
		return config, err
	}
	config.Dir, err = workingDir(config.Dir)
	return config, err
}

// inodeOf names the socket file, so that a worker can remove it, and only it, when its host was killed.
func inodeOf(bind string) (path, inode string) {
	path, found := strings.CutPrefix(bind, "unix:")
	if !found {
		return "", ""
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", ""
	}
	var stat syscall.Stat_t
	if syscall.Stat(path, &stat) != nil {
		return "", ""
	}
	return path, strconv.FormatUint(stat.Ino, 10)
}

// launch starts a worker and waits until it has loaded the application.
func (p *pool) launch(ctx context.Context, _ int) (*worker, error) {
	w := newWorker()
	theirs, err := w.connect([]string{wsgiSource, workerSource, processSource}, p.config.Threads)
	defer closeAll(theirs)
	if err != nil {
		w.disconnect()
		return nil, fmt.Errorf("connect to a worker: %w", err)
	}
	path, inode := inodeOf(p.config.Bind)
	w.cmd = p.program(p.config, path, inode)
	w.cmd.ExtraFiles = theirs
	w.cmd.Stdout, w.cmd.Stderr = p.stdout, p.log.out
	w.cmd.WaitDelay = time.Second // what the application started may hold our pipes open
	return w, w.begin(ctx)
}

// begin starts the process and waits until it is ready; when that fails it is ended.
func (w *worker) begin(ctx context.Context) error {
	if err := w.cmd.Start(); err != nil {
		w.disconnect()
		return fmt.Errorf("start a worker: %w", err)
	}
	go w.reap()
	if err := w.awaitReady(ctx); err != nil {
		w.kill()
		<-w.exited
		return err
	}
	return nil
}

// connect makes our ends and theirs: the sources where there are any, the control socket, the flags, the threads.
func (w *worker) connect(sources []string, threads int) (theirs []*os.File, err error) {
	if sources != nil {
		source, err := sourcePipe(strings.Join(sources, "\x00"))
		if err != nil {
			return theirs, err
		}
		theirs = append(theirs, source)
	}
	control, other, err := socketPair()
	if err != nil {
		return theirs, err
	}
	w.control, theirs = control, append(theirs, other)
	flags, file, err := flagPage()
	if err != nil {
		return theirs, err
	}
	w.flags, theirs = flags, append(theirs, file)
	// Not sooner: an exchange may set a flag when the worker has long ended.
	runtime.AddCleanup(w, func(page []byte) { syscall.Munmap(page) }, flags)
	for i := range threads {
		conn, other, err := socketPair()
		if err != nil {
			return theirs, err
		}
		theirs = append(theirs, other)
		w.threads = append(w.threads, &thread{worker: w, index: i, conn: conn, in: bufio.NewReaderSize(conn, wireSize)})
	}
	return theirs, nil
}

func sourcePipe(source string) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	go func() {
		io.WriteString(w, source) // fails when the worker died before it read it
		w.Close()
	}()
	return r, nil
}

// socketPair returns our end as a connection and theirs as a file. Nothing is left in the file system.
func socketPair() (net.Conn, *os.File, error) {
	syscall.ForkLock.RLock() // not every system can close them on exec in one step
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(pair[0])
		syscall.CloseOnExec(pair[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "socket"), os.NewFile(uintptr(pair[1]), "socket")
	defer ours.Close() // FileConn duplicates it
	conn, err := net.FileConn(ours)
	if err != nil {
		theirs.Close()
		return nil, nil, err
	}
	return conn, theirs, nil
}

// flagOthers is the byte of the page behind those of the threads: other workers serve the application as well.
const flagOthers = 1024

// flagPage is memory shared with the worker: a byte for each thread, set when nobody reads its response any more. The
// worker looks before each block, which costs it no system call.
func flagPage() ([]byte, *os.File, error) {
	file, err := os.CreateTemp("", "gohost-")
	if err != nil {
		return nil, nil, err
	}
	os.Remove(file.Name())
	if err := file.Truncate(int64(flagsSize())); err != nil {
		file.Close()
		return nil, nil, err
	}
	page, err := mapFlags(int(file.Fd()))
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return page, file, nil
}

func mapFlags(fd int) ([]byte, error) {
	page, err := syscall.Mmap(fd, 0, flagsSize(), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	return page, os.NewSyscallError("mmap", err)
}

func flagsSize() int { return max(os.Getpagesize(), flagOthers+1) }

func closeAll(files []*os.File) {
	for _, file := range files {
		file.Close()
	}
}

// awaitReady waits for the worker's "R".
func (w *worker) awaitReady(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { w.control.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	w.control.SetReadDeadline(time.Now().Add(startTimeout))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	_, err := w.control.Read(make([]byte, 1))
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("the worker did not load the application within %v", startTimeout)
	}
	select { // it said why on standard error
	case <-w.exited:
		return fmt.Errorf("the worker could not load the application: %v", w.cmd.ProcessState)
	case <-time.After(exitTimeout):
		return errors.New("the worker could not load the application")
	}
}
