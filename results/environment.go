package results

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Fact is one thing about the environment of a run on which its figures depend.
type Fact struct {
	Name  string `json:"name"`  // "kernel", "python of gunicorn-gthread"
	Value string `json:"value"` // "unknown" where the machine does not tell
}

// Environment lists what must be equal for figures of two runs to be comparable: the machine, the processors used, the
// wsgibench that measured, and the versions of the interpreters and packages of the named cells (Cell.ID; those of all
// cells for none). Neither the time nor the name of the machine is part of it: hosted machines have a new name each time.
func (r *Run) Environment(cells ...string) []Fact {
	h := &r.Host
	facts := []Fact{
		{"cpu model", known(h.CPUModel)}, {"cpus", strconv.Itoa(h.NumCPU)}, {"governor", known(h.Governor)},
		{"virtualisation", known(h.Virt)}, {"memory", memoryFact(h.Memory)}, {"kernel", known(h.Kernel)}, {"os", h.OS},
		{"cpus of the server", cmp.Or(r.CPUs.Server, "not pinned")}, {"cpus of the load generator", cmp.Or(r.CPUs.Load, "not pinned")},
		{"wsgibench", strings.Join([]string{r.Tool.Version, r.Tool.Go, r.Tool.OS, r.Tool.Arch}, " ")},
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		if len(cells) > 0 && !slices.Contains(cells, c.ID) {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(c.Versions)) {
			facts = append(facts, Fact{name + " of " + c.Label, c.Versions[name]})
		}
	}
	return facts
}

// Fingerprint is a short digest of facts: equal exactly when they are.
func Fingerprint(facts []Fact) string {
	h := sha256.New()
	for _, f := range facts {
		fmt.Fprintf(h, "%q=%q\n", f.Name, f.Value)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// FactDifferences says in sentences in what two environments differ, in the order of the facts; none when their
// fingerprints are equal.
func FactDifferences(base, head []Fact) []string {
	values := map[string]string{}
	for _, f := range head {
		values[f.Name] = f.Value
	}
	var out []string
	seen := map[string]bool{}
	for _, f := range base {
		seen[f.Name] = true
		v, ok := values[f.Name]
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("The environments differ: %s is %s in one run and missing in the other.", f.Name, f.Value))
		case v != f.Value:
			out = append(out, fmt.Sprintf("The environments differ: %s is %s in one run and %s in the other.", f.Name, f.Value, v))
		}
	}
	for _, f := range head {
		if !seen[f.Name] {
			out = append(out, fmt.Sprintf("The environments differ: %s is missing in one run and %s in the other.", f.Name, f.Value))
		}
	}
	return out
}

// EnvironmentDifferences says in sentences in what the environments of two runs differ, for the targets that both have.
func EnvironmentDifferences(base, head *Run) []string {
	return FactDifferences(base.Environment(shared(base, head)...), head.Environment(shared(head, base)...))
}

// shared are the IDs of the cells of r whose labels other has too; a name that no cell has where there is none.
func shared(r, other *Run) []string {
	labels := map[string]bool{}
	for _, c := range other.Cells {
		labels[c.Label] = true
	}
	ids := []string{""}
	for _, c := range r.Cells {
		if labels[c.Label] {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func known(s *string) string {
	if s == nil {
		return "unknown"
	}
	return *s
}

// memoryFact rounds to 16 MiB: what the kernel keeps for itself differs from one start to the next.
func memoryFact(n *int64) string {
	if n == nil {
		return "unknown"
	}
	return FormatBytes(float64((*n + 8<<20) >> 24 << 24))
}
