package targets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Names returns the names of the shipped descriptors, sorted.
func Names() []string {
	entries, err := embedded.ReadDir("servers")
	if err != nil {
		panic("targets: no embedded servers: " + err.Error()) // a broken build, not an input
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Load reads the shipped descriptor with this name, or the user's own where nameOrPath is a path: it holds a slash or
// ends in .yaml or .yml. Mistakes in the file come as Problems, all at once.
func Load(nameOrPath string) (*Descriptor, error) {
	if isPath(nameOrPath) {
		return loadFile(nameOrPath)
	}
	if !slices.Contains(Names(), nameOrPath) {
		return nil, fmt.Errorf("unknown server %q%s; known are %s; the path of an own descriptor ends in .yaml",
			nameOrPath, didYouMean(nameOrPath, Names()), strings.Join(Names(), ", "))
	}
	text, err := embedded.ReadFile("servers/" + nameOrPath + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("read the shipped descriptor %s: %w", nameOrPath, err)
	}
	return Parse("targets/servers/"+nameOrPath+".yaml", text)
}

func isPath(s string) bool {
	return strings.ContainsAny(s, `/\`) || strings.HasSuffix(s, ".yaml") || strings.HasSuffix(s, ".yml")
}

func loadFile(path string) (*Descriptor, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("read the server descriptor %s: %w", path, err)
	}
	text, err := os.ReadFile(abs)
	if err != nil {
		return nil, fmt.Errorf("read the server descriptor: %w", err)
	}
	d, err := Parse(path, text)
	if err != nil {
		return nil, err
	}
	d.Path = abs
	return d, nil
}

// Lock returns the requirements file, with a hash for each file that may be installed, that pins what
// Descriptor.Requires.Pip asks for: the one beside an own descriptor, else the shipped one for the same packages. It is
// nil where there is none: then versions are what the package index gives that day, and figures say so.
func (d *Descriptor) Lock() ([]byte, error) {
	if len(d.Requires.Pip) == 0 {
		return nil, nil
	}
	name := LockName(d.Requires.Pip)
	if d.Path != "" {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(d.Path), name))
		if err == nil {
			return text, nil
		}
		if !os.IsNotExist(err) {
			return nil, fmt.Errorf("read the lock of %s: %w", d.Name, err)
		}
	}
	text, err := embedded.ReadFile("servers/" + name)
	if err != nil {
		return nil, nil // an embedded file can only be missing
	}
	return text, nil
}

// LockName returns the file name of the lock for these packages: "gevent+gunicorn.lock", whatever their order.
func LockName(pip []string) string {
	return strings.Join(slices.Sorted(slices.Values(pip)), "+") + ".lock"
}
