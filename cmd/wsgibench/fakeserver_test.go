package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/wsgibench/wsgibench/pyapps"
)

// fakeserver is `fakeserver ADDRESS [FAULT]`: the reference app in Go, with one of the faults that servers have.
func fakeserver() {
	addr, fault := os.Args[1], "none"
	if len(os.Args) > 2 {
		fault = os.Args[2]
	}
	fmt.Println("fakeserver starting, fault:", fault)
	switch fault {
	case "die":
		fmt.Println("ImportError: no module named shop")
		os.Exit(3)
	case "never-listen":
		select {}
	case "elsewhere":
		addr = "127.0.0.1:0"
	case "flood":
		flood(32 << 20) // twice what a log may hold
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	}
	if mib, err := strconv.Atoi(strings.TrimPrefix(fault, "fat:")); err == nil {
		fat = bytes.Repeat([]byte{1}, mib<<20) // written, and so resident
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("listening on", l.Addr())
	if fault == "hang" {
		select {} // accepted by the kernel, never answered
	}
	server := &http.Server{Handler: faulty(fault)}
	_ = server.Serve(l)
	runtime.KeepAlive(fat)
}

// fat is memory that the fault of that name holds.
var fat []byte

func flood(size int) {
	line := strings.Repeat("Traceback (most recent call last): ", 1000)
	for written := 0; written < size; written += len(line) {
		fmt.Println(line)
	}
}

// faulty wraps the reference app. Faults that show only under load wait for the readiness probe to pass.
func faulty(fault string) http.Handler {
	app := pyapps.Handler()
	var served atomic.Int64
	delay, _ := time.ParseDuration(strings.TrimPrefix(fault, "slow:"))
	every, _ := strconv.ParseInt(strings.TrimPrefix(fault, "error-every:"), 10, 64)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := served.Add(1)
		switch {
		case fault == "wrong-body":
			fmt.Fprint(w, "It works!\n")
			return
		case fault == "die-under-load" && n > 20:
			fmt.Println("Segmentation fault")
			os.Exit(139)
		case every > 0 && n > 5 && n%every == 0:
			http.Error(w, "no", http.StatusInternalServerError)
			return
		case delay > 0:
			time.Sleep(delay)
		}
		app.ServeHTTP(w, r)
	})
}
