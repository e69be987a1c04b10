package targets

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Descriptor says how one server is started, known ready and stopped. It is read-only once loaded.
type Descriptor struct {
	Name        string              // the file's name without its extension
	Doc         string              // what the server is; one sentence
	Unavailable string              // why it can be had nowhere today; empty: it can. Then it has no command
	Requires    Requires            // what must be installed before it can start
	Command     []string            // argv with placeholders: no shell, no conditionals
	UnixCommand []string            // in its place where the server is to listen on a Unix socket; nil: Command does both
	Behind      []Part              // the programs behind the one that listens, for a stack of several
	Files       map[string]string   // configuration files by name, with placeholders; {file:NAME} is the path of one
	Env         map[string]string   // added to the environment; values may hold placeholders
	Since       []Since             // words of the command lines that older versions do not know
	Defaults    map[string]string   // the settings that it takes, with the value used where none is given
	Version     map[string][]string // what → the command line that prints its version, for what pip does not know
	Ready       Ready               // when it counts as started
	Stop        Stop                // how it is asked to end
	Can         map[string]bool     // abilities: "workers", "threads", "unix", "keepalive"; all four are always present
	Limits      []string            // what it cannot do or be given, in words that stand beside its numbers

	Text string // the file as it was read, for the record of a run
	Path string // absolute path of an own descriptor; empty for a shipped one
}

// Requires lists what a server needs on the machine.
type Requires struct {
	Python   string           // the oldest Python that it runs on, like "3.12"; empty: any
	Pip      []string         // Python distributions, as pip takes them; pinned with hashes by the lock (Descriptor.Lock)
	Commands []string         // programs on PATH
	Apt      []string         // Debian packages that bring these programs, for the hint to the user
	Build    map[string]Build // programs to be built from source; {build:NAME} is the path of one
}

// A Build is a program that is compiled on this machine, once for each content of its sources.
type Build struct {
	Go     string   // a package of this program's own module, like "./cmd/wsgibench"
	Tags   []string // build tags
	Python bool     // it embeds the cell's interpreter: cgo, with the interpreter's headers and library
}

// A Part is a program behind the front of a stack. It is started before the front and stopped after it; when it ends,
// the server has.
type Part struct {
	Command []string
	Signal  string // asks it to end, without "SIG"; default TERM
}

// Ready says when a server counts as started: a correct body within Timeout, and where Workers is set from as many
// distinct worker processes as were asked for.
type Ready struct {
	Workers bool
	Timeout time.Duration // default 30 s
}

// Stop says how a server is asked to end, and how long it may take before it is killed.
type Stop struct {
	Signal string        // without "SIG": "TERM" (default), "INT", "QUIT", ...
	Grace  time.Duration // default 10 s
}

// Defaults of Ready and Stop.
const (
	DefaultReadyTimeout = 30 * time.Second
	DefaultStopSignal   = "TERM"
	DefaultStopGrace    = 10 * time.Second
)

// Abilities are the words that a descriptor's "can" knows.
var abilities = []string{"keepalive", "threads", "unix", "workers"}

// stopSignals are the signals that a descriptor may ask for: those by which servers are known to end.
var stopSignals = []string{"HUP", "INT", "KILL", "QUIT", "TERM", "USR1", "USR2", "WINCH"}

// Settings returns the names of the settings that the server takes, sorted.
func (d *Descriptor) Settings() []string {
	return slices.Sorted(maps.Keys(d.Defaults))
}

// Merge returns the defaults with the given settings put over them. A setting that the server does not take, and a
// count that is no positive whole number, is an error; all of them are reported at once.
func (d *Descriptor) Merge(settings map[string]string) (map[string]string, error) {
	merged := maps.Clone(d.Defaults)
	if merged == nil {
		merged = map[string]string{}
	}
	var wrong []string
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if _, ok := d.Defaults[key]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s takes no setting %q%s", d.Name, key, d.takes(key)))
			continue
		}
		if err := checkSetting(key, settings[key]); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v", d.Name, err))
			continue
		}
		merged[key] = settings[key]
	}
	if wrong != nil {
		return nil, fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return merged, nil
}

// takes says what a person could have meant by an unknown setting.
func (d *Descriptor) takes(key string) string {
	known := d.Settings()
	if len(known) == 0 {
		return "; it takes none"
	}
	return didYouMean(key, known) + "; it takes " + strings.Join(known, ", ")
}

// checkSetting refuses values that no server could take. Only the counts are known here; any other setting is the
// server's own business, which it reports in its log.
func checkSetting(key, value string) error {
	if key != "workers" && key != "threads" {
		return nil
	}
	if n, err := strconv.Atoi(value); err != nil || n < 1 {
		return fmt.Errorf("%s must be a whole number from 1, not %q", key, value)
	}
	return nil
}

// Workers returns how many worker processes the server has with these settings: the setting "workers", or 1 for a
// server that does not take it.
func (d *Descriptor) Workers(settings map[string]string) (int, error) {
	merged, err := d.Merge(settings)
	if err != nil {
		return 0, err
	}
	value, ok := merged["workers"]
	if !ok {
		return 1, nil
	}
	return strconv.Atoi(value)
}

// MissingCommands returns a sentence for each required program that look (exec.LookPath) does not find, each with what
// to install; nil when all are there.
func (d *Descriptor) MissingCommands(look func(string) (string, error)) []string {
	var missing []string
	for _, command := range d.Requires.Commands {
		if _, err := look(command); err == nil {
			continue
		}
		text := fmt.Sprintf("%s needs the program %s, which is not on PATH", d.Name, command)
		if len(d.Requires.Apt) > 0 {
			text += "; on Debian: apt-get install " + strings.Join(d.Requires.Apt, " ")
		}
		missing = append(missing, text)
	}
	return missing
}
