package script

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestReadCSV(t *testing.T) {
	got, err := ReadCSV(strings.NewReader("\ufeffname, id\n\"a,b\",1\nc,\"x\ny\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Table{Columns: []string{"name", "id"}, Rows: [][]string{{"a,b", "1"}, {"c", "x\ny"}}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for text, want := range map[string]string{
		"": "nothing in it", "a,b\n": "no row", "a,a\n1,2\n": `two columns are called "a"`, "a,\n1,2\n": "column 2", "a}\n1\n": "column 1", "a,b\n1\n": "wrong number of fields", "a\n\"\n": "quote",
	} {
		if _, err := ReadCSV(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", text, err, want)
		}
	}
}

func tableOf(n int) *Table {
	t := &Table{Columns: []string{"id"}}
	for i := range n {
		t.Rows = append(t.Rows, []string{string(rune('a' + i))})
	}
	return t
}

// Whatever the number of rows and of users: sequential goes round and round, unique hands out each row once, random
// only rows that there are.
func TestFeeders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, draws := rapid.IntRange(1, 20).Draw(t, "rows"), rapid.IntRange(1, 60).Draw(t, "draws")
		table := tableOf(rows)
		rng := rand.New(rand.NewPCG(1, 2))
		for _, pick := range []string{Sequential, Random, Unique} {
			f, err := NewFeeder(table, pick)
			if err != nil {
				t.Fatal(err)
			}
			for i := range draws {
				row, ok := f.Row(rng)
				switch {
				case pick == Unique && i >= rows:
					if ok {
						t.Fatalf("unique: got row %v for user %d of %d rows", row, i, rows)
					}
				case !ok:
					t.Fatalf("%s: got no row for user %d", pick, i)
				case pick == Random:
					if !slices.ContainsFunc(table.Rows, func(r []string) bool { return r[0] == row[0] }) {
						t.Fatalf("random: got %v", row)
					}
				case row[0] != table.Rows[i%rows][0]:
					t.Fatalf("%s: got %v for user %d", pick, row, i)
				}
			}
		}
	})
	if _, err := NewFeeder(tableOf(1), "all"); err == nil {
		t.Error("got no error of an unknown pick")
	}
	if _, err := NewFeeder(tableOf(0), Random); err == nil {
		t.Error("got no error of an empty table")
	}
}

// Users that start at the same time never share a unique row.
func TestUniqueRowsUnderConcurrency(t *testing.T) {
	f, err := NewFeeder(tableOf(100), Unique)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				row, ok := f.Row(nil)
				if !ok {
					return
				}
				mu.Lock()
				seen[row[0]]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for row, n := range seen {
		if n != 1 {
			t.Errorf("row %q was handed out %d times", row, n)
		}
	}
	if len(seen) != 100 {
		t.Errorf("got %d rows, want 100", len(seen))
	}
}
