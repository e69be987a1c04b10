// Command gohost serves a WSGI application from Go: "wsgibench gohost" as a program of its own. With the build tag
// "embed" it has mode embed.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/wsgibench/wsgibench/pyapps"
	"github.com/wsgibench/wsgibench/targets/gohost"
)

func main() {
	gohost.WorkerMain()
	err := gohost.Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr, pyapps.Handler())
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	if errors.Is(err, gohost.ErrUsage) {
		os.Exit(2)
	}
	os.Exit(1)
}
