package verify

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/wsgibench/wsgibench/targets/gohost"
	"github.com/wsgibench/wsgibench/targets/process"
)

// fakeAddr makes this test binary a server: it greets on that address, and does what the fake checks ask for.
const fakeAddr = "WSGIBENCH_VERIFY_FAKE"

func TestMain(m *testing.M) {
	process.KeeperMain()
	gohost.WorkerMain()
	if len(os.Args) > 1 && os.Args[1] == "gohost" { // for the real tests, this test binary is the Go host
		if err := gohost.Main(context.Background(), os.Args[2:], os.Stdout, os.Stderr, http.NotFoundHandler()); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if addr := os.Getenv(fakeAddr); addr != "" {
		fmt.Println(fake(addr))
		os.Exit(1)
	}
	flag.Parse()
	if own := strconv.Itoa(runtime.GOMAXPROCS(0)); flag.Lookup("test.parallel").Value.String() == own { // no -parallel is given
		flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0))) // much of the time they wait for what a fault keeps from coming
	}
	os.Exit(m.Run())
}

// fake is a server that greets, says its pid, ends, or stops greeting.
func fake(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	wedged := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-wedged:
			http.Error(w, "no more", http.StatusServiceUnavailable)
		default:
			fmt.Fprint(w, Hello)
		}
	})
	mux.HandleFunc("/pid", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, os.Getpid()) })
	mux.HandleFunc("/wedge", func(http.ResponseWriter, *http.Request) { close(wedged) })
	mux.HandleFunc("/die", func(http.ResponseWriter, *http.Request) { os.Exit(9) })
	mux.HandleFunc("/say", func(_ http.ResponseWriter, r *http.Request) { fmt.Println(r.URL.RawQuery) })
	return http.Serve(l, mux)
}
