//go:build !linux

package process

import "os"

func self() (string, error) { return os.Executable() }
