package targets

import (
	"maps"
	"os"
	"slices"
	"strings"
)

// inherited are the variables of the caller that a server gets, when they are set. Everything else is left out, so that
// the same scenario starts the same server from any shell: GUNICORN_CMD_ARGS, PYTHONPATH, proxies and the like do not
// leak in. The app's or the descriptor's env adds what is really wanted.
//
// Nothing is added about bytecode either: Python writes and reads __pycache__ as it does in use. Switching it off would
// make a server that starts an interpreter for each request compile the app each time.
var inherited = []string{
	"HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER",
	"XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
}

// environment returns the complete environment of a server as sorted KEY=value lines: the inherited variables, under
// those of each further map, the last of which wins.
func environment(caller []string, more ...map[string]string) []string {
	if caller == nil {
		caller = os.Environ()
	}
	env := map[string]string{}
	for _, line := range caller {
		key, value, ok := strings.Cut(line, "=")
		if ok && (slices.Contains(inherited, key) || strings.HasPrefix(key, "LC_")) {
			env[key] = value
		}
	}
	for _, m := range more {
		maps.Copy(env, m)
	}
	lines := make([]string, 0, len(env))
	for _, key := range slices.Sorted(maps.Keys(env)) {
		lines = append(lines, key+"="+env[key])
	}
	return lines
}
