package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/wsgibench/wsgibench/internal/database"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/targets/launch"
)

// databases are those that the apps of a run use, opened when a trial first needs one and closed when the run ends. The
// two sides of a duet have one each. They run on the processors of the load generator: what they need is not the
// server's.
type databases struct {
	mu   sync.Mutex
	open map[string]*database.Database
}

// findDatabase says whether a database can be had here, and adds its version to the cell's. The error is a
// *launch.Missing.
func findDatabase(ctx context.Context, c *results.Cell, kind string) error {
	version, err := database.Find(ctx, kind)
	var m *database.Missing
	if errors.As(err, &m) {
		return &launch.Missing{Reason: m.Reason, Hint: m.Hint}
	}
	if err != nil || version == "" {
		return err
	}
	c.Versions = maps.Clone(c.Versions)
	if c.Versions == nil {
		c.Versions = map[string]string{}
	}
	c.Versions[kind] = version
	return nil
}

// database gives the trial's app a database as it is at first, and returns the variables that tell the app of it.
func (t *trialRun) database(ctx context.Context) (map[string]string, error) {
	kind := t.cell.app.database
	if kind == "" {
		return nil, nil
	}
	all, key := &t.plan.databases, kind
	if t.partner != nil && t.partner.second {
		key += "-second"
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	d := all.open[key]
	if d == nil {
		var err error
		d, err = database.Open(ctx, kind, database.Options{CPUs: t.plan.load, Log: t.store.Path("logs/" + key + ".log")})
		if err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
		if all.open == nil {
			all.open = map[string]*database.Database{}
		}
		all.open[key] = d
	}
	if err := d.Reset(ctx); err != nil {
		return nil, err
	}
	return map[string]string{database.Variable: d.URL}, nil
}

func (d *databases) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(d.open)) {
		errs = append(errs, d.open[key].Close())
	}
	d.open = nil
	return errors.Join(errs...)
}
