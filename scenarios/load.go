package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/internal/nearest"
)

// Load reads a scenario: a file, or a shipped one by its name ("quickstart"; write ./quickstart for a file of that
// name). The key=value changes are made before anything is checked. Mistakes in the file and in the changes come as
// Problems, all at once.
func Load(path string, set []string, names Names) (*Scenario, error) {
	if slices.Contains(Shipped(), path) {
		text, err := ShippedText(path)
		if err != nil {
			return nil, err
		}
		return Parse(path, text, set, names)
	}
	text, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		return nil, fmt.Errorf("read scenario: there is no file %s; %s", path, shippedHint(base))
	}
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	return Parse(path, text, set, names)
}

func shippedHint(word string) string {
	if w := nearest.Word(word, Shipped()); w != "" {
		return fmt.Sprintf("did you mean the shipped scenario %q?", w)
	}
	return "shipped scenarios are " + strings.Join(Shipped(), ", ")
}

// readFile reads no more than Parse accepts, and a byte more so that Parse can tell.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxBytes+1))
}

// Parse reads the text of a scenario file. Path is where it came from: it stands in messages, names the scenario when
// the text does not, and relative paths in the text are relative to its directory. The error, if any, is Problems.
func Parse(path string, text []byte, set []string, names Names) (*Scenario, error) {
	d := &decoder{&reporter{path: path, set: set}}
	if len(text) <= maxBytes {
		d.lines = splitLines(string(text))
	}
	f := d.file(text, set)
	if f == nil {
		return nil, d.err()
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("find the directory of %s: %w", path, err)
	}
	r := resolver{decoder: d, f: f, names: names, dir: dir}
	s := r.scenario()
	if err := d.err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	s.Path, s.Text, s.SHA256, s.Set = path, string(text), hex.EncodeToString(sum[:]), slices.Clone(set)
	return s, nil
}

// file reads the text and makes the changes; nil if there is no mapping to go on with.
func (d *decoder) file(text []byte, set []string) *file {
	root := parseTree(d.reporter, text, 0)
	if root == nil {
		return nil
	}
	if root.kind != mappingKind {
		d.wrong(root, "", "a mapping with targets, requests and traffic")
		return nil
	}
	applySet(d.reporter, root, set)
	f := new(file)
	d.into(root, reflect.ValueOf(f).Elem(), "")
	return f
}
