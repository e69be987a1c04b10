package plots

import (
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// A factView is a name and a value.
type factView struct {
	Name, Value string
	Code        bool // the value is what a program was given or said
}

// A targetView is everything that is known about a cell beside its numbers.
type targetView struct {
	Mark       template.HTML
	Label      string
	Facts      []factView
	Limits     []string
	Trials     *Table
	Descriptor string
}

func targets(r *results.Record) []targetView {
	var all []targetView
	for i, c := range r.Run.Cells {
		v := targetView{Mark: lookOf(i).html(), Label: Clean(c.Label), Descriptor: clip(shown(c.Descriptor), 5000), Trials: obtained(r, c.ID)}
		v.fact("Target", c.Target, false)
		v.fact("App", c.App, false)
		v.fact("Interpreter asked for", c.Python, true)
		for _, k := range slices.Sorted(maps.Keys(c.Settings)) {
			v.fact("Setting "+Clean(k), c.Settings[k], true)
		}
		v.fact("Command line", quoted(c.Argv), true)
		for _, argv := range c.Behind {
			v.fact("Behind it", quoted(argv), true)
		}
		if ts := trialsOf(r, c.ID); len(ts) > 0 {
			v.fact("Command line of the first trial", quoted(ts[0].Obtained.Argv), true)
		}
		for _, k := range slices.Sorted(maps.Keys(c.Versions)) {
			v.fact("Version of "+Clean(k), c.Versions[k], false)
		}
		for _, l := range c.Limits {
			v.Limits = append(v.Limits, Clean(l))
		}
		all = append(all, v)
	}
	return all
}

func (v *targetView) fact(name, value string, code bool) {
	if value = Clean(value); value != "" {
		v.Facts = append(v.Facts, factView{name, value, code})
	}
}

// bare words need no quotes in a shell; {bind} and its like are ours.
var bare = regexp.MustCompile(`^[A-Za-z0-9_./:=,@%+{}-]+$`)

// quoted writes an argv so that its words can be told apart, the way that a shell would read them.
func quoted(argv []string) string {
	var words []string
	for _, a := range argv {
		if !bare.MatchString(a) {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

// obtained is the table of what each trial of a cell really had.
func obtained(r *results.Record, cell string) *Table {
	t := Table{Header: []string{"trial", "verdict", "server CPUs", "load CPUs", "workers", "threads", "processes", "keep-alive", "ready after", "Server header", "framing", "log"}}
	all := trialsOf(r, cell)
	for _, tr := range all[:min(len(all), maxProblems)] {
		o := tr.Obtained
		ready := "–"
		if o.ReadyAfter > 0 {
			ready = results.FormatSeconds(o.ReadyAfter)
		}
		keep := "unknown"
		if o.KeepAlive != nil {
			keep = map[bool]string{true: "yes", false: "no"}[*o.KeepAlive]
		}
		t.Rows = append(t.Rows, []string{
			Clean(tr.ID), Clean(tr.Verdict), orDash(o.ServerCPUs), orDash(o.LoadCPUs), count(o.Workers), count(o.Threads), count(o.Processes),
			keep, ready, orDash(o.Server), orDash(o.Framing), orDash(tr.Log),
		})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	if n := len(all) - len(t.Rows); n > 0 {
		t.Rows = append(t.Rows, append([]string{fmt.Sprintf("and %d more, in the data", n)}, make([]string, len(t.Header)-1)...))
	}
	return &t
}

func count(n *int) string {
	if n == nil {
		return "unknown"
	}
	return strconv.Itoa(*n)
}

func orDash(s string) string {
	if s = Clean(s); s == "" {
		return "–"
	}
	return s
}

// environment lists the machine and the tool. What the machine does not tell is named, with the reason.
func environment(run *results.Run) []factView {
	h := run.Host
	var all []factView
	add := func(name, value string) {
		if value = Clean(value); value != "" {
			all = append(all, factView{Name: name, Value: value})
		}
	}
	known := func(name, field string, value *string) {
		if value != nil {
			add(name, *value)
			return
		}
		why := h.Unknown[field]
		if why == "" {
			why = "no reason was recorded"
		}
		add(name, "unknown: "+why)
	}
	add("Host", h.Hostname)
	add("Operating system", h.OS)
	known("Kernel", "kernel", h.Kernel)
	known("CPU", "cpu_model", h.CPUModel)
	add("CPUs", strconv.Itoa(h.NumCPU))
	memory := (*string)(nil)
	if h.Memory != nil {
		text := results.FormatBytes(float64(*h.Memory))
		memory = &text
	}
	known("Memory", "memory", memory)
	known("CPU frequency governor", "governor", h.Governor)
	known("Virtualisation", "virt", h.Virt)
	add("CPUs asked for", run.CPUs.Asked)
	add("CPUs of the server", cpuList(run.CPUs.Server, run.CPUs.Reason))
	add("CPUs of the load generator", cpuList(run.CPUs.Load, run.CPUs.Reason))
	add("wsgibench", fmt.Sprintf("%s, %s, %s/%s", run.Tool.Version, run.Tool.Go, run.Tool.OS, run.Tool.Arch))
	for _, k := range slices.Sorted(maps.Keys(h.Sysctl)) {
		add(Clean(k), h.Sysctl[k])
	}
	return all
}

func cpuList(list, reason string) string {
	switch {
	case list != "":
		return list
	case reason != "":
		return "not pinned: " + reason
	}
	return "not pinned"
}
