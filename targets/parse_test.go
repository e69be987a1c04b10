package targets

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/internal/golden"
)

// TestProblems shows every message that a wrong descriptor gives; the files stand in testdata/problems.
func TestProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/problems/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/problems: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse(filepath.Base(file), text)
		var problems Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s: error %v, want Problems", file, err)
			continue
		}
		golden.Check(t, "testdata/problems/"+strings.TrimSuffix(filepath.Base(file), ".yaml")+".golden", err.Error()+"\n")
	}
}

func TestParseDefaults(t *testing.T) {
	d, err := Parse("my-host.yaml", []byte(`command: [my-host, "{port}"]`))
	if err != nil {
		t.Fatal(err)
	}
	if d.Name != "my-host" || d.Ready != (Ready{Timeout: 30 * time.Second}) || d.Stop != (Stop{Signal: "TERM", Grace: 10 * time.Second}) {
		t.Errorf("got name %q, ready %+v, stop %+v", d.Name, d.Ready, d.Stop)
	}
	if len(d.Can) != len(abilities) || d.Can["unix"] {
		t.Errorf("can = %v, want all four abilities, all false", d.Can)
	}
}

// FuzzParse: no text makes the reader panic, every mistake has a place in the file, and what was accepted can be
// expanded or says why not.
func FuzzParse(f *testing.F) {
	for _, name := range Names() {
		text, err := embedded.ReadFile("servers/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	files, _ := filepath.Glob("testdata/problems/*.yaml")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("a: &a [*a]")
	f.Add("command: [\"{\", \"{}\", \"é{x}\"]\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse("fuzz.yaml", []byte(text))
		if err == nil {
			_, err := d.Expand(params())
			if err != nil && err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("error %v, want Problems", err)
		}
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.Text == "" || p.String() == "" {
				t.Errorf("problem %+v has no place or no words", p)
			}
		}
	})
}

func TestMaterialise(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	found := make([]string, 8)
	for i := range found {
		wg.Go(func() {
			folder, err := Materialise(dir)
			if err != nil {
				t.Error(err)
			}
			found[i] = folder
		})
	}
	wg.Wait()
	for _, folder := range found {
		if folder != found[0] || !filepath.IsAbs(folder) {
			t.Errorf("folder %q, want the absolute %q from all", folder, found[0])
		}
	}
	file := filepath.Join(found[0], "wsgiref_server.py")
	if err := os.WriteFile(file, []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Materialise(dir); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if want, _ := embedded.ReadFile("launchers/wsgiref_server.py"); err != nil || string(got) != string(want) {
		t.Errorf("a damaged launcher was not repaired: %d bytes, error %v", len(got), err)
	}
	entries, err := os.ReadDir(found[0])
	if err != nil || len(entries) != len(Launchers()) {
		t.Errorf("the folder holds %v (error %v), want only the launchers", entries, err)
	}
}
