package launch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// module is the module whose packages a descriptor may have built.
const module = "github.com/wsgibench/wsgibench"

// build makes the programs that the descriptor wants built, or finds those that were made before from the same sources.
func (l *Launcher) build(ctx context.Context, p *Prepared) (map[string]string, error) {
	builds := p.Descriptor.Requires.Build
	if len(builds) == 0 {
		return nil, nil
	}
	if _, err := exec.LookPath("go"); err != nil {
		return nil, &Missing{Reason: p.Descriptor.Name + " is built from source, and there is no go on PATH", Hint: "install Go"}
	}
	source, err := l.source()
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(builds)) {
		b := goBuild{dir: source, name: name, Build: builds[name], log: l.Store.Log}
		if b.Python {
			b.python = p.base.String()
			if b.embedding, err = p.base.Embedding(ctx); err != nil {
				return nil, &Missing{Reason: fmt.Sprintf("%s embeds Python: %v", p.Descriptor.Name, err), Hint: hint(p.Descriptor)}
			}
		}
		if paths[name], err = b.once(ctx); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, &Missing{Reason: fmt.Sprintf("build %s: %v", name, err)}
		}
	}
	return paths, nil
}

// source is the checkout of this program's module that holds the working directory, or this program.
func (l *Launcher) source() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the sources: %w", err)
	}
	for _, from := range []string{here, filepath.Dir(l.Exe)} {
		for dir := from; filepath.IsAbs(dir); dir = filepath.Dir(dir) {
			text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
			if err == nil && bytes.HasPrefix(text, []byte("module "+module+"\n")) {
				return dir, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", &Missing{Reason: "it is built from wsgibench's sources, and they are not here", Hint: "run wsgibench in a checkout of " + module}
}

// A goBuild is one program to be built.
type goBuild struct {
	targets.Build
	dir, name string
	python    string          // which interpreter is embedded, where Build.Python is set
	embedding pyenv.Embedding // and how
	log       func(string)
}

// once returns the path of the program, which is built if it was not built before from sources like these.
func (b goBuild) once(ctx context.Context) (string, error) {
	key, err := b.digest(ctx)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a place for it: %w; set XDG_CACHE_HOME to a directory", err)
	}
	folder := filepath.Join(cache, "wsgibench", "builds", b.name+"-"+key)
	path := filepath.Join(folder, b.name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	// Built under another name and moved: it appears whole or not at all, also where two processes build it.
	scratch, err := os.MkdirTemp(folder, "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	if b.log != nil {
		b.log("building " + b.name)
	}
	made := filepath.Join(scratch, b.name)
	if _, err := b.run(ctx, "build", "-trimpath", "-o", made, "-tags", strings.Join(b.Tags, ","), b.Go); err != nil {
		return "", err
	}
	return path, os.Rename(made, path)
}

// digest names the build: what it is made from and for.
func (b goBuild) digest(ctx context.Context) (string, error) {
	const each = `{{if and (not .Standard) .Module}}{{if .Module.Main}}` +
		`{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{range .CgoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}` +
		`{{range .CFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{range .HFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}` +
		`{{range .EmbedFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{end}}{{end}}`
	list, err := b.run(ctx, "list", "-deps", "-tags", strings.Join(b.Tags, ","), "-f", each, b.Go)
	if err != nil {
		return "", err
	}
	version, err := b.run(ctx, "version")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s%s\n%s %q %q\n", version, b.python, b.Go, b.Tags, []string{b.embedding.CFlags, b.embedding.LDFlags})
	files := append(strings.Split(strings.TrimSpace(string(list)), "\n"), filepath.Join(b.dir, "go.mod"), filepath.Join(b.dir, "go.sum"))
	for _, path := range files {
		if err := addFile(sum, b.dir, path); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

func addFile(sum hash.Hash, dir, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the sources: %w", err)
	}
	name, err := filepath.Rel(dir, path)
	if err != nil {
		return fmt.Errorf("read the sources: %w", err)
	}
	fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	return nil
}

// run runs the go command among the sources and returns what it printed.
func (b goBuild) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = b.dir
	cmd.WaitDelay = time.Second
	cgo := "0"
	if b.Python {
		cgo = "1"
	}
	cmd.Env = append(os.Environ(), "CGO_ENABLED="+cgo, "CGO_CFLAGS="+b.embedding.CFlags, "CGO_LDFLAGS="+b.embedding.LDFlags)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(problems.String()), "\n")
		return nil, fmt.Errorf("go %s: %w: %s", args[0], err, strings.Join(lines[max(0, len(lines)-4):], " | "))
	}
	return out.Bytes(), nil
}
