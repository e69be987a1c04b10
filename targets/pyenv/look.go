package pyenv

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// failedMark is added to the name of an environment for the file that says why it could not be made.
const failedMark = ".failed"

// Look tells, without running or installing anything, whether the environment of a request was made already, and if not
// why it could not be when that was last tried; both are empty where it was never tried. It knows nothing of what a
// user's own environment holds (Request.Own).
func (s Store) Look(r Request) (made bool, failed string, err error) {
	if len(r.Pip) == 0 {
		return true, "", nil
	}
	dir, err := s.dir()
	if err != nil {
		return false, "", err
	}
	path := filepath.Join(dir, name(r))
	if _, err := os.Stat(filepath.Join(path, marker)); err == nil {
		return true, "", nil
	}
	text, err := os.ReadFile(path + failedMark)
	if errors.Is(err, os.ErrNotExist) {
		return false, "", nil
	}
	if err != nil {
		return false, "", fmt.Errorf("look for a Python environment: %w", err)
	}
	return false, strings.TrimSpace(string(text)), nil
}

// note remembers beside the environment why it could not be made; that the index was not reached says nothing of it. It
// is for Look alone, so that a place that cannot be written to does no harm.
func note(dir string, err error) {
	var failed *Failed
	switch {
	case err == nil:
		_ = os.Remove(dir + failedMark)
	case errors.As(err, &failed):
		_ = os.WriteFile(dir+failedMark, []byte(failed.Error()+"\n"), 0o644)
	}
}
