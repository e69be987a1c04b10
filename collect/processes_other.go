//go:build !linux

package collect

import (
	"errors"
	"runtime"
)

func readTree(Tree) (usage, error) {
	return usage{}, errors.New("process trees are read from /proc, which " + runtime.GOOS + " does not have")
}
