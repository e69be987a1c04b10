// Package plots answers: what does a run look like?
//
// It draws figures of a finished or interrupted run as SVG and PNG, one file of code per figure, and sets them into one
// self-contained page, the report. It measures nothing and concludes nothing: every number shown is read from the
// record, and what a record does not know is named as unknown, with the reason.
//
// The figures are drawn with the canvas and the fonts of gonum/plot, but not with its axes and legends: those lie on
// top of the data, clip labels and cannot share an axis between panels.
package plots

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

// A Figure is a way to look at a run. A new one is a file with a value of this type, added to Figures.
type Figure struct {
	Name    string // "latency-percentiles"
	Title   string
	Caption string // how to read it
	// Draw makes the pictures: one per measured phase, or one of several phases; none where a run has nothing of the kind.
	// It is only called for records that have a valid trial.
	Draw func(r *results.Record) ([]Picture, error)
}

// Figures lists all figures in the order in which a reader should see them.
func Figures() []Figure {
	return []Figure{
		percentiles, goodput, overTime, heldRequests, heldMemory, streamTime, blockThroughput, runAheadBytes, blockGaps, delivery,
		cpuPerRequest, memory,
	}
}

// ErrNothing is what Pictures and Draw return, wrapped in the reason, for a record in which there is nothing to draw.
var ErrNothing = errors.New("nothing to draw")

// Pictures draws the named figures of a record, all if none is named. An unknown name is an error that lists the known.
func Pictures(r *results.Record, names []string) ([]Picture, error) {
	figures, err := selected(names)
	if err != nil {
		return nil, err
	}
	if err := drawable(r); err != nil {
		return nil, err
	}
	var all []Picture
	for _, f := range figures {
		pictures, err := f.Draw(r)
		if err != nil {
			return nil, fmt.Errorf("drawing figure %s: %w", f.Name, err)
		}
		for i := range pictures {
			pictures[i].Caption = f.Caption
		}
		all = append(all, pictures...)
	}
	return all, nil
}

// Draw writes the named figures of a record, all if none is named, as NAME.svg and NAME.png into a directory, which is
// made if needed, and returns the paths.
func Draw(r *results.Record, names []string, dir string) ([]string, error) {
	pictures, err := Pictures(r, names)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the directory for figures: %w", err)
	}
	var paths []string
	for _, p := range pictures {
		var svg, png bytes.Buffer
		if err := errors.Join(p.SVG(&svg), p.PNG(&png)); err != nil {
			return paths, err
		}
		for ending, data := range map[string][]byte{".svg": svg.Bytes(), ".png": png.Bytes()} {
			path := filepath.Join(dir, p.Name+ending)
			if err := os.WriteFile(path, data, 0o644); err != nil {
				return paths, fmt.Errorf("writing figure %s: %w", p.Name, err)
			}
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths, nil
}

func selected(names []string) ([]Figure, error) {
	known := Figures()
	if len(names) == 0 {
		return known, nil
	}
	var chosen []Figure
	for _, name := range names {
		i := slices.IndexFunc(known, func(f Figure) bool { return f.Name == name })
		if i < 0 {
			var all []string
			for _, f := range known {
				all = append(all, f.Name)
			}
			return nil, fmt.Errorf("no figure is called %q; there are %s", name, strings.Join(all, ", "))
		}
		chosen = append(chosen, known[i])
	}
	return chosen, nil
}
