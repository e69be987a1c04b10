//go:build !linux

package collect

import (
	"errors"
	"runtime"
)

func readThreadTimes() (threadTimes, error) {
	return nil, errors.New("only Linux says how long threads waited for a processor, and this is " + runtime.GOOS)
}
