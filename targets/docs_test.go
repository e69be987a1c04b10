package targets

import (
	"os"
	"strings"
	"testing"
)

// Every key and placeholder that there is stands in docs/servers.md.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/servers.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range Placeholders() {
		if !strings.Contains(string(text), "`{"+name+"}`") {
			t.Errorf("docs/servers.md lacks the placeholder {%s}", name)
		}
	}
	_, err = Parse("x.yaml", []byte("nothing: 1\nrequires: {nothing: 1}\ncommand: [x, \"{port}\"]\n"))
	if err == nil {
		t.Fatal("unknown keys were taken")
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		_, known, ok := strings.Cut(line, "known are ")
		for _, key := range strings.Split(known, ", ") {
			if strings.Contains(line, "in requires") {
				key = "requires." + key
			}
			if ok && key != "requires" && !strings.Contains(string(text), "`"+key+"`") {
				t.Errorf("docs/servers.md lacks the key %s", key)
			}
		}
	}
}
