//go:build !linux

// Command enginebench measures the traffic engine. It needs Linux: it pins processes to CPUs and reads their accounts.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "enginebench: this needs Linux, to pin server and generator to a CPU each")
	os.Exit(2)
}
