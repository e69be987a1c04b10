package launch

import (
	"os/exec"
	"path/filepath"
	"strings"
)

// systemDirs are where Debian and others put servers; the PATH of a user who is not root often lacks them.
var systemDirs = []string{"/usr/local/sbin", "/usr/sbin", "/sbin"}

// LookPath finds a program on PATH, and where systems keep their servers besides.
func LookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil || strings.Contains(name, "/") {
		return path, err
	}
	for _, dir := range systemDirs {
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return found, nil
		}
	}
	return "", err
}
