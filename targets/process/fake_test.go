package process

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// fake is a server with one fault. It ends by a signal, by its own fault, or when the test's directory is gone.
func fake(mode string) {
	go func() {
		for {
			if _, err := os.Stat(os.Getenv(fakeFlag)); err != nil {
				os.Exit(99) // the test is over: nothing of it may stay, even if what is tested fails
			}
			<-time.After(100 * time.Millisecond)
		}
	}()
	if handler, ok := httpFaults[mode]; ok {
		serve(listen(os.Getenv(fakeAddr)), handler)
		return
	}
	if raw, ok := rawFaults[mode]; ok {
		accept(listen(os.Getenv(fakeAddr)), raw)
		return
	}
	run, ok := otherFaults[mode]
	if !ok {
		panic("no such fake: " + mode)
	}
	run()
}

var unready atomic.Int32

var httpFaults = map[string]http.HandlerFunc{
	"ok":        hello,
	"somebody":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "I am somebody else") },
	"not-found": http.NotFound,
	"gateway": func(w http.ResponseWriter, r *http.Request) {
		if unready.Add(1) <= 3 {
			http.Error(w, "not yet", http.StatusServiceUnavailable)
			return
		}
		hello(w, r)
	},
}

func hello(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "fake/1")
	switch r.URL.Path {
	case "/pid":
		fmt.Fprintln(w, os.Getpid())
	case "/chunked":
		fmt.Fprint(w, "hel")
		w.(http.Flusher).Flush()
		fmt.Fprint(w, "lo")
	default:
		fmt.Fprint(w, "hello")
	}
}

var rawFaults = map[string]func(net.Conn){
	"hang":    func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
	"no-http": func(c net.Conn) { fmt.Fprint(c, "SSH-2.0-fake\r\n"); _, _ = io.Copy(io.Discard, c) },
	"closes":  func(c net.Conn) { readRequest(c); c.Close() },
	"no-end": func(c net.Conn) {
		readRequest(c)
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\n\r\nhello")
		_, _ = io.Copy(io.Discard, c)
	},
	"lies": func(c net.Conn) { // says nothing of closing, and closes
		readRequest(c)
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
		c.Close()
	},
	"dies-later": func(c net.Conn) {
		readRequest(c)
		fmt.Println("boom: the first request killed me")
		os.Exit(4)
	},
}

var otherFaults = map[string]func(){
	"exits":     func() { fmt.Fprintln(os.Stderr, "boom: no module named shop"); os.Exit(3) },
	"silent":    func() { fmt.Println("I never listen"); forever() },
	"elsewhere": func() { serve(listen("127.0.0.1:0"), hello) },
	"flood":     flood,
	"floodlive": func() { go flood(); forever() },
	"deaf": func() {
		signal.Ignore(syscall.SIGTERM)
		fmt.Println("deaf")
		serve(listen(os.Getenv(fakeAddr)), hello)
	},
	"polite":     polite,
	"prefork":    prefork,
	"worker":     func() { serve(inherited(), hello) },
	"daemon":     daemon,
	"daemon2":    func() { again("daemon3").Start() },
	"daemon3":    func() { fmt.Println("far away", os.Getpid()); forever() },
	"background": func() { again("silent").Start(); os.Exit(0) },
	"hydra":      func() { again("head").Start(); fmt.Println("a head"); forever() },
	"head":       func() { again("head").Start() }, // each ends once the next one lives, in a session of its own
	"starter":    starter,
}

func forever() { select {} }

func flood() {
	line := []byte(strings.Repeat("all work and no play\n", 200))
	for {
		if _, err := os.Stdout.Write(line); err != nil {
			return
		}
	}
}

// again is this fake once more, in another mode and a session of its own.
func again(mode string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), fakeMode+"="+mode)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

// polite ends on TERM with code 0, and says so.
func polite() {
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	fmt.Println("polite" + strings.Join(os.Args[1:], " "))
	<-term
	fmt.Println("good bye" + strings.Join(os.Args[1:], " "))
	os.Exit(0)
}

// prefork is a master whose workers share its socket; their number is the port's neighbour in fakeAddr: "n@addr".
func prefork() {
	n, addr, _ := strings.Cut(os.Getenv(fakeAddr), "@")
	l, err := listen(addr).(*net.TCPListener).File()
	if err != nil {
		panic(err)
	}
	for range len(n) { // one worker for each character
		cmd := again("worker")
		cmd.SysProcAttr = nil
		cmd.ExtraFiles = []*os.File{l}
		if err := cmd.Start(); err != nil {
			panic(err)
		}
	}
	forever()
}

func inherited() net.Listener {
	l, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		panic(err)
	}
	return l
}

// daemon starts a grandchild that leaves the session, the group and its parent, then lives on.
func daemon() {
	if err := again("daemon2").Run(); err != nil {
		panic(err)
	}
	fmt.Println("leader", os.Getpid())
	forever()
}

// starter is a second wsgibench: it starts a server that has a daemon, tells the pids, and waits to be killed.
func starter() {
	spec := Spec{Argv: []string{"/proc/self/exe"}, Log: os.Getenv(fakeAddr), Grace: time.Minute,
		Env: []string{fakeMode + "=daemon", fakeFlag + "=" + os.Getenv(fakeFlag), raceQuick}}
	p, err := Start(context.Background(), spec)
	if err != nil {
		panic(err)
	}
	for len(p.PIDs()) < 2 || !strings.Contains(strings.Join(p.Tail(9), " "), "leader") {
		<-time.After(5 * time.Millisecond)
	}
	fmt.Println(p.KeeperPID(), p.PIDs()[0], p.PIDs()[1])
	forever()
}

func listen(addr string) net.Listener {
	network := "tcp"
	if strings.HasPrefix(addr, "/") {
		network = "unix"
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		fmt.Println(err)
		os.Exit(98)
	}
	fmt.Println("listening on", l.Addr())
	return l
}

func serve(l net.Listener, h http.HandlerFunc) { _ = http.Serve(l, h) }

func accept(l net.Listener, handle func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go handle(c)
	}
}

func readRequest(c net.Conn) { _, _ = http.ReadRequest(bufio.NewReader(c)) }
