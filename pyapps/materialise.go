package pyapps

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Materialise writes the applications into a directory named after their content, below the user's cache directory,
// and returns it. It can be put on Python's path. Several processes may call it at once: whoever is first wins, and
// nobody ever sees a directory that is not whole.
func Materialise() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the apps: %w (set XDG_CACHE_HOME or HOME)", err)
	}
	return materialise(files, filepath.Join(cache, "wsgibench", "apps"))
}

func materialise(source fs.FS, parent string) (string, error) {
	digest, err := digestOf(source)
	if err != nil {
		return "", fmt.Errorf("read the embedded apps: %w", err)
	}
	dir := filepath.Join(parent, digest[:16])
	if intact(source, dir) {
		return dir, nil
	}
	if err := writeAll(source, parent, dir); err != nil {
		return "", fmt.Errorf("write the apps to %s: %w", dir, err)
	}
	return dir, nil
}

// digestOf covers names and contents.
func digestOf(source fs.FS) (string, error) {
	sum := sha256.New()
	err := eachFile(source, func(name string, content []byte) error {
		_, err := fmt.Fprintf(sum, "%s\x00%d\x00%s", name, len(content), content)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// intact compares contents, so that an edited or truncated copy is never measured.
func intact(source fs.FS, dir string) bool {
	err := eachFile(source, func(name string, content []byte) error {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil && string(got) != string(content) {
			err = errors.New("differs")
		}
		return err
	})
	return err == nil
}

// eachFile goes over the Python files, also those of packages, and the static files.
func eachFile(source fs.FS, do func(name string, content []byte) error) error {
	return fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".py" && !strings.HasPrefix(name, "static/") {
			return err
		}
		content, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		return do(name, content)
	})
}

// writeAll fills a new directory and renames it into place.
func writeAll(source fs.FS, parent, dir string) error {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(parent, ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	err = eachFile(source, func(name string, content []byte) error {
		file := filepath.Join(fresh, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, content, 0o644)
	})
	if err != nil {
		return err
	}
	err = os.Rename(fresh, dir)
	if err == nil || intact(source, dir) {
		return nil // another process was first
	}
	return repair(source, dir)
}

// repair replaces what differs file by file; the directory itself may be in use, so it stays.
func repair(source fs.FS, dir string) error {
	return eachFile(source, func(name string, content []byte) error {
		whole := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(whole), 0o755); err != nil {
			return err
		}
		file, err := os.CreateTemp(dir, ".new-")
		if err != nil {
			return err
		}
		defer os.Remove(file.Name())
		_, err = file.Write(content)
		err = errors.Join(err, file.Chmod(0o644), file.Close())
		if err != nil {
			return err
		}
		return os.Rename(file.Name(), whole)
	})
}
