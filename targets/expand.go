package targets

import (
	"cmp"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
)

// Params are what one trial gives to a descriptor.
type Params struct {
	Python  string // path of the interpreter
	Host    string // address to listen on, without brackets
	Port    int
	Socket  string            // absolute path of a Unix socket to listen on, in place of host and port
	App     string            // module:callable
	AppDir  string            // where the module is imported from; also the working directory
	Scratch string            // a directory for this trial only
	Exe     string            // the path of this wsgibench
	Env     map[string]string // the app's own variables; they win over the descriptor's

	InnerPort int               // a free port for the programs of a stack to meet at
	Builds    map[string]string // name → path of what was built
	User      string            // who runs this, by name; empty: whoever does
	Group     string            // and the group

	Settings map[string]string // over the descriptor's defaults
	Unknown  []Since           // those of the descriptor that the installed version does not know: they are left out

	Launchers string   // the directory of the launchers; empty: Materialise("") when the descriptor uses one
	Environ   []string // the caller's environment to inherit from; nil: os.Environ()
}

// A Command is what to start: argv, the complete environment and the working directory.
type Command struct {
	Argv   []string
	Env    []string // KEY=value, sorted
	Dir    string
	Behind []Part            // with their argv, to be started before Argv
	Files  map[string]string // path → content; to be written before
}

// Expand fills the placeholders of the descriptor. It fails where a setting is not taken, or where the command needs
// what this trial does not give: a port while it is bound to a socket, or the reverse.
func (d *Descriptor) Expand(p Params) (Command, error) {
	settings, err := d.Merge(p.Settings)
	if err != nil {
		return Command{}, err
	}
	template := d.Command
	switch {
	case len(d.Command) == 0:
		return Command{}, fmt.Errorf("%s cannot be had: %s", d.Name, d.Unavailable)
	case p.Socket != "" && !d.Can["unix"]:
		return Command{}, fmt.Errorf("%s cannot listen on a Unix socket", d.Name)
	case p.Socket != "" && d.UnixCommand != nil:
		template = d.UnixCommand
	}
	values := trial{d: d, p: p, settings: settings, files: map[string]string{}}
	c := Command{Dir: p.AppDir}
	if c.Argv, err = values.argv(without(template, p.Unknown)); err != nil {
		return Command{}, err
	}
	for _, part := range d.Behind {
		argv, err := values.argv(without(part.Command, p.Unknown))
		if err != nil {
			return Command{}, err
		}
		c.Behind = append(c.Behind, Part{Command: argv, Signal: part.Signal})
	}
	env := map[string]string{}
	for key, word := range d.Env {
		if env[key], err = fill(word, values.value); err != nil {
			return Command{}, fmt.Errorf("environment of %s: %s: %w", d.Name, key, err)
		}
	}
	c.Env = environment(p.Environ, env, p.Env)
	if len(values.files) > 0 {
		c.Files = values.files
	}
	return c, nil
}

// A trial looks up the values of placeholders.
type trial struct {
	d         *Descriptor
	p         Params
	settings  map[string]string
	launchers string            // once looked up
	files     map[string]string // path → content of those that were named
}

func (t *trial) argv(template []string) ([]string, error) {
	argv := make([]string, len(template))
	for i, word := range template {
		var err error
		if argv[i], err = fill(word, t.value); err != nil {
			return nil, fmt.Errorf("command line of %s: %w", t.d.Name, err)
		}
	}
	return argv, nil
}

func (t *trial) value(name string) (string, error) {
	if v, ok := t.settings[name]; ok {
		return v, nil
	}
	if launcher, ok := strings.CutPrefix(name, launcherPrefix); ok {
		dir, err := t.launcherDir()
		return filepath.Join(dir, launcher), err
	}
	if file, ok := strings.CutPrefix(name, filePrefix); ok {
		return t.file(file)
	}
	if build, ok := strings.CutPrefix(name, buildPrefix); ok {
		return needed(name, t.p.Builds[build])
	}
	switch name {
	case "user", "group":
		return t.who(name)
	case "inner":
		scratch, err := needed("scratch", t.p.Scratch)
		return filepath.Join(scratch, "i"), err
	case "inner_port":
		return needed(name, strings.TrimPrefix(strconv.Itoa(t.p.InnerPort), "0"))
	case "env":
		python, err := needed("python", t.p.Python)
		return filepath.Dir(filepath.Dir(python)), err
	case "bind", "address", "host", "port", "socket":
		return t.address(name)
	case "launchers":
		return t.launcherDir()
	case "app", "module", "callable":
		return t.app(name)
	case "dir":
		return filepath.Dir(t.d.Path), nil
	}
	given, ok := map[string]string{
		"python": t.p.Python, "app_dir": t.p.AppDir, "scratch": t.p.Scratch, "exe": t.p.Exe,
	}[name]
	if !ok {
		return "", fmt.Errorf("unknown placeholder {%s}", name)
	}
	return needed(name, given)
}

// needed refuses an empty value: an empty word in a command line means something else to each server.
func needed(name, value string) (string, error) {
	if value == "" {
		return "", fmt.Errorf("there is no value for {%s} (%s)", name, cmp.Or(fixedPlaceholders[name], "it was not built"))
	}
	return value, nil
}

func (t *trial) address(name string) (string, error) {
	if t.p.Socket != "" {
		switch name {
		case "bind":
			return "unix:" + t.p.Socket, nil
		case "socket", "address":
			return t.p.Socket, nil
		}
		return "", fmt.Errorf("{%s} has no value while listening on a Unix socket", name)
	}
	if name == "socket" {
		return "", fmt.Errorf("{socket} has no value while listening on host and port")
	}
	if t.p.Host == "" || t.p.Port < 1 || t.p.Port > 65535 {
		return "", fmt.Errorf("there is no value for {%s}: host %q, port %d", name, t.p.Host, t.p.Port)
	}
	port := strconv.Itoa(t.p.Port)
	at := net.JoinHostPort(t.p.Host, port)
	return map[string]string{"bind": at, "address": at, "host": t.p.Host, "port": port}[name], nil
}

func (t *trial) app(name string) (string, error) {
	module, callable, ok := strings.Cut(t.p.App, ":")
	if !ok || module == "" || callable == "" {
		return "", fmt.Errorf("the application %q is not of the form module:callable", t.p.App)
	}
	return map[string]string{"app": t.p.App, "module": module, "callable": callable}[name], nil
}
