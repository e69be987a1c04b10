package bench

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/wsgibench/wsgibench/"

// docs/architecture.md says which package may import which: this compares it with the imports as they are.
func TestArchitectureTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.HasPrefix(cells[1], " `") {
			continue
		}
		name := strings.Trim(cells[1], " `")
		want[name] = nil
		if imports := strings.TrimSpace(cells[3]); imports != "none" {
			want[name] = strings.Split(imports, ", ")
		}
	}
	if len(want) < 10 {
		t.Fatalf("found %d packages in the table of docs/architecture.md, want at least 10", len(want))
	}
	for name, imports := range importsOfOurs(t) {
		documented, ok := want[name]
		if !ok {
			t.Errorf("package %s is not in the table of docs/architecture.md", name)
			continue
		}
		if slices.Equal(documented, []string{"everything below"}) {
			continue
		}
		slices.Sort(documented)
		if diff := cmp.Diff(documented, imports); diff != "" {
			t.Errorf("imports of %s (-documented +real):\n%s", name, diff)
		}
	}
}

func importsOfOurs(t *testing.T) map[string][]string {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		words := strings.Fields(line)
		name := strings.TrimPrefix(words[0], module)
		var ours []string
		for _, w := range words[1:] {
			if rest, ok := strings.CutPrefix(w, module); ok {
				ours = append(ours, rest)
			}
		}
		slices.Sort(ours)
		all[name] = ours
	}
	return all
}
