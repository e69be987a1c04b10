package targets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

//go:embed servers/*.yaml servers/*.lock launchers/*.py
var embedded embed.FS

// Launchers returns the file names of the shipped launchers, sorted.
func Launchers() []string {
	entries, err := embedded.ReadDir("launchers")
	if err != nil {
		panic("targets: no embedded launchers: " + err.Error()) // a broken build, not an input
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	slices.Sort(names)
	return names
}

// Materialise writes the shipped launchers into a folder of dir and returns its absolute path. An empty dir stands for
// the user's cache directory. The folder's name is made from the content, so that versions of this program do not
// disturb each other, and each file appears whole or not at all, so that processes may share it without a lock.
func Materialise(dir string) (string, error) {
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a place for the launchers: %w; set XDG_CACHE_HOME to a directory", err)
		}
		dir = filepath.Join(cache, "wsgibench")
	}
	files := map[string][]byte{}
	sum := sha256.New()
	for _, name := range Launchers() {
		text, err := embedded.ReadFile("launchers/" + name)
		if err != nil {
			return "", fmt.Errorf("read the shipped launcher %s: %w", name, err)
		}
		files[name] = text
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	folder, err := filepath.Abs(filepath.Join(dir, "launchers-"+hex.EncodeToString(sum.Sum(nil))[:16]))
	if err != nil {
		return "", fmt.Errorf("write the launchers: %w", err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("write the launchers: %w", err)
	}
	for _, name := range Launchers() {
		if err := ensureFile(filepath.Join(folder, name), files[name]); err != nil {
			return "", fmt.Errorf("write the launchers: %w", err)
		}
	}
	return folder, nil
}

// ensureFile leaves a file with this content at path: also over one that was damaged, and while others do the same.
func ensureFile(path string, content []byte) error {
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, content) {
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already when all went well
	_, err = tmp.Write(content)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
