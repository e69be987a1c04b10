package launch

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/wsgibench/wsgibench/targets"
	"github.com/wsgibench/wsgibench/targets/pyenv"
)

// unknown are the words of the command lines that are younger than the package that is installed. Of a package whose
// version cannot be told the newest is assumed: its log then says which word it does not know.
func (p *Prepared) unknown() (words []targets.Since) {
	for _, s := range p.Descriptor.Since {
		if have := p.Versions[s.Package]; have != "" && pyenv.CompareVersions(have, s.Version) < 0 {
			words = append(words, s)
		}
	}
	return words
}

// pythonPath is where an app's variables can put another version of the server before the one that is installed.
const pythonPath = "PYTHONPATH"

// addImported asks Python for the versions of those packages whose command lines depend on them, where the app's
// variables have it import from elsewhere, such as a checkout of the server: there pip knows of another version.
func (p *Prepared) addImported(ctx context.Context) {
	if p.Python == "" || p.App.Env[pythonPath] == "" {
		return
	}
	for _, s := range p.Descriptor.Since {
		if version := p.imported(ctx, s.Package); version != "" {
			p.Versions[s.Package] = version
		}
	}
}

// imported is the version that a package tells of itself when it is imported; empty where it tells none.
func (p *Prepared) imported(ctx context.Context, name string) string {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	const ask = "import importlib, sys; print(importlib.import_module(sys.argv[1]).__version__)"
	cmd := exec.CommandContext(ctx, p.Python, "-c", ask, strings.ReplaceAll(normal(name), "-", "_"))
	cmd.Dir, cmd.WaitDelay = p.App.Dir, time.Second
	cmd.Env = append(os.Environ(), pythonPath+"="+p.App.Env[pythonPath])
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return string(number.Find(out))
}
