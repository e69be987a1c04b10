package pyenv

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
)

// An Embedding is what cgo must be told in order to link an interpreter into a program.
type Embedding struct {
	CFlags  string // for CGO_CFLAGS
	LDFlags string // for CGO_LDFLAGS
}

//go:embed embedding.py
var embeddingScript string

// Embedding asks the interpreter for its headers and its library. It fails where they are not installed.
func (i Interpreter) Embedding(ctx context.Context) (Embedding, error) {
	if i.Implementation != "cpython" {
		return Embedding{}, fmt.Errorf("%s has no library of CPython's interface", i)
	}
	out, err := run(ctx, nil, i.Base, "-E", "-B", "-c", embeddingScript)
	if err != nil {
		return Embedding{}, fmt.Errorf("ask %s for its library: %w", i.Base, err)
	}
	var said struct{ Include, Header, Version, Shared, Static, Libs, Export string }
	if err := json.Unmarshal(lastLine(out.stdout), &said); err != nil {
		return Embedding{}, fmt.Errorf("ask %s for its library: it printed %q", i.Base, tail(out.stdout, 2))
	}
	if said.Header == "" {
		return Embedding{}, fmt.Errorf("%s (%s) has no Python.h in %s; install its development package", i, i.Base, said.Include)
	}
	e := Embedding{CFlags: "-I" + said.Include}
	switch dir := filepath.Dir(said.Shared); {
	case said.Shared != "":
		e.LDFlags = strings.Join([]string{"-L" + dir, "-lpython" + said.Version, "-Wl,-rpath," + dir, said.Libs}, " ")
	case said.Static != "":
		e.LDFlags = strings.Join([]string{said.Static, said.Libs, said.Export}, " ")
	default:
		return Embedding{}, fmt.Errorf("%s (%s) has no libpython%s; install its development package", i, i.Base, said.Version)
	}
	return e, nil
}
