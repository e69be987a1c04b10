package scenarios

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed *.yaml
var shipped embed.FS

// Shipped lists the names of the scenarios that come with the program, sorted.
func Shipped() []string {
	entries, err := shipped.ReadDir(".")
	if err != nil {
		panic("scenarios: embedded files: " + err.Error()) // cannot happen: "." is always there
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}

// ShippedText returns a shipped scenario as it is written.
func ShippedText(name string) ([]byte, error) {
	text, err := shipped.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("no shipped scenario %q: there are %s", name, strings.Join(Shipped(), ", "))
	}
	return text, nil
}
