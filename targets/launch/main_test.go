package launch

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

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/targets/gohost"
	"github.com/wsgibench/wsgibench/targets/process"
)

// fakeAddr makes this test binary a server: it answers its process id on that address.
const fakeAddr = "WSGIBENCH_LAUNCH_FAKE"

func TestMain(m *testing.M) {
	process.KeeperMain()
	if len(os.Args) > 1 && os.Args[1] == "gohost" {
		if err := gohost.Main(context.Background(), os.Args[2:], os.Stdout, os.Stderr, pyapps.Handler()); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if addr := os.Getenv(fakeAddr); addr != "" {
		if len(os.Args) > 1 { // a program behind another, whose environment it shares
			addr = os.Args[1]
		}
		fmt.Println(serve(addr))
		os.Exit(1)
	}
	flag.Parse()
	if own := strconv.Itoa(runtime.GOMAXPROCS(0)); flag.Lookup("test.parallel").Value.String() == own { // no -parallel is given
		flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0))) // much of the time they wait for servers that start and stop
	}
	os.Exit(m.Run())
}

func serve(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, os.Getpid(), " ", os.Getenv("WHO"))
	}))
}
